#include "script/vm/class.h"

#include "script/vm/program.h"

namespace qodly::script::vm {

const Class::Member* Class::find(std::string_view memberName) const {
  const auto found = members.find(memberName);
  return found == members.end() ? nullptr : &found->second;
}

bool Class::derivesFrom(const Class& ancestor) const {
  for (const Class* at = this; at != nullptr; at = at->parent) {
    if (at == &ancestor) return true;
  }
  return false;
}

const char* ClassValue::kindName() {
  static constexpr const char* name = "Class";
  return name;
}

ClassValue* ClassValue::from(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != kindName()) return nullptr;
  return static_cast<ClassValue*>(&value.asHandle());
}

Ref<ClassValue> ClassValue::user(std::shared_ptr<const Program> program, const Class& definition) {
  Ref<ClassValue> made(new ClassValue);
  made->program_ = std::move(program);
  made->user_ = &definition;
  return made;
}

Ref<ClassValue> ClassValue::native(const NativeClass& definition) {
  Ref<ClassValue> made(new ClassValue);
  made->native_ = &definition;
  return made;
}

std::string_view ClassValue::name() const { return user_ != nullptr ? std::string_view(user_->name) : native_->name; }

}  // namespace qodly::script::vm
