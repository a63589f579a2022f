// Functions of the language that are written in C++: commands, and the functions and properties of built-in classes.
// Each is one table row; help, completion, the checker and the manual are made from the rows (commands.md, classes.md).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"
#include "script/vm/signature.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;
class Call;

using NativeFunction = Result<Value> (*)(Call& call);
using NativeGetter = Result<Value> (*)(Call& call);                 // count() is 0
using NativeSetter = Result<> (*)(Call& call, const Value& value);  // value is converted to the property's type

// A command, or a function of a class. `signature`: see signature.h. All texts are static.
struct FunctionRow {
  std::string_view name;  // QodlyScript name; a command that exists only in the 4D surface: its 4D name
  std::string_view signature;
  NativeFunction run = nullptr;
  std::string_view doc;  // one line for a person
};

struct PropertyRow {
  std::string_view name;
  std::string_view type;  // as in signatures
  NativeGetter get = nullptr;
  NativeSetter set = nullptr;  // nullptr: read-only, assigning is error -20010
  std::string_view doc;
};

// A built-in class ("4D.File"). Static, immutable.
struct NativeClass {
  std::string_view name;        // "File": what stands behind "4D."
  std::string_view superclass;  // "Object" when it has no other
  std::span<const FunctionRow> functions;
  std::span<const PropertyRow> properties;
  const FunctionRow* constructor = nullptr;  // 4D.Name.new(...): nullptr when it cannot be made that way
  std::string_view doc;
  // Properties that no row names may be read and written like those of an object (4D.Signal, 4D.HTTPRequest options).
  bool open = false;

  const FunctionRow* function(
      std::string_view name) const;  // nullptr when there is none; inherited ones are not looked at
  const PropertyRow* property(std::string_view name) const;
};

// A new handle of any kind as a value.
template <class T>
Value handleValue(Ref<T> handle) {
  return Value::handle(Ref<Handle>::sharing(handle.get()));
}

// An instance of a built-in class that is more than an Object: a file, a signal, a connection.
// kind() is the class's name, so that the pointer identifies the class.
class NativeObject : public Handle {
 public:
  const char* kind() const final { return nativeClass().name.data(); }
  virtual const NativeClass& nativeClass() const = 0;
  // Whether it may be stored in shared objects (language.md 18): immutable, or locked inside.
  virtual bool mayBeShared() const { return false; }
  // Open classes: where the properties are that no row names; nullptr when it has none. May be shared.
  virtual Object* openProperties() { return nullptr; }
  // 4D.Blob: the scalar blob inside, as which it is given to parameters and variables of type blob.
  virtual const Value* scalarBlob() const { return nullptr; }

  // The value as a T when it is one; T names its class: `static const NativeClass& classOf();`.
  template <class T>
  static T* from(const Value& value) {
    if (value.type() != Type::handle || value.asHandle().kind() != T::classOf().name.data()) return nullptr;
    return static_cast<T*>(&value.asHandle());
  }
};

// One call of a native function. The arguments have been checked and converted as the signature says (commands.md
// 1.3), so a `text` parameter that was given is a text, or undefined when it was omitted. Lives for the call only.
class Call {
 public:
  Call(Process& process, Value self, std::span<Value> arguments, std::string_view function = {})
      : process_(&process), self_(std::move(self)), arguments_(arguments), function_(function) {}

  Process& process() const { return *process_; }
  const Value& self() const { return self_; }  // the receiver; undefined for commands
  std::size_t count() const { return arguments_.size(); }
  const Value& at(std::size_t index) const {
    static const Value none;
    return index < arguments_.size() ? arguments_[index] : none;
  }
  std::span<const Value> from(std::size_t index) const {  // the arguments from there on (variadic ones)
    return arguments_.subspan(std::min(index, arguments_.size()));
  }
  bool given(std::size_t index) const { return !at(index).isMissing(); }  // passed, neither undefined nor null
  bool star(std::size_t index) const;                                     // the bare `*`

  std::string_view text(std::size_t index, std::string_view fallback = {}) const {
    return at(index).isText() ? at(index).asText() : fallback;
  }
  double number(std::size_t index, double fallback = 0) const {
    return at(index).isNumber() ? at(index).asNumber() : fallback;
  }
  std::int64_t integer(std::size_t index, std::int64_t fallback = 0) const {
    if (at(index).type() == Type::integer) return at(index).asInteger();
    return at(index).type() == Type::real ? static_cast<std::int64_t>(at(index).asReal()) : fallback;
  }
  bool boolean(std::size_t index, bool fallback = false) const {
    return at(index).type() == Type::boolean ? at(index).asBoolean() : fallback;
  }
  // The argument when it is of that kind, else nullptr.
  Object* object(std::size_t index) const { return at(index).isObject() ? &at(index).asObject() : nullptr; }
  Collection* collection(std::size_t index) const {
    return at(index).isCollection() ? &at(index).asCollection() : nullptr;
  }
  template <class T>
  T* native(std::size_t index) const {
    return NativeObject::from<T>(at(index));
  }

  // Gives the variable of an `out` or `inout` parameter its new value, when an argument was written there. It is
  // converted to the variable's type when the function returns.
  void setOut(std::size_t index, Value value) {
    if (index < arguments_.size()) arguments_[index] = std::move(value);
  }

  // Error -20002 that names the function, the argument's place and what was given.
  Error wrongArgument(std::size_t index, std::string_view expected) const;

 private:
  Process* process_;
  Value self_;
  std::span<Value> arguments_;
  std::string_view function_;  // for messages
};

// The values that a bare `*` and a bare operator (`>`) are as arguments.
Value starArgument();
bool isStarArgument(const Value& value);
Value operatorArgument(std::string_view op);
std::string_view operatorOf(const Value& value);  // "" when it is none

}  // namespace qodly::script::vm
