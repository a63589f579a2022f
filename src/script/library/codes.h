// Error numbers of the language that the text, number and picture commands raise (language.md 19.6).
#pragma once

namespace qodly::script::library::codes {

inline constexpr int wrongType = -20002;
inline constexpr int divisionByZero = -20006;
inline constexpr int outOfRange = -20007;
inline constexpr int limitReached = -20019;
inline constexpr int invalidRegex = -20022;

}  // namespace qodly::script::library::codes
