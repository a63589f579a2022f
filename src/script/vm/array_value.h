// Legacy arrays (language.md 35.3): one kind of element, elements 1 to size, element 0 beside them, and the number of a
// selected element. An array belongs to one variable; it is never a value that is passed on or assigned.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

enum class ArrayKind : std::uint8_t {
  text,
  longint,
  integer,
  real,
  boolean,
  date,
  time,
  object,
  picture,
  blob,
  pointer
};

std::string_view arrayKindName(ArrayKind kind);  // "TEXT", as the command that declares it ends

class ArrayValue final : public Handle {
 public:
  static constexpr std::int64_t maximumSize = 100'000'000;

  static Ref<ArrayValue> make(ArrayKind kind);
  static const char* kindName() { return "array"; }
  static ArrayValue* from(const Value& value);  // nullptr when the value is no array

  const char* kind() const override { return kindName(); }
  void traverse(const std::function<void(const Value&)>& visit) const override;

  ArrayKind elementKind() const { return kind_; }
  std::int32_t typeCode() const;  // what `Type` gives for the array
  std::int64_t size() const { return static_cast<std::int64_t>(elements_.size()) - 1; }
  // a{index}, index 0 to size. Error -20005 outside.
  Result<Value> read(std::int64_t index) const;
  // The value becomes one of the array's kind. Errors: -20005, -20002 wrong type, -20007 number out of range.
  Result<> write(std::int64_t index, const Value& value);
  // Error -20007: negative or above maximumSize.
  Result<> resize(std::int64_t size);
  // As another kind without elements; element 0 becomes blank.
  void reset(ArrayKind kind);

  Value blank() const;                                // default of the kind
  Result<Value> converted(const Value& value) const;  // as an element

  // Elements with element 0 in front, for commands that move them; each must stay of the array's kind.
  std::vector<Value>& elements() { return elements_; }
  const std::vector<Value>& elements() const { return elements_; }

  // The array as a number, `a:=i`: always an integer.
  Value selected = Value::integer(0);

 private:
  explicit ArrayValue(ArrayKind kind) : kind_(kind) { elements_.push_back(blank()); }
  ArrayKind kind_;
  std::vector<Value> elements_;
};

}  // namespace qodly::script::vm
