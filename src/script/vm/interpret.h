// Parts of the interpreter that are not in its loop (interpret.cpp). Internal to vm/.
#pragma once

#include <cstdint>
#include <cstring>

#include "script/compile/code.h"
#include "script/vm/machine.h"
#include "script/vm/operators.h"
#include "script/vm/properties.h"

namespace qodly::script::vm {

// What an instruction outside the loop says to the loop.
enum class Step : std::uint8_t {
  next,    // the instruction is done
  frame,   // another frame is on top now: a call, or the end of one
  failed,  // Machine::error_ is set
};

// The type byte and the flag of boxed values, read without asking the Value (value.h tells the layout).
inline std::uint64_t head(const Value& value) { return *reinterpret_cast<const std::uint64_t*>(&value); }
inline bool isBoxed(const Value& value) { return (head(value) & 0x8000) != 0; }

// How many hold the box of a boxed value.
inline std::uint32_t owners(const Value& boxed) {
  const Box* box = nullptr;
  std::memcpy(&box, reinterpret_cast<const char*>(&boxed) + sizeof(Value) / 2, sizeof(box));
  return box->count();
}

// Runs a native function. One that asks for more memory than there is fails (-20019); the process goes on.
Result<Value> runNative(const FunctionRow& row, Call& call);
// A native function held as a value runs only on what its class describes: error -20002 for another receiver.
Result<> checkReceiver(Machine& machine, const Function& native, const Value& self);

// Names of properties are short: compared without a call. Both are std::strings, of which short ones have 16 bytes that
// may be read.
[[gnu::always_inline]] inline bool sameName(const std::string& left, const std::string& right) {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  if (size > 15) return left == right;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::memcpy(&a, left.data(), sizeof a);
  std::memcpy(&b, right.data(), sizeof b);
  if (size < 8) return ((a ^ b) & ((std::uint64_t{1} << (size * 8)) - 1)) == 0;
  if (a != b) return false;
  std::memcpy(&a, left.data() + size - sizeof a, sizeof a);
  std::memcpy(&b, right.data() + size - sizeof b, sizeof b);
  return a == b;
}

// The member of that name: `position` is a guess, corrected when it was wrong. nullptr when there is none.
[[gnu::always_inline]] inline Value* memberOf(Object& object, const std::string& name, std::uint32_t& position) {
  if (position < object.size() && sameName(object.members()[position].name, name)) return &object.valueAt(position);
  return object.find(name, position);
}

// A cache word of a call: the serial of the program, the callee, and in the lowest bits: 1 the callee is native, 2 it
// is a method that can be entered without looking at more than its parameters' types.
inline constexpr std::uint64_t cachedPointer = ((std::uint64_t{1} << 48) - 1) & ~std::uint64_t{7};
inline bool isDirectCall(std::uint64_t bits, std::uint16_t serial) { return bits >> 48 == serial && (bits & 3) == 2; }
inline const compile::Code& directCallee(std::uint64_t bits) {
  return *std::bit_cast<const compile::Code*>(static_cast<std::uintptr_t>(bits & cachedPointer));
}

struct Interpreter {
  using Word = compile::Word;

  static bool run(Machine& machine);
  static bool overflow(Machine& m, double number);  // a number that is to be a 32-bit integer

  // Operators and conversions; operands in temporaries are released.
  static bool binary(Machine& m, syntax::BinaryOperator op, Value* r, Word w);
  static bool binaryNumber(Machine& m, syntax::BinaryOperator op, Value* r, Word w);  // R[a] = R[b] op c
  // `op` of R[a] and R[b], of R[a] and the number b; both operands are used up.
  static bool compare(Machine& m, syntax::BinaryOperator op, Value* r, std::uint16_t a, const Value& right,
                      std::uint16_t rightTemporary, bool& result);
  static bool condition(Machine& m, Value* r, std::uint16_t a, bool& result);
  static bool convert(Machine& m, Value* r, Word w, syntax::TypeWord type);
  static bool appendText(Machine& m, Value* r, Word w);

  // Properties and elements. They may push the frame of a getter or setter.
  static Step deliver(Machine& m, Value* r, Word w, Result<Found> found);  // R[a] = what was found in R[b]
  static Step getMember(Machine& m, Value* r, Word w, const Word& cache);
  static Step setMember(Machine& m, Value* r, Word w, const Word& cache);
  static Step getSuperMember(Machine& m, Value* r, Word w);
  static bool initialiseProperty(Machine& m, Value* r, Word w);
  static Step getElement(Machine& m, Value* r, Word w, const Value& index);
  static Step setElement(Machine& m, Value* r, Word w);
  static bool getCharacter(Machine& m, Value* r, Word w);
  static bool setCharacter(Machine& m, Value* r, Word w);
  static bool getBrace(Machine& m, Value* r, Word w);
  static bool setBrace(Machine& m, Value* r, Word w);
  static bool assignArray(Machine& m, Value* r, Word w);
  static bool newObject(Machine& m, Value* r, Word w);
  static bool extendObject(Machine& m, Value* r, Word w);
  static bool newCollection(Machine& m, Value* r, Word w);
  static bool extendCollection(Machine& m, Value* r, Word w);

  // Calls.
  static Step callMethod(Machine& m, Value* r, Word w, const Word& cache);
  static Step callFunction(Machine& m, Value* r, Word w, const Word& cache);
  static Step callNamed(Machine& m, Value* window, std::uint32_t count, std::string_view name, const Word* cache);
  static Step callValue(Machine& m, Value* window, std::uint32_t count);  // the function in window[0], without receiver
  static Step callHeld(Machine& m, Value* window, std::uint32_t count, const Value& function);
  static Step callSuper(Machine& m, Value* r, Word w);
  static Step callSuperFunction(Machine& m, Value* r, Word w);
  static Step callElement(Machine& m, Value* r, Word w);
  static bool callCommand(Machine& m, Value* r, Word w, bool keepArguments);
  static bool callNative(Machine& m, const FunctionRow& row, const Signature& signature, Value* window,
                         std::uint32_t count, bool keepArguments);
  static Step instantiate(Machine& m, Value* window, std::uint32_t count, const ClassValue& definition);
  static Step forwardMethod(Machine& m, Value* r, Word w);
  static Step getWord(Machine& m, Value* r, Word w, const Word& cache);
  static bool newFormula(Machine& m, Value* r, Word w);
  static bool loadClass(Machine& m, Value* r, Word w, bool native, const Word& cache);
  // The top frame ends with that result; false: error_ is set (and the frame is gone).
  static bool finish(Machine& m, Value result);

  // Loops.
  static bool forPrepare(Machine& m, Value* r, Word w, bool integer);
  static bool forEachPrepare(Machine& m, Value* r, Word w, bool& any);
  static bool forEachNext(Machine& m, Value* r, Word w, bool& any);

  // Variables outside the registers.
  static bool getVariable(Machine& m, Value* r, Word w, bool interprocess);
  static bool setVariable(Machine& m, Value* r, Word w, bool interprocess);
  static bool setCell(Machine& m, Value* r, Word w);
  static bool getParameter(Machine& m, Value* r, Word w);
  static bool setParameter(Machine& m, Value* r, Word w);
  static bool copyParameters(Machine& m, Value* r, Word w);
  static bool declaredType(Value* r, Word w);
  static bool point(Machine& m, Value* r, Word w);
  static bool getPointed(Machine& m, Value* r, Word w);
  static bool setPointed(Machine& m, Value* r, Word w);

  static bool tryEnd(Machine& m, bool& failed);
  static bool raise(Machine& m, const compile::RaisedError& error);

  // Registers that are read once: the value is taken out of a temporary and copied out of a variable.
  static Value take(const Machine& m, Value* r, std::uint16_t reg) {
    return reg >= temporaries(m) ? std::move(r[reg]) : r[reg];
  }
  static void used(const Machine& m, Value* r, std::uint16_t reg) {
    if (isBoxed(r[reg]) && reg >= temporaries(m)) r[reg] = Value();
  }
  static std::uint16_t temporaries(const Machine& m) { return code(m).firstTemporary; }
  static const compile::Code& code(const Machine& m) { return *frame(m).code; }
  static Frame& frame(const Machine& m) { return m.frames_[m.frameCount_ - 1]; }
};

}  // namespace qodly::script::vm
