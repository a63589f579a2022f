// User classes (language.md 14) and the class values that scripts see.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "script/vm/function.h"

namespace qodly::script::vm {

enum class SingletonScope : std::uint8_t { none, process, application, session };

// A compiled class. Immutable after its program is complete; lives as long as the Program that holds it.
class Class {
 public:
  struct Member {  // a function, or a computed property
    const compile::Code* function = nullptr;
    const compile::Code* getter = nullptr;
    const compile::Code* setter = nullptr;
    const Class* owner = nullptr;  // the class that defines it
  };

  std::string name;
  // What the file extends: a user class, or one of DataStoreImplementation, DataClass, Entity, EntitySelection (then
  // parent is nullptr and dataClassSort names it).
  const Class* parent = nullptr;
  std::string extends;
  bool isShared = false;
  SingletonScope singleton = SingletonScope::none;
  std::shared_ptr<const compile::Unit> unit;
  const compile::Code* constructor = nullptr;  // nullptr: passes its arguments to the parent's
  const compile::Code* initialiser = nullptr;  // property lines with a value; nullptr: none
  // Functions and computed properties, inherited ones included.
  std::unordered_map<std::string, Member> members;
  std::string broken;  // why it cannot be used (circular chain...); "" when it can

  const Member* find(std::string_view memberName) const;  // nullptr when there is none
  bool derivesFrom(const Class& ancestor) const;
};

// A class as a value: cs.Invoice, 4D.File. Shared by all processes.
class ClassValue final : public Handle {
 public:
  static Ref<ClassValue> user(std::shared_ptr<const class Program> program, const Class& definition);
  static Ref<ClassValue> native(const NativeClass& definition);
  static const char* kindName();
  static ClassValue* from(const Value& value);

  const char* kind() const override { return kindName(); }
  const Class* user() const { return user_; }
  const NativeClass* native() const { return native_; }
  std::string_view name() const;

 private:
  ClassValue() = default;
  std::shared_ptr<const class Program> program_;  // keeps user_ alive
  const Class* user_ = nullptr;
  const NativeClass* native_ = nullptr;
};

}  // namespace qodly::script::vm
