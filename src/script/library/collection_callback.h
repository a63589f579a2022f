// Calling back into the application once an element (classes.md 1.5): the parameter object, its result and its stop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::library {

// One for a function call. The parameter object is made once and reused; it is also `this` of a formula and of a
// method.
class Callback {
 public:
  // The callback at `argument` of the call; the arguments behind it are passed on as $2, $3... Error -20016 when it is
  // neither a function nor a text, -20008 when there is no method of that name.
  static Result<std::unique_ptr<Callback>> make(const vm::Call& call, std::size_t argument);
  // The same with the extra arguments given.
  static Result<std::unique_ptr<Callback>> make(const vm::Call& call, const Value& function,
                                                std::span<const Value> extra);

  // Result of the call with this element: what the callback returned, else $1.result, else undefined.
  Result<Value> operator()(const Value& element);
  // True exactly when the result is the boolean true.
  Result<bool> test(const Value& element);
  // Whether `left` is lower than `right`.
  Result<bool> less(const Value& left, const Value& right);
  bool stopped();

  void setAccumulator(const Value& value);
  Value accumulator() const;

 private:
  Callback(vm::Process& process, Value parameter, std::span<const Value> extra);
  Result<Value> run();

  vm::Process& process_;
  Value parameter_;
  std::vector<Value> arguments_;
  std::unique_ptr<vm::Process::Caller> caller_;
  std::string function_;                                          // `Class.function`, instead of caller_
  std::uint32_t value_ = 0, value2_ = 0, stop_ = 0, result_ = 0;  // where the properties stood last
};

}  // namespace qodly::script::library
