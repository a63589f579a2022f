// Numbers of errors that only the language's library raises (language.md 19.6).
#pragma once

namespace qodly::script::library::code {

inline constexpr int notShareable = -10721;
inline constexpr int missingValue = -20003;   // null or undefined where a value is needed
inline constexpr int cycle = -20012;          // reference cycle in JSON
inline constexpr int foreignGroup = -20014;   // shared value of another group
inline constexpr int wrongCallback = -20016;  // formula or callback missing or of the wrong kind
inline constexpr int invalidSchema = -20021;
inline constexpr int invalidRegex = -20022;

}  // namespace qodly::script::library::code
