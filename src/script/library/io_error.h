// Errors of the library's parts that touch the outside: files, keys, archives, the network (language.md 19.6).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::script::library {

namespace fault {
inline constexpr int noFile = -43;
inline constexpr int accessDenied = -45;
inline constexpr int folderNotEmpty = -47;
inline constexpr int nameInUse = -48;
inline constexpr int openForWriting = -49;
inline constexpr int diskFull = -34;
inline constexpr int inputOutput = -36;
inline constexpr int noFolder = -120;
inline constexpr int wrongType = -20002;
inline constexpr int wrongRange = -20007;
inline constexpr int readOnly = -20010;
inline constexpr int limitReached = -20019;
inline constexpr int malformedJson = -20020;
inline constexpr int unknownCharset = -20023;
inline constexpr int wrongPath = -20024;
inline constexpr int archive = -20025;
inline constexpr int wrongSettings = -20026;
inline constexpr int passwordAlgorithm = 850;
inline constexpr int passwordHash = 851;
inline constexpr int passwordCost = 852;
}  // namespace fault

// The component signature of every error of the library.
inline std::unexpected<Error> fail(int code, std::string message) {
  return std::unexpected(Error(code, "host", std::move(message)));
}

// The error of a failed system call: `number` is its errno, `doing` reads "write the file", `path` is shown to the
// script's author and therefore is the path that scripts know.
Error systemError(int number, std::string_view doing, std::string_view path);

}  // namespace qodly::script::library
