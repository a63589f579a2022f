// The numbers of the language's own errors (language.md 19.6). Those shared with queries stand in base/error_codes.h.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"
#include "base/error_codes.h"

namespace qodly::script::code {

inline constexpr int thrown = -1;
inline constexpr int interrupted = 1006;
inline constexpr int assertion = -10518;
inline constexpr int notShareable = -10721;
inline constexpr int unknownMember = -10729;
inline constexpr int formulaVariable = -10737;
inline constexpr int thisTooEarly = -10743;
inline constexpr int notClass = -10745;
inline constexpr int superMisuse = -10746;
inline constexpr int superMissing = -10748;

inline constexpr int syntax = -20001;
inline constexpr int wrongType = qodly::code::wrongType;  // -20002
inline constexpr int missingValue = -20003;
inline constexpr int nullOrder = -20004;
inline constexpr int indexOutOfRange = qodly::code::indexOutOfRange;  // -20005
inline constexpr int divisionByZero = -20006;
inline constexpr int outOfRange = qodly::code::wrongArgument;  // -20007
inline constexpr int unknownName = -20008;
inline constexpr int notFunction = -20009;
inline constexpr int readOnly = qodly::code::readOnly;  // -20010
inline constexpr int badClass = -20011;
inline constexpr int recursion = -20012;
inline constexpr int writeOutsideUse = -20013;
inline constexpr int otherGroup = -20014;
inline constexpr int useOfPlain = -20015;
inline constexpr int badCallback = -20016;
inline constexpr int processMisuse = -20017;
inline constexpr int lockTimeout = -20018;
inline constexpr int limitReached = qodly::code::limitReached;  // -20019
inline constexpr int notOnServer = -20027;
inline constexpr int invalidStep = -20028;

}  // namespace qodly::script::code

namespace qodly::script {

// An error of the language: component "host".
inline Error hostError(int number, std::string message) { return Error(number, "host", std::move(message)); }

}  // namespace qodly::script
