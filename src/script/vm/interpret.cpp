// The loop of the interpreter. Numbers and the common case of each instruction are done here; what is rarer stands in
// the other interpret_*.cpp files. Addresses of labels make each instruction jump straight to the next one.
#include "script/vm/interpret.h"

#include <cmath>

#include "script/vm/codes.h"
#include "script/vm/convert_value.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"

#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values

namespace qodly::script::vm {

namespace {

using compile::Opcode;
using compile::Word;
using syntax::BinaryOperator;
using syntax::TypeWord;

constexpr std::int32_t budgetOfASlice = 20'000;  // backward jumps and calls between two slow checks

// Writes a value that is never boxed; only what was there may have to be released.
[[gnu::always_inline]] inline void put(Value& slot, const Value& unboxed) {
  if (__builtin_expect(isBoxed(slot), 0)) {
    slot = unboxed;
  } else {
    ::new (static_cast<void*>(&slot)) Value(unboxed);
  }
}
inline void putReal(Value& slot, double number) { put(slot, Value::real(number)); }
inline void putInteger(Value& slot, std::int64_t number) { put(slot, Value::integer(number)); }
inline void putBoolean(Value& slot, bool value) { put(slot, Value::boolean(value)); }

inline bool isReal(const Value& value) { return (head(value) & 0xFF) == static_cast<std::uint64_t>(Type::real); }
inline bool isInteger(const Value& value) { return (head(value) & 0xFF) == static_cast<std::uint64_t>(Type::integer); }
inline bool areNumbers(const Value& left, const Value& right) { return left.isNumber() && right.isNumber(); }

inline bool fits32(std::int64_t number) { return number == static_cast<std::int32_t>(number); }

}  // namespace

bool Machine::execute() { return Interpreter::run(*this); }

#define OP(name) L_##name:
#define NEXT                      \
  do {                            \
    w = *pc++;                    \
    goto* table[w.bits & 0xFFFF]; \
  } while (false)
#define SAVE frame->pc = pc
#define FAILED goto failed
#define CHECK(done)      \
  do {                   \
    if (!(done)) FAILED; \
  } while (false)
#define STEP(call)                      \
  do {                                  \
    const Step step = (call);           \
    if (step == Step::failed) FAILED;   \
    if (step == Step::frame) goto load; \
  } while (false)
#define BACK \
  if (__builtin_expect(--budget <= 0, 0)) goto slow

// NOLINTNEXTLINE(readability-function-cognitive-complexity): one loop, one label an instruction
[[gnu::optimize("no-gcse", "no-crossjumping")]] bool Interpreter::run(Machine& m) {
  static const void* const instructions[] = {
#define OPCODE(name, shape, description) &&L_##name,
#include "script/compile/opcodes.def"
#undef OPCODE
  };
  static const void* const attentive[] = {
#define OPCODE(name, shape, description) &&attention,
#include "script/compile/opcodes.def"
#undef OPCODE
  };
  const void* const* table = instructions;

  const std::uint32_t entry = m.frameCount_ - 1;
  Process& process = m.process_;
  std::int32_t budget = budgetOfASlice;
  Frame* frame = nullptr;
  const Word* pc = nullptr;
  Value* r = nullptr;
  const Value* k = nullptr;
  const std::string* names = nullptr;
  std::uint32_t temporary = 0;
  Word w;

load:
  frame = &m.frames_[m.frameCount_ - 1];
  pc = frame->pc;
  r = frame->base;
  k = frame->code->constants.data();
  names = frame->code->names.data();
  temporary = frame->code->firstTemporary;
  m.top_ = r + frame->code->registers;
  table = __builtin_expect(m.isWatching(), 0) ? attentive : instructions;
  NEXT;

  // One instruction at a time: errors that wait for the end of a statement, the debugger.
attention:
  frame->pc = pc - 1;
  if (!m.watch()) FAILED;
  if (!m.isWatching()) table = instructions;
  goto* instructions[w.bits & 0xFFFF];

  // --- Values
  OP(move) {
    if (w.b() >= temporary) {
      r[w.a()] = std::move(r[w.b()]);
    } else {
      r[w.a()] = r[w.b()];
    }
    NEXT;
  }
  OP(copy) {
    r[w.a()] = r[w.b()];
    NEXT;
  }
  OP(release) {
    for (std::uint32_t i = 0; i < w.b(); ++i) r[w.a() + i] = Value();
    NEXT;
  }
  OP(loadConstant) {
    r[w.a()] = k[w.bx()];
    NEXT;
  }
  OP(loadNumber) {
    putReal(r[w.a()], w.bx());
    NEXT;
  }
  OP(loadInteger) {
    putInteger(r[w.a()], w.bx());
    NEXT;
  }
  OP(loadBoolean) {
    putBoolean(r[w.a()], w.b() != 0);
    NEXT;
  }
  OP(loadStar) {
    r[w.a()] = starArgument();
    NEXT;
  }
  OP(loadOperator) {
    r[w.a()] = operatorArgument(frame->code->names[static_cast<std::size_t>(w.bx())]);
    NEXT;
  }
  OP(loadNull) {
    put(r[w.a()], Value::null());
    NEXT;
  }
  OP(loadUndefined) {
    put(r[w.a()], Value());
    NEXT;
  }

  // --- Conversion
  OP(convert) {
    if (static_cast<std::uint8_t>(r[w.b()].type()) == soleTypes[w.c()]) {
      if (w.b() >= temporary) {
        r[w.a()] = std::move(r[w.b()]);
      } else {
        r[w.a()] = r[w.b()];
      }
      NEXT;
    }
    SAVE;
    CHECK(convert(m, r, w, static_cast<TypeWord>(w.c())));
    NEXT;
  }
  OP(convertInteger) {
    if (isInteger(r[w.b()])) {
      putInteger(r[w.a()], r[w.b()].asInteger());
      NEXT;
    }
    SAVE;
    CHECK(convert(m, r, w, TypeWord::integer));
    NEXT;
  }
  OP(convertReal) {
    if (r[w.b()].isNumber()) {
      if (isReal(r[w.b()])) {
        put(r[w.a()], r[w.b()]);
      } else {
        putReal(r[w.a()], r[w.b()].asNumber());
      }
      NEXT;
    }
    SAVE;
    CHECK(convert(m, r, w, TypeWord::real));
    NEXT;
  }
  OP(integerToReal) {
    putReal(r[w.a()], static_cast<double>(r[w.b()].asInteger()));
    NEXT;
  }
  OP(realToInteger) {
    const auto whole = toInteger32(r[w.b()].asReal());
    if (!whole) {
      SAVE;
      m.fail(whole.error());
      FAILED;
    }
    putInteger(r[w.a()], *whole);
    NEXT;
  }
  OP(checkInteger) {
    const std::int64_t number = r[w.b()].asInteger();
    if (!fits32(number)) {
      SAVE;
      CHECK(overflow(m, static_cast<double>(number)));
    }
    putInteger(r[w.a()], number);
    NEXT;
  }

  // --- Variables outside the registers
  OP(newCell) {
    Value content = std::move(r[w.a()]);
    r[w.a()] = Value::handle(Ref<Handle>(new Cell(std::move(content), static_cast<TypeWord>(w.b()))));
    NEXT;
  }
  OP(getCell) {
    r[w.a()] = Value(static_cast<const Cell&>(r[w.b()].asHandle()).value);
    NEXT;
  }
  OP(setCell) {
    SAVE;
    CHECK(setCell(m, r, w));
    NEXT;
  }
  OP(getProcess) {
    ++pc;
    SAVE;
    CHECK(getVariable(m, r, w, false));
    NEXT;
  }
  OP(setProcess) {
    ++pc;
    SAVE;
    CHECK(setVariable(m, r, w, false));
    NEXT;
  }
  OP(getInterprocess) {
    ++pc;
    SAVE;
    CHECK(getVariable(m, r, w, true));
    NEXT;
  }
  OP(setInterprocess) {
    ++pc;
    SAVE;
    CHECK(setVariable(m, r, w, true));
    NEXT;
  }
  OP(getOk) {
    putInteger(r[w.a()], process.okVariable ? 1 : 0);
    NEXT;
  }
  OP(setOk) {
    process.okVariable = r[w.a()].isNumber() && r[w.a()].asNumber() != 0;
    used(m, r, w.a());
    NEXT;
  }
  OP(getWord) {
    const Word& cache = *pc++;
    SAVE;
    STEP(getWord(m, r, w, cache));
    NEXT;
  }
  OP(getParameter) {
    SAVE;
    CHECK(getParameter(m, r, w));
    NEXT;
  }
  OP(setParameter) {
    SAVE;
    CHECK(setParameter(m, r, w));
    NEXT;
  }
  OP(countParameters) {
    putInteger(r[w.a()], frame->arguments);
    NEXT;
  }
  OP(copyParameters) {
    SAVE;
    CHECK(copyParameters(m, r, w));
    NEXT;
  }
  OP(declaredType) {
    CHECK(declaredType(r, w));
    NEXT;
  }

  // --- Arithmetic
#define ARITHMETIC(name, expression)                    \
  OP(name) {                                            \
    const Value& left = r[w.b()];                       \
    const Value& right = r[w.c()];                      \
    if (__builtin_expect(areNumbers(left, right), 1)) { \
      const double x = left.asNumber();                 \
      const double y = right.asNumber();                \
      putReal(r[w.a()], expression);                    \
      NEXT;                                             \
    }                                                   \
    SAVE;                                               \
    CHECK(binary(m, BinaryOperator::name, r, w));       \
    NEXT;                                               \
  }
  ARITHMETIC(add, x + y)
  ARITHMETIC(subtract, x - y)
  ARITHMETIC(multiply, x * y)
  ARITHMETIC(divide, x / y)
#define SLOW_BINARY(name)                         \
  OP(name) {                                      \
    SAVE;                                         \
    CHECK(binary(m, BinaryOperator::name, r, w)); \
    NEXT;                                         \
  }
  SLOW_BINARY(integerDivide)
  OP(modulo) {
    const Value& left = r[w.b()];
    const Value& right = r[w.c()];
    if (areNumbers(left, right)) {
      const double x = left.asNumber();
      const double y = right.asNumber();
      // Whole numbers of the exact range: the remainder of integers is much cheaper.
      if (std::fabs(x) < 9e15 && std::fabs(y) < 9e15) {
        const auto divisor = static_cast<std::int64_t>(y);
        if (divisor != 0) {
          putReal(r[w.a()], static_cast<double>(static_cast<std::int64_t>(x) % divisor));
          NEXT;
        }
      }
    }
    SAVE;
    CHECK(binary(m, BinaryOperator::modulo, r, w));
    NEXT;
  }
  ARITHMETIC(power, std::pow(x, y))
  SLOW_BINARY(superimpose)
  SLOW_BINARY(verticalSuper)
  SLOW_BINARY(bitAnd)
  SLOW_BINARY(bitOr)
  SLOW_BINARY(bitXor)
  SLOW_BINARY(shiftLeft)
  SLOW_BINARY(shiftRight)
  SLOW_BINARY(bitSet)
  SLOW_BINARY(bitClear)
  SLOW_BINARY(bitTest)
  OP(negate) {
    SAVE;
    auto value = negate(r[w.b()]);
    if (!value) {
      m.fail(value.error());
      FAILED;
    }
    used(m, r, w.b());
    r[w.a()] = std::move(*value);
    NEXT;
  }
  OP(plus) {
    const Value& operand = r[w.b()];
    if (!operand.isNumber() && operand.type() != Type::time && !operand.isUndefined()) {
      SAVE;
      m.fail(code::wrongType, "a number is expected behind the sign +, " + describeType(operand) + " was given");
      FAILED;
    }
    r[w.a()] = Value(operand);
    NEXT;
  }
  OP(logicalNot) {
    bool value = false;
    SAVE;
    CHECK(condition(m, r, w.b(), value));
    putBoolean(r[w.a()], !value);
    NEXT;
  }
  OP(addNumber) {
    if (__builtin_expect(r[w.b()].isNumber(), 1)) {
      putReal(r[w.a()], r[w.b()].asNumber() + w.signedC());
      NEXT;
    }
    SAVE;
    CHECK(binaryNumber(m, BinaryOperator::add, r, w));
    NEXT;
  }
  OP(multiplyNumber) {
    if (__builtin_expect(r[w.b()].isNumber(), 1)) {
      putReal(r[w.a()], r[w.b()].asNumber() * w.signedC());
      NEXT;
    }
    SAVE;
    CHECK(binaryNumber(m, BinaryOperator::multiply, r, w));
    NEXT;
  }
#define REALS(name, op)                                        \
  OP(name) {                                                   \
    putReal(r[w.a()], r[w.b()].asReal() op r[w.c()].asReal()); \
    NEXT;                                                      \
  }
  REALS(addReal, +)
  REALS(subtractReal, -)
  REALS(multiplyReal, *)
  REALS(divideReal, /)
#define REAL_CONSTANT(name, op)                                \
  OP(name) {                                                   \
    putReal(r[w.a()], r[w.b()].asReal() op k[w.c()].asReal()); \
    NEXT;                                                      \
  }
  REAL_CONSTANT(addRealConstant, +)
  REAL_CONSTANT(subtractRealConstant, -)
  REAL_CONSTANT(multiplyRealConstant, *)
  REAL_CONSTANT(divideRealConstant, /)
  OP(negateReal) {
    putReal(r[w.a()], -r[w.b()].asReal());
    NEXT;
  }
#define INTEGERS(name, op, right)                                                         \
  OP(name) {                                                                              \
    const std::int64_t number = r[w.b()].asInteger() op static_cast<std::int64_t>(right); \
    if (__builtin_expect(!fits32(number), 0)) {                                           \
      SAVE;                                                                               \
      CHECK(overflow(m, static_cast<double>(number)));                                    \
    }                                                                                     \
    putInteger(r[w.a()], number);                                                         \
    NEXT;                                                                                 \
  }
  INTEGERS(addInteger, +, r[w.c()].asInteger())
  INTEGERS(subtractInteger, -, r[w.c()].asInteger())
  INTEGERS(multiplyInteger, *, r[w.c()].asInteger())
  INTEGERS(addIntegerNumber, +, w.signedC())
  INTEGERS(multiplyIntegerNumber, *, w.signedC())
#define INTEGERS_WIDE(name, op, right)                                              \
  OP(name) {                                                                        \
    putInteger(r[w.a()], r[w.b()].asInteger() op static_cast<std::int64_t>(right)); \
    NEXT;                                                                           \
  }
  INTEGERS_WIDE(addIntegerWide, +, r[w.c()].asInteger())
  INTEGERS_WIDE(subtractIntegerWide, -, r[w.c()].asInteger())
  INTEGERS_WIDE(multiplyIntegerWide, *, r[w.c()].asInteger())
  INTEGERS_WIDE(addIntegerWideNumber, +, w.signedC())
#define INTEGER_DIVISION(name, op, sign)                           \
  OP(name) {                                                       \
    const std::int64_t divisor = r[w.c()].asInteger();             \
    if (__builtin_expect(divisor == 0, 0)) {                       \
      SAVE;                                                        \
      m.fail(code::divisionByZero, "division by zero (" sign ")"); \
      FAILED;                                                      \
    }                                                              \
    const std::int64_t number = r[w.b()].asInteger() op divisor;   \
    if (!fits32(number)) {                                         \
      SAVE;                                                        \
      CHECK(overflow(m, static_cast<double>(number)));             \
    }                                                              \
    putInteger(r[w.a()], number);                                  \
    NEXT;                                                          \
  }
  INTEGER_DIVISION(divideInteger, /, "\\")
  INTEGER_DIVISION(moduloInteger, %, "%")
#define BITS(name, op)                                                                                        \
  OP(name) {                                                                                                  \
    putInteger(r[w.a()], static_cast<std::int32_t>(static_cast<std::uint32_t>(r[w.b()].asInteger())           \
                                                       op static_cast<std::uint32_t>(r[w.c()].asInteger()))); \
    NEXT;                                                                                                     \
  }
  BITS(bitAndInteger, &)
  BITS(bitOrInteger, |)
  BITS(bitXorInteger, ^)
  OP(shiftLeftInteger) {
    const std::int64_t count = r[w.c()].asInteger();
    const auto bits = static_cast<std::uint32_t>(r[w.b()].asInteger());
    putInteger(r[w.a()], static_cast<std::int32_t>(count > 31 ? 0 : count < 0 ? bits : bits << count));
    NEXT;
  }
  OP(shiftRightInteger) {
    const std::int64_t count = r[w.c()].asInteger();
    const auto bits = static_cast<std::uint32_t>(r[w.b()].asInteger());
    putInteger(r[w.a()], static_cast<std::int32_t>(count > 31 ? 0 : count < 0 ? bits : bits >> count));
    NEXT;
  }
  OP(appendText) {
    SAVE;
    CHECK(appendText(m, r, w));
    NEXT;
  }

  // --- Comparison
#define COMPARISON(name, expression)              \
  OP(name) {                                      \
    const Value& left = r[w.b()];                 \
    const Value& right = r[w.c()];                \
    if (areNumbers(left, right)) {                \
      const double x = left.asNumber();           \
      const double y = right.asNumber();          \
      putBoolean(r[w.a()], expression);           \
      NEXT;                                       \
    }                                             \
    SAVE;                                         \
    CHECK(binary(m, BinaryOperator::name, r, w)); \
    NEXT;                                         \
  }
#define NEAR (x == y || std::fabs(x - y) <= process.realComparisonLevel())
  COMPARISON(equal, NEAR)
  COMPARISON(notEqual, !NEAR)
  COMPARISON(less, x < y)
  COMPARISON(lessOrEqual, x <= y || NEAR)
  COMPARISON(greater, x > y)
  COMPARISON(greaterOrEqual, x >= y || NEAR)
  OP(isMissing) {
    const bool missing = isMissingValue(r[w.b()]);
    used(m, r, w.b());
    putBoolean(r[w.a()], missing);
    NEXT;
  }
  OP(isUndefined) {
    const bool undefined = r[w.b()].isUndefined();
    used(m, r, w.b());
    putBoolean(r[w.a()], undefined);
    NEXT;
  }

  // --- Jumps
  OP(jump) {
    pc += w.bx();
    NEXT;
  }
  OP(loop) {
    pc += w.bx();
    BACK;
    NEXT;
  }
#define CONDITION(name, wanted)                               \
  OP(name) {                                                  \
    const Value& value = r[w.a()];                            \
    if (__builtin_expect(value.type() == Type::boolean, 1)) { \
      if (value.asBoolean() == (wanted)) goto jumpFar;        \
      NEXT;                                                   \
    }                                                         \
    bool holds = false;                                       \
    SAVE;                                                     \
    CHECK(condition(m, r, w.a(), holds));                     \
    if (holds == (wanted)) goto jumpFar;                      \
    NEXT;                                                     \
  }
  CONDITION(jumpIfTrue, true)
  CONDITION(jumpIfFalse, false)
jumpFar:
  pc += w.bx();
  if (w.bx() < 0) BACK;
  NEXT;
jumpNear:
  pc += w.signedC();
  if (w.signedC() < 0) BACK;
  NEXT;
#define TRUTH(name, wanted)                \
  OP(name) {                               \
    const bool holds = isTruthy(r[w.a()]); \
    used(m, r, w.a());                     \
    if (holds == (wanted)) goto jumpFar;   \
    NEXT;                                  \
  }
  TRUTH(jumpIfTruthy, true)
  TRUTH(jumpIfFalsy, false)
#define KEEP(name, wanted)                            \
  OP(name) {                                          \
    if (isTruthy(r[w.a()]) == (wanted)) goto jumpFar; \
    r[w.a()] = Value();                               \
    NEXT;                                             \
  }
  KEEP(jumpKeepTruthy, true)
  KEEP(jumpKeepFalsy, false)
#define MISSING(name, wanted)                    \
  OP(name) {                                     \
    const bool holds = isMissingValue(r[w.a()]); \
    used(m, r, w.a());                           \
    if (holds == (wanted)) goto jumpFar;         \
    NEXT;                                        \
  }
  MISSING(jumpIfMissing, true)
  MISSING(jumpIfNotMissing, false)
  OP(jumpUnlessAsserting) {
    if (!m.assertionsEnabled()) goto jumpFar;
    NEXT;
  }
#define COMPARE_JUMP(name, op, expression, wanted)                        \
  OP(name) {                                                              \
    const Value& left = r[w.a()];                                         \
    const Value& right = r[w.b()];                                        \
    if (__builtin_expect(areNumbers(left, right), 1)) {                   \
      const double x = left.asNumber();                                   \
      const double y = right.asNumber();                                  \
      if ((expression) == (wanted)) goto jumpNear;                        \
      NEXT;                                                               \
    }                                                                     \
    bool holds = false;                                                   \
    SAVE;                                                                 \
    CHECK(compare(m, BinaryOperator::op, r, w.a(), right, w.b(), holds)); \
    if (holds == (wanted)) goto jumpNear;                                 \
    NEXT;                                                                 \
  }
#define COMPARE_NUMBER(name, op, expression, wanted)                                     \
  OP(name) {                                                                             \
    const Value& left = r[w.a()];                                                        \
    if (__builtin_expect(left.isNumber(), 1)) {                                          \
      const double x = left.asNumber();                                                  \
      const double y = w.signedB();                                                      \
      if ((expression) == (wanted)) goto jumpNear;                                       \
      NEXT;                                                                              \
    }                                                                                    \
    bool holds = false;                                                                  \
    SAVE;                                                                                \
    CHECK(compare(m, BinaryOperator::op, r, w.a(), Value::real(w.signedB()), 0, holds)); \
    if (holds == (wanted)) goto jumpNear;                                                \
    NEXT;                                                                                \
  }
#define COMPARE_BOTH(name, op, expression)                   \
  COMPARE_JUMP(jumpIf##name, op, expression, true)           \
  COMPARE_JUMP(jumpUnless##name, op, expression, false)      \
  COMPARE_NUMBER(jumpIf##name##Number, op, expression, true) \
  COMPARE_NUMBER(jumpUnless##name##Number, op, expression, false)
  COMPARE_BOTH(Less, less, x < y)
  COMPARE_BOTH(LessOrEqual, lessOrEqual, x <= y || NEAR)
  COMPARE_BOTH(Greater, greater, x > y)
  COMPARE_BOTH(GreaterOrEqual, greaterOrEqual, x >= y || NEAR)
  COMPARE_BOTH(Equal, equal, NEAR)
#define REAL_JUMP(name, expression, wanted)      \
  OP(name) {                                     \
    const double x = r[w.a()].asReal();          \
    const double y = r[w.b()].asReal();          \
    if ((expression) == (wanted)) goto jumpNear; \
    NEXT;                                        \
  }
  REAL_JUMP(jumpIfLessReal, x < y, true)
  REAL_JUMP(jumpUnlessLessReal, x < y, false)
  REAL_JUMP(jumpIfLessOrEqualReal, x <= y || NEAR, true)
  REAL_JUMP(jumpUnlessLessOrEqualReal, x <= y || NEAR, false)
  REAL_JUMP(jumpIfEqualReal, NEAR, true)
  REAL_JUMP(jumpUnlessEqualReal, NEAR, false)
#define INTEGER_JUMP(name, op, right)                                            \
  OP(name) {                                                                     \
    if (r[w.a()].asInteger() op static_cast<std::int64_t>(right)) goto jumpNear; \
    NEXT;                                                                        \
  }
  INTEGER_JUMP(jumpIfLessInteger, <, r[w.b()].asInteger())
  INTEGER_JUMP(jumpIfLessOrEqualInteger, <=, r[w.b()].asInteger())
  INTEGER_JUMP(jumpIfEqualInteger, ==, r[w.b()].asInteger())
  INTEGER_JUMP(jumpUnlessEqualInteger, !=, r[w.b()].asInteger())
  INTEGER_JUMP(jumpIfLessIntegerNumber, <, w.signedB())
  INTEGER_JUMP(jumpIfGreaterIntegerNumber, >, w.signedB())
  INTEGER_JUMP(jumpIfEqualIntegerNumber, ==, w.signedB())
  INTEGER_JUMP(jumpUnlessEqualIntegerNumber, !=, w.signedB())

  // --- Loops
  OP(forPrepareInteger) {
    SAVE;
    CHECK(forPrepare(m, r, w, true));
    NEXT;
  }
  OP(forPrepareReal) {
    SAVE;
    CHECK(forPrepare(m, r, w, false));
    NEXT;
  }
  OP(forTestInteger) {
    const std::int64_t counter = r[w.a()].asInteger();
    const std::int64_t limit = r[w.b()].asInteger();
    if (r[w.b() + 1].asInteger() > 0 ? counter > limit : counter < limit) goto jumpNear;
    NEXT;
  }
  OP(forTestReal) {
    const double counter = r[w.a()].asReal();
    const double limit = r[w.b()].asReal();
    if (!(r[w.b() + 1].asReal() > 0 ? counter <= limit : counter >= limit)) goto jumpNear;
    NEXT;
  }
  OP(forTest) {
    const Value& counter = r[w.a()];
    const double limit = r[w.b()].asNumber();
    const double step = r[w.b() + 1].asNumber();
    double number = std::nan("");  // an undefined counter: no pass
    if (counter.isNumber()) {
      number = counter.asNumber();
    } else if (counter.type() == Type::time) {
      number = static_cast<double>(counter.asTime().ms) / 1000;
    } else if (!counter.isUndefined()) {
      SAVE;
      m.fail(code::wrongType, "for: the counter must be a number, " + describeType(counter) + " was given");
      FAILED;
    }
    if (!(step > 0 ? number <= limit : number >= limit)) goto jumpNear;
    NEXT;
  }
  OP(forNextInteger) {
    const std::int64_t step = r[w.b() + 1].asInteger();
    const std::int64_t counter = r[w.a()].asInteger() + step;
    const std::int64_t limit = r[w.b()].asInteger();
    if (__builtin_expect(!fits32(counter), 0)) NEXT;
    ::new (static_cast<void*>(&r[w.a()])) Value(Value::integer(counter));
    if (step > 0 ? counter <= limit : counter >= limit) goto jumpNear;
    NEXT;
  }
  OP(forNextReal) {
    const double step = r[w.b() + 1].asReal();
    const double counter = r[w.a()].asReal() + step;
    const double limit = r[w.b()].asReal();
    ::new (static_cast<void*>(&r[w.a()])) Value(Value::real(counter));
    if (step > 0 ? counter <= limit : counter >= limit) goto jumpNear;
    NEXT;
  }
  OP(forEachPrepare) {
    bool any = false;
    SAVE;
    CHECK(forEachPrepare(m, r, w, any));
    if (!any) goto jumpNear;
    NEXT;
  }
  OP(forEachNext) {
    bool any = false;
    SAVE;
    CHECK(forEachNext(m, r, w, any));
    if (any) goto jumpNear;
    NEXT;
  }
  OP(forEachDone) {
    for (std::uint32_t i = 0; i < 3; ++i) r[w.a() + i] = Value();
    NEXT;
  }

  // --- Objects, collections
  OP(getMember) {
    const Word& cache = *pc++;
    const Value& receiver = r[w.b()];
    if (receiver.isObject()) {
      Object& object = receiver.asObject();
      auto position = static_cast<std::uint32_t>(cache.bits);
      const auto known = position;
      if (!object.group()) {
        if (const Value* value = memberOf(object, names[w.c()], position)) {
          if (position != known) std::atomic_ref(cache.bits).store(position, std::memory_order_relaxed);
          if (w.b() >= temporary) {
            Value result = *value;
            r[w.b()] = Value();
            r[w.a()] = std::move(result);
          } else {
            r[w.a()] = Value(*value);
          }
          NEXT;
        }
      }
    }
    SAVE;
    STEP(getMember(m, r, w, cache));
    NEXT;
  }
  OP(setMember) {
    const Word& cache = *pc++;
    const Value& receiver = r[w.a()];
    if (receiver.isObject() && !receiver.asObject().group()) {
      const Type type = r[w.b()].type();
      if (type != Type::undefined && type != Type::blob) {
        auto position = static_cast<std::uint32_t>(cache.bits);
        const auto known = position;
        if (Value* value = memberOf(receiver.asObject(), names[w.c()], position)) {
          if (position != known) std::atomic_ref(cache.bits).store(position, std::memory_order_relaxed);
          if (type == Type::integer) {
            put(*value, Value::real(static_cast<double>(r[w.b()].asInteger())));
          } else if (type == Type::time) {
            put(*value, Value::markedTime(r[w.b()].asTime()));
          } else {
            *value = take(m, r, w.b());
          }
          used(m, r, w.a());
          NEXT;
        }
      }
    }
    SAVE;
    STEP(setMember(m, r, w, cache));
    NEXT;
  }
  OP(getSuperMember) {
    ++pc;
    SAVE;
    STEP(getSuperMember(m, r, w));
    NEXT;
  }
  OP(initialiseProperty) {
    ++pc;
    SAVE;
    CHECK(initialiseProperty(m, r, w));
    NEXT;
  }
#define GIVE_ELEMENT(element)       \
  do {                              \
    if (w.b() >= temporary) {       \
      Value result = (element);     \
      r[w.b()] = Value();           \
      r[w.a()] = std::move(result); \
    } else {                        \
      r[w.a()] = Value(element);    \
    }                               \
    NEXT;                           \
  } while (false)
#define COLLECTION_ELEMENT(indexValue, usable)                                   \
  const Value& receiver = r[w.b()];                                              \
  if ((usable) && receiver.isCollection() && !receiver.asCollection().group()) { \
    const std::vector<Value>& elements = receiver.asCollection().elements();     \
    const double number = (indexValue);                                          \
    if (number >= 0 && number < static_cast<double>(elements.size())) {          \
      GIVE_ELEMENT(elements[static_cast<std::size_t>(number)]);                  \
    }                                                                            \
  }
#define INTEGER_ELEMENT(indexValue)                                          \
  const Value& receiver = r[w.b()];                                          \
  if (receiver.isCollection() && !receiver.asCollection().group()) {         \
    const std::vector<Value>& elements = receiver.asCollection().elements(); \
    const auto index = static_cast<std::uint64_t>(indexValue);               \
    if (index < elements.size()) GIVE_ELEMENT(elements[index]);              \
  }
  OP(getElement) {
    COLLECTION_ELEMENT(r[w.c()].asNumber(), r[w.c()].isNumber())
    SAVE;
    STEP(getElement(m, r, w, take(m, r, w.c())));
    NEXT;
  }
  OP(getElementInteger) {
    INTEGER_ELEMENT(r[w.c()].asInteger())
    SAVE;
    STEP(getElement(m, r, w, Value(r[w.c()])));
    NEXT;
  }
  OP(getElementNumber) {
    INTEGER_ELEMENT(w.c())
    SAVE;
    STEP(getElement(m, r, w, Value::integer(w.c())));
    NEXT;
  }
#define PUT_ELEMENT(element)                                                \
  do {                                                                      \
    if (type == Type::integer) {                                            \
      put(element, Value::real(static_cast<double>(r[w.c()].asInteger()))); \
    } else if (type == Type::time) {                                        \
      put(element, Value::markedTime(r[w.c()].asTime()));                   \
    } else {                                                                \
      (element) = take(m, r, w.c());                                        \
    }                                                                       \
    used(m, r, w.a());                                                      \
    NEXT;                                                                   \
  } while (false)
#define STORE_ELEMENT(indexValue, usable)                                                              \
  const Value& receiver = r[w.a()];                                                                    \
  const Type type = r[w.c()].type();                                                                   \
  if ((usable) && receiver.isCollection() && !receiver.asCollection().group() && type != Type::blob && \
      type != Type::undefined) {                                                                       \
    std::vector<Value>& elements = receiver.asCollection().elements();                                 \
    const double number = (indexValue);                                                                \
    if (number >= 0 && number < static_cast<double>(elements.size())) {                                \
      Value& element = elements[static_cast<std::size_t>(number)];                                     \
      PUT_ELEMENT(element);                                                                            \
    }                                                                                                  \
  }
#define STORE_INTEGER_ELEMENT(indexValue)                                                                             \
  const Value& receiver = r[w.a()];                                                                                   \
  const Type type = r[w.c()].type();                                                                                  \
  if (receiver.isCollection() && !receiver.asCollection().group() && type != Type::blob && type != Type::undefined) { \
    std::vector<Value>& elements = receiver.asCollection().elements();                                                \
    const auto index = static_cast<std::uint64_t>(indexValue);                                                        \
    if (index < elements.size()) {                                                                                    \
      Value& element = elements[index];                                                                               \
      PUT_ELEMENT(element);                                                                                           \
    }                                                                                                                 \
    if (index == elements.size() && elements.capacity() > index) {                                                    \
      elements.emplace_back();                                                                                        \
      PUT_ELEMENT(elements.back());                                                                                   \
    }                                                                                                                 \
  }
  OP(setElement) {
    STORE_ELEMENT(r[w.b()].asNumber(), r[w.b()].isNumber())
    SAVE;
    STEP(setElement(m, r, w));
    NEXT;
  }
  OP(setElementInteger) {
    STORE_INTEGER_ELEMENT(r[w.b()].asInteger())
    SAVE;
    STEP(setElement(m, r, w));
    NEXT;
  }
  OP(getCharacter) {
    SAVE;
    CHECK(getCharacter(m, r, w));
    NEXT;
  }
  OP(setCharacter) {
    SAVE;
    CHECK(setCharacter(m, r, w));
    NEXT;
  }
  OP(getBrace) {
    SAVE;
    CHECK(getBrace(m, r, w));
    NEXT;
  }
  OP(setBrace) {
    SAVE;
    CHECK(setBrace(m, r, w));
    NEXT;
  }
  OP(assignArray) {
    SAVE;
    CHECK(assignArray(m, r, w));
    NEXT;
  }
  OP(newObject) {
    SAVE;
    CHECK(newObject(m, r, w));
    NEXT;
  }
  OP(extendObject) {
    SAVE;
    CHECK(extendObject(m, r, w));
    NEXT;
  }
  OP(newCollection) {
    SAVE;
    CHECK(newCollection(m, r, w));
    NEXT;
  }
  OP(extendCollection) {
    SAVE;
    CHECK(extendCollection(m, r, w));
    NEXT;
  }
  OP(loadClassStore) {
    r[w.a()] = Value::handle(Ref<Handle>(new ClassStoreValue(w.b() != 0)));
    NEXT;
  }
  OP(loadClass) {
    const Word& cache = *pc++;
    SAVE;
    CHECK(loadClass(m, r, w, false, cache));
    NEXT;
  }
  OP(loadNativeClass) {
    const Word& cache = *pc++;
    SAVE;
    CHECK(loadClass(m, r, w, true, cache));
    NEXT;
  }
  OP(loadTable) {
    r[w.a()] = Value::handle(Ref<Handle>(new TableReference(frame->code->names[w.bx()])));
    NEXT;
  }

  // --- Pointers
  OP(pointCell)
  OP(pointProcess)
  OP(pointInterprocess)
  OP(pointBrace)
  OP(pointTable) {
    SAVE;
    CHECK(point(m, r, w));
    NEXT;
  }
  OP(getPointed) {
    SAVE;
    CHECK(getPointed(m, r, w));
    NEXT;
  }
  OP(setPointed) {
    SAVE;
    CHECK(setPointed(m, r, w));
    NEXT;
  }

  // --- Calls
  OP(callMethod) {
    const Word& cache = *pc++;
    SAVE;
    BACK;
    // A method that was called from here before, with as many arguments as it declares, of the types it declares.
    const std::uint64_t bits = std::atomic_ref(cache.bits).load(std::memory_order_relaxed);
    if (isDirectCall(bits, m.serial_)) {
      const compile::Code& callee = directCallee(bits);
      Value* const window = r + w.a();
      if (m.frameCount_ < m.frameRoom_ && window + callee.registers <= m.segmentEnd_) {
        Value* slot = window;
        for (const compile::ParameterInfo& parameter : callee.parameters) {
          ++slot;
          const std::uint8_t sole = soleTypes[static_cast<std::size_t>(parameter.type.word)];
          if (sole != anyType && static_cast<std::uint8_t>(slot->type()) != sole) goto anyCall;
        }
        for (const Value& value : callee.initial) ::new (static_cast<void*>(++slot)) Value(value);
        *window = Value::null();  // what an earlier statement left there is no receiver
        Frame& next = m.frames_[m.frameCount_++];
        next.code = &callee;
        next.pc = callee.words.data();
        next.base = window;
        next.result = window;
        next.kept = nullptr;
        next.owner = nullptr;
        next.arguments = w.b();
        next.state = {};
        goto load;
      }
    }
  anyCall:
    STEP(callMethod(m, r, w, pc[-1]));
    NEXT;
  }
  OP(callFunction) {
    const Word& cache = *pc++;
    SAVE;
    BACK;
    STEP(callFunction(m, r, w, cache));
    goto natives;
  }
  OP(callElement) {
    SAVE;
    STEP(callElement(m, r, w));
    goto natives;
  }
  OP(callValue) {
    SAVE;
    BACK;
    STEP(callValue(m, r + w.a(), w.b()));
    goto natives;
  }
  OP(callSuper) {
    SAVE;
    STEP(callSuper(m, r, w));
    NEXT;
  }
  OP(callSuperFunction) {
    ++pc;
    SAVE;
    STEP(callSuperFunction(m, r, w));
    goto natives;
  }
  OP(callCommand) {
    ++pc;
    SAVE;
    CHECK(callCommand(m, r, w, false));
    goto natives;
  }
  OP(callCommandOut) {
    ++pc;
    SAVE;
    CHECK(callCommand(m, r, w, true));
    goto natives;
  }
natives:
  frame = &m.frames_[m.frameCount_ - 1];  // the array of frames may have grown meanwhile
  m.top_ = r + frame->code->registers;
  if (__builtin_expect(m.isWatching(), 0)) table = attentive;
  NEXT;
  OP(forwardMethod) {
    ++pc;
    SAVE;
    STEP(forwardMethod(m, r, w));
    goto natives;
  }
  OP(newFormula) {
    SAVE;
    CHECK(newFormula(m, r, w));
    NEXT;
  }
  OP(returnValue) {
    SAVE;
    const std::uint16_t from = w.a();
    if (__builtin_expect(frame->isPlain(), 1)) {
      Value* const target = frame->result;
      const std::uint32_t boxed = frame->code->boxedEnd;
      Value result = std::move(r[from]);
      for (std::uint32_t i = 0; i < boxed; ++i) {
        if (isBoxed(r[i])) r[i] = Value();
      }
      --m.frameCount_;
      *target = std::move(result);
      goto load;
    }
    CHECK(finish(m, from >= temporary ? std::move(r[from]) : r[from]));
    if (m.frameCount_ == entry) return true;
    goto load;
  }
  OP(returnUndefined) {
    SAVE;
    CHECK(finish(m, Value()));
    if (m.frameCount_ == entry) return true;
    goto load;
  }

  // --- Errors and locks
  OP(raise) {
    SAVE;
    CHECK(raise(m, frame->code->raises[static_cast<std::size_t>(w.bx())]));
    NEXT;
  }
  OP(tryBegin) {
    process.errors().clear();
    m.tries_.push_back({m.frameCount_ - 1, w.b() != 0, false, ++m.lastTry_, m.deferred_.size()});
    ++frame->state.tries;
    NEXT;
  }
  OP(tryEnd) {
    bool caught = false;
    SAVE;
    CHECK(tryEnd(m, caught));
    if (caught) goto jumpFar;
    NEXT;
  }
  OP(tryLeave) {
    if (frame->state.tries > 0) {
      m.tries_.pop_back();
      --frame->state.tries;
    }
    NEXT;
  }
  OP(useBegin) {
    SAVE;
    CHECK(m.pushUse(r[w.a()], false));
    NEXT;
  }
  OP(useEnd) {
    if (frame->state.uses > 0) m.popUse();
    NEXT;
  }

slow:
  // A jump has been done already: what fails then is where it leads to, not the word before that.
  frame->pc =
      w.op() == Opcode::callMethod || w.op() == Opcode::callFunction || w.op() == Opcode::callValue ? pc : pc + 1;
  budget = budgetOfASlice;
  if (!m.slowCheck()) FAILED;
  if (m.isWatching()) table = attentive;
  // A call has not been begun yet.
  switch (w.op()) {
    case Opcode::callMethod: {
      STEP(callMethod(m, r, w, pc[-1]));
      NEXT;
    }
    case Opcode::callFunction: {
      STEP(callFunction(m, r, w, pc[-1]));
      goto natives;
    }
    case Opcode::callValue: {
      STEP(callValue(m, r + w.a(), w.b()));
      goto natives;
    }
    default:
      NEXT;
  }

failed:
  switch (m.raise(entry)) {
    case Machine::Outcome::resume:
      goto load;
    case Machine::Outcome::ended:
      if (!finish(m, Value())) goto failed;
      if (m.frameCount_ == entry) return true;
      goto load;
    case Machine::Outcome::leave:
      return false;
  }
  return false;
}

bool Interpreter::overflow(Machine& m, double number) {
  const auto whole = toInteger32(number);
  return whole || m.fail(whole.error());
}

}  // namespace qodly::script::vm
