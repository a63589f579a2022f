#include "script/vm/function.h"

#include "script/compile/code.h"
#include "script/vm/class.h"

namespace qodly::script::vm {

const char* Function::kindName() {
  static constexpr const char* name = "Function";
  return name;
}

Function* Function::from(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != kindName()) return nullptr;
  return static_cast<Function*>(&value.asHandle());
}

Ref<Function> Function::native(const FunctionRow& row, const NativeClass* owner) {
  Ref<Function> made(new Function(Sort::native));
  made->row_ = &row;
  made->nativeOwner_ = owner;
  return made;
}

Ref<Function> Function::user(std::shared_ptr<const compile::Unit> unit, const compile::Code& code, const Class* owner) {
  Ref<Function> made(new Function(Sort::user));
  made->unit_ = std::move(unit);
  made->code_ = &code;
  made->owner_ = owner;
  return made;
}

Ref<Function> Function::formula(std::shared_ptr<const compile::Unit> unit, const compile::Code& code,
                                std::vector<Value> captured) {
  Ref<Function> made(new Function(Sort::formula));
  made->unit_ = std::move(unit);
  made->code_ = &code;
  made->captured_ = std::move(captured);
  return made;
}

std::optional<std::string> Function::storedText() const {
  if (sort_ != Sort::formula) return std::nullopt;
  return code_->source;
}

void Function::traverse(const std::function<void(const Value&)>& visit) const {
  for (const Value& value : captured_) visit(value);
}

std::string Function::source() const { return code_ != nullptr ? code_->source : std::string(); }

}  // namespace qodly::script::vm
