#include "script/library/number_commands.h"

#include <array>
#include <cmath>
#include <random>

#include "script/library/codes.h"
#include "script/library/number_decimal.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using vm::Call;

// A number that is known to be whole stays one.
Value numberValue(double number) { return Value::real(number); }

template <double (*function)(double)>
Result<Value> ofOneNumber(Call& call) {
  return numberValue(function(call.number(0)));
}

double absolute(double n) { return std::fabs(n); }
double floorOf(double n) { return std::floor(n); }
double fractionOf(double n) { return std::isfinite(n) ? std::fabs(n - std::trunc(n)) : 0; }
double squareRootOf(double n) { return std::sqrt(n); }
double exponential(double n) { return std::exp(n); }
double logarithm(double n) { return std::log(n); }
double sine(double n) { return std::sin(n); }
double cosine(double n) { return std::cos(n); }
double tangent(double n) { return std::tan(n); }
double arcTangent(double n) { return std::atan(n); }

Result<Value> roundCommand(Call& call) { return numberValue(roundNumber(call.number(0), call.integer(1))); }
Result<Value> truncCommand(Call& call) { return numberValue(truncNumber(call.number(0), call.integer(1))); }

Result<Value> modCommand(Call& call) {
  const auto remainder = modulo(call.number(0), call.number(1));
  if (!remainder) return std::unexpected(remainder.error());
  return numberValue(*remainder);
}

Result<Value> randomCommand(Call&) {
  static thread_local std::mt19937 generator{std::random_device{}()};
  return Value::integer(static_cast<std::int64_t>(generator() >> 17));  // the upper 15 of 32 bits
}

Result<Value> setRealComparisonLevelCommand(Call& call) {
  call.process().setRealComparisonLevel(call.number(0));
  return Value();
}

Result<Value> notCommand(Call& call) { return Value::boolean(!call.boolean(0)); }
Result<Value> trueCommand(Call&) { return Value::boolean(true); }
Result<Value> falseCommand(Call&) { return Value::boolean(false); }

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"abs", "(aNumber: number) : number", ofOneNumber<absolute>, "The absolute value."},
    {"int", "(aNumber: number) : number", ofOneNumber<floorOf>, "The greatest whole number that is not greater."},
    {"dec", "(aNumber: number) : number", ofOneNumber<fractionOf>, "The fractional part, never negative."},
    {"trunc", "(aNumber: number, places: integer) : number", truncCommand,
     "The number cut to decimal places, toward negative infinity."},
    {"round", "(aNumber: number, places: integer) : number", roundCommand,
     "The number rounded to decimal places, halves away from zero."},
    {"mod", "(number1: number, number2: number) : number", modCommand, "The remainder of an integer division."},
    {"random", "() : integer", randomCommand, "A random whole number from 0 to 32767."},
    {"squareRoot", "(aNumber: number) : number", ofOneNumber<squareRootOf>, "The square root."},
    {"exp", "(aNumber: number) : number", ofOneNumber<exponential>, "e raised to a power."},
    {"log", "(aNumber: number) : number", ofOneNumber<logarithm>, "The natural logarithm."},
    {"sin", "(angle: number) : number", ofOneNumber<sine>, "The sine of an angle in radians."},
    {"cos", "(angle: number) : number", ofOneNumber<cosine>, "The cosine of an angle in radians."},
    {"tan", "(angle: number) : number", ofOneNumber<tangent>, "The tangent of an angle in radians."},
    {"arctan", "(aNumber: number) : number", ofOneNumber<arcTangent>, "The angle in radians of a tangent."},
    {"setRealComparisonLevel", "(epsilon: number)", setRealComparisonLevelCommand,
     "How far apart numbers may be that count as equal in this process (0 to 0.001)."},
    {"not", "(aBoolean: boolean) : boolean", notCommand, "The opposite of a Boolean."},
    {"true", "() : boolean", trueCommand, "The Boolean true."},
    {"false", "() : boolean", falseCommand, "The Boolean false."},
});

}  // namespace

std::span<const vm::FunctionRow> numberCommands() { return rows; }

Result<double> modulo(double dividend, double divisor) {
  const double by = roundHalfAway(divisor);
  if (by == 0) {
    return std::unexpected(Error(codes::divisionByZero, "host", "mod: division by zero, the divisor rounds to 0."));
  }
  const double remainder = std::fmod(roundHalfAway(dividend), by);
  return remainder == 0 ? 0 : remainder;
}

}  // namespace qodly::script::library
