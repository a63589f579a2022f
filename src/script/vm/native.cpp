#include "script/vm/native.h"

#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/process.h"

namespace qodly::script::vm {

namespace {

// A mark that stands where an argument does: the star flag, a bare operator.
class Mark final : public Handle {
 public:
  explicit Mark(std::string text) : text_(std::move(text)) {}
  static const char* kindName() { return "Mark"; }
  const char* kind() const override { return kindName(); }
  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

std::string_view markOf(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != Mark::kindName()) return {};
  return static_cast<const Mark&>(value.asHandle()).text();
}

}  // namespace

const FunctionRow* NativeClass::function(std::string_view functionName) const {
  for (const FunctionRow& row : functions) {
    if (row.name == functionName) return &row;
  }
  return nullptr;
}

const PropertyRow* NativeClass::property(std::string_view propertyName) const {
  for (const PropertyRow& row : properties) {
    if (row.name == propertyName) return &row;
  }
  return nullptr;
}

bool Call::star(std::size_t index) const { return isStarArgument(at(index)); }

Error Call::wrongArgument(std::size_t index, std::string_view expected) const {
  return hostError(code::wrongType, "argument " + std::to_string(index + 1) +
                                        (function_.empty() ? "" : " of " + std::string(function_)) + ": " +
                                        std::string(expected) + " is expected, " + describeType(at(index)) +
                                        " was given");
}

Value starArgument() {
  static const Value star = Value::handle(Ref<Handle>(new Mark("*")));  // counted atomically: all threads share it
  return star;
}
bool isStarArgument(const Value& value) { return markOf(value) == "*"; }

Value operatorArgument(std::string_view op) {
  // The operator `*` is no operator argument; the blank keeps them apart.
  return Value::handle(Ref<Handle>(new Mark(" " + std::string(op))));
}

std::string_view operatorOf(const Value& value) {
  const std::string_view text = markOf(value);
  return text.starts_with(' ') ? text.substr(1) : std::string_view{};
}

}  // namespace qodly::script::vm
