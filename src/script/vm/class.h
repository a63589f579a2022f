// User classes (language.md 14) and the class values that scripts see.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
    const Class* owner = nullptr;   // the class that defines it
    const Class* holder = nullptr;  // the class in whose table it stands
  };

  std::string name;
  // What the file extends: a user class, or one of DataStoreImplementation, DataClass, Entity, EntitySelection (then
  // parent is nullptr and dataClassSort names it).
  const Class* parent = nullptr;
  std::string extends;
  bool isShared = false;
  SingletonScope singleton = SingletonScope::none;
  std::shared_ptr<const compile::Unit> unit;
  const compile::Code* constructor = nullptr;          // nullptr: passes its arguments to the parent's
  const compile::Code* initialiser = nullptr;          // property lines with a value; nullptr: none
  bool hasAccessors = false;                           // it has computed properties, inherited ones included
  mutable std::atomic<std::uint32_t> instanceSize{0};  // properties that instances had after construction: a hint
  // Functions and computed properties, inherited ones included.
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Member, NameHash, std::equal_to<>> members;
  // Whether this class or one of its parents has a constructor of its own.
  bool hasConstructor() const {
    for (const Class* at = this; at != nullptr; at = at->parent) {
      if (at->constructor != nullptr) return true;
    }
    return false;
  }
  // Functions that are no members: key "query name", "orderBy name", "event saving", "event saving name",
  // "event restrict".
  std::unordered_map<std::string, const compile::Code*> hooks;
  struct Alias {
    std::string name;
    std::string path;
    bool exposed = false;
  };
  std::vector<Alias> aliases;
  std::uint32_t index = 0;   // its place in Program::classes()
  std::uint16_t serial = 0;  // of its Program
  std::string broken;        // why it cannot be used (circular chain...); "" when it can

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
  const std::shared_ptr<const class Program>& program() const { return program_; }

 private:
  ClassValue() = default;
  std::shared_ptr<const class Program> program_;  // keeps user_ alive
  const Class* user_ = nullptr;
  const NativeClass* native_ = nullptr;
};

}  // namespace qodly::script::vm
