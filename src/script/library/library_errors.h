// Numbers of errors that only commands of the library raise (language.md 19.6); the others stand in vm/codes.h.
#pragma once

namespace qodly::script::code {

inline constexpr int invalidJsonSchema = -20021;
inline constexpr int invalidJsonPattern = -20022;

}  // namespace qodly::script::code
