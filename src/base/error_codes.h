// Every error number of the product in one table (language.md 19.6, orda.md 23, rest.md 22.3). Numbers are part of the
// documented behaviour: never reuse or change one.
#pragma once

namespace qodly::code {

// Query language and data (component "dbmg").
inline constexpr int wrongType = -20002;
inline constexpr int indexOutOfRange = -20005;
inline constexpr int wrongArgument = -20007;
inline constexpr int readOnly = -20010;
inline constexpr int recursiveCalculation = -20012;
inline constexpr int limitReached = -20019;
inline constexpr int malformedJson = -20020;
inline constexpr int querySyntax = -20030;
inline constexpr int queryUnknownAttribute = -20031;
inline constexpr int queryPlaceholderMissing = -20032;
inline constexpr int duplicateKey = -20033;
inline constexpr int mandatoryNull = -20034;
inline constexpr int valueOutOfRange = -20035;
inline constexpr int deletionRefused = -20036;
inline constexpr int dataUnavailable = -20037;  // locked, read-only, key missing
inline constexpr int noTransaction = -20038;
inline constexpr int insideEvent = -20039;
inline constexpr int formulaNotAllowed = 1278;
inline constexpr int queryExpected = 1626;
inline constexpr int incompatibleDataClass = 1587;
inline constexpr int selectionNotAlterable = 1637;

// Files and devices (component "dbmg").
inline constexpr int fileNotFound = -43;
inline constexpr int diskFull = -34;
inline constexpr int inputOutput = -36;

// Project and data files (component "dbmg").
inline constexpr int projectInvalid = -20050;
inline constexpr int modelInvalid = -20051;
inline constexpr int dataFileTooNew = -20052;
inline constexpr int dataFileInUse = -20053;
inline constexpr int dataFileDamaged = -20054;

// REST (component "dbmg").
inline constexpr int recordNotSaved = 1046;
inline constexpr int stampMismatch = 1263;
inline constexpr int attributeNotFound = 1500;
inline constexpr int entityNotSaved = 1517;
inline constexpr int newEntityNotSaved = 1534;
inline constexpr int keyNotFound = 1542;
inline constexpr int entityNotLoaded = 1543;
inline constexpr int noPermission = 1557;
inline constexpr int validationText = 1569;
inline constexpr int validationFailed = 1570;
inline constexpr int dataClassNotFound = 1800;
inline constexpr int entitySetNotFound = 1802;
inline constexpr int attributeListNotBuilt = 1804;
inline constexpr int restMalformed = 1599;

}  // namespace qodly::code
