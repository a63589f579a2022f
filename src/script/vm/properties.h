// What `x.name` and `x[i]` read and write, for every kind of value (language.md 9.3, 14, 16). Internal to the language.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "script/vm/class.h"

namespace qodly::script::vm {

class Machine;
struct NativeMember;

// What stands behind a name: a value, or the code of a getter that is to be run on the receiver.
struct Found {
  Value value;
  const compile::Code* getter = nullptr;
  const Class* owner = nullptr;
};

Result<Found> findMember(Machine& machine, const Value& receiver, std::string_view name);
Result<Value> readProperty(Machine& machine, const Value& receiver, std::string_view name);

// The code of a setter that is to be run, or nullptr when the value has been stored.
struct Stored {
  const compile::Code* setter = nullptr;
  const Class* owner = nullptr;
};
Result<Stored> storeMember(Machine& machine, const Value& receiver, std::string_view name, const Value& value);
Result<> writeProperty(Machine& machine, const Value& receiver, std::string_view name, const Value& value);

// x[index]: elements, bytes of a blob, properties by name.
Result<Found> findElement(Machine& machine, const Value& receiver, const Value& index);
Result<Stored> storeElement(Machine& machine, const Value& receiver, const Value& index, const Value& value);
// text[[index]] and blob{index} / array{index}. Storing changes `target`.
Result<Value> characterAt(const Value& text, const Value& index);
Result<> setCharacter(Value& target, const Value& index, const Value& value);
Result<Value> braceElement(Machine& machine, const Value& target, const Value& index);
Result<> setBraceElement(Machine& machine, Value& target, const Value& index, const Value& value);

// What a call `receiver.name(...)` runs.
struct Callee {
  const compile::Code* code = nullptr;  // of a user class
  const Class* owner = nullptr;
  const NativeMember* native = nullptr;
  Value value;  // a function held in a property
};
// Error -20009 when there is no such function, -20003 for null and undefined.
Result<Callee> findFunction(Machine& machine, const Value& receiver, std::string_view name);

// The class of a value as scripts see it (objectClass): null for scalars.
const Class* userClassOf(Machine& machine, const Value& value);
const struct NativeTable* nativeTableOf(Machine& machine, const Value& value);
// A function of a class as a value; `definition` is held through the program.
Value functionValue(const std::shared_ptr<const class Program>& program, const compile::Code& code, const Class* owner);

// `cs` and `4D`.
class ClassStoreValue final : public Handle {
 public:
  explicit ClassStoreValue(bool builtIn) : builtIn_(builtIn) {}
  static const char* kindName();
  const char* kind() const override { return kindName(); }
  bool builtIn() const { return builtIn_; }

 private:
  const bool builtIn_;
};
Value findClass(Machine& machine, bool builtIn, std::string_view name);  // undefined when there is none

}  // namespace qodly::script::vm
