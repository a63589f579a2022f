// Reference cells, pointers and table references of the 4D surface (language.md 35.2, 35.4).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/syntax/tree.h"
#include "value/value.h"

namespace qodly::script::vm {

class Machine;

// A variable that outlives its body because a pointer to it exists.
class Cell final : public Handle {
 public:
  Cell(Value content, syntax::TypeWord type) : value(std::move(content)), type_(type) {}
  static const char* kindName();
  static Cell* from(const Value& value);
  const char* kind() const override { return kindName(); }
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(value); }
  syntax::TypeWord type() const { return type_; }

  Value value;

 private:
  const syntax::TypeWord type_;
};

// [Table].
class TableReference final : public Handle {
 public:
  explicit TableReference(std::string table) : table_(std::move(table)) {}
  static const char* kindName();
  static TableReference* from(const Value& value);
  const char* kind() const override { return kindName(); }
  const std::string& table() const { return table_; }

 private:
  const std::string table_;
};

class Pointer final : public Handle {
 public:
  enum class Sort : std::uint8_t { cell, process, interprocess, element, table };

  static Value toCell(const Value& cell);
  // Of a process or interprocess variable; case does not count, `<>` may stand in front.
  static Value toVariable(Sort sort, std::string_view spelling);
  static Value toElement(const Value& array, std::int64_t index);
  static Value toTable(const Value& reference);
  static const char* kindName();
  static Pointer* from(const Value& value);  // nullptr when it is none
  const char* kind() const override { return kindName(); }
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(target_); }

  Sort sort() const { return sort_; }
  const Value& target() const { return target_; }  // cell, array or table reference
  const std::string& name() const { return name_; }
  std::int64_t index() const { return index_; }
  bool same(const Pointer& other) const;

 private:
  Pointer(Sort sort, Value target, std::string name, std::int64_t index)
      : sort_(sort), target_(std::move(target)), name_(std::move(name)), index_(index) {}
  Sort sort_;
  Value target_;
  std::string name_;
  std::int64_t index_;
};

bool samePointer(const Value& left, const Value& right);
// A declared pointer that points nowhere is null, so no pointer value is nil; kept for arrays of pointers.
bool isNilPointer(const Value& value);
// The number of the selected element, as which an array counts in expressions; nullptr when the value is no array.
const Value* selectedArrayElement(const Value& value);
// `target := value` where the target holds an array: selects an element. False: the target is no array.
Result<bool> assignToArray(const Value& target, const Value& value);
// 38 for objects of all kinds, 23 for pointers, the array codes.
std::int32_t handleTypeCode(const Value& value);

}  // namespace qodly::script::vm
