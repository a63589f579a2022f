// Functions as values: 4D.Function (language.md 13).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/native.h"

namespace qodly::script::compile {
struct Code;  // compile/code.h: one compiled body
struct Unit;  // compile/code.h: everything compiled from one file; keeps its bodies alive
}  // namespace qodly::script::compile

namespace qodly::script::vm {

class Class;

// A function value: native, of a user class, a project method, or a formula. Immutable.
class Function final : public Handle {
 public:
  enum class Sort { native, user, formula };

  static Ref<Function> native(const FunctionRow& row, const NativeClass* owner);
  // `code` lives in `unit`. owner: the class of a class function, nullptr for a project method. Not counted: `unit` is
  // a pointer that shares the ownership of the whole Program, so that classes live as long as their functions.
  static Ref<Function> user(std::shared_ptr<const compile::Unit> unit, const compile::Code& code, const Class* owner);
  // captured: values of the outer variables, in the order of code.captures.
  static Ref<Function> formula(std::shared_ptr<const compile::Unit> unit, const compile::Code& code,
                               std::vector<Value> captured);

  static const char* kindName();
  static Function* from(const Value& value);  // nullptr when the value is no function

  const char* kind() const override { return kindName(); }
  std::optional<std::string> storedText() const override;  // formulas: their source
  void traverse(const std::function<void(const Value&)>& visit) const override;

  Sort sort() const { return sort_; }
  std::string source() const;  // f.source
  const FunctionRow* row() const { return row_; }
  const NativeClass* nativeOwner() const { return nativeOwner_; }
  const std::shared_ptr<const compile::Unit>& unit() const { return unit_; }
  const compile::Code* code() const { return code_; }
  const Class* owner() const { return owner_; }
  const std::vector<Value>& captured() const { return captured_; }

 private:
  explicit Function(Sort sort) : sort_(sort) {}
  Sort sort_;
  const FunctionRow* row_ = nullptr;
  const NativeClass* nativeOwner_ = nullptr;
  std::shared_ptr<const compile::Unit> unit_;
  const compile::Code* code_ = nullptr;
  const Class* owner_ = nullptr;
  std::vector<Value> captured_;
};

}  // namespace qodly::script::vm
