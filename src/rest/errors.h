// Errors as REST answers them: one table of codes with their HTTP status, and the sentences of rest.md 22.3.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "orda/status.h"

namespace qodly::rest {

inline constexpr int unknownMemberMethod = -10729;  // component "host" (rest.md 15.7)

// HTTP status of an error (rest.md 22.2). Errors of component "rest" whose code is a status give that one.
int httpStatus(const Error& error);

// Appends the elements of an `__ERROR` array: the error, then its consequences, each as an object; no brackets.
void appendErrors(const Error& error, std::string& out);
// {"__ERROR":[...]}
std::string errorBody(const Error& error);

// Sentences of rest.md 22.3.
Error dataClassNotFound(std::string_view dataClass);
Error attributeNotFound(std::string_view attribute, std::string_view dataClass);  // 1500 followed by 1804
// The same for one step of a path: `attribute` is missing in `dataClass`, `path` was asked of `root`.
Error attributeNotFound(std::string_view attribute, std::string_view dataClass, std::string_view path,
                        std::string_view root);
Error entityNotLoaded(std::string_view key, std::string_view dataClass);  // 1543
Error keyNotFound(std::string_view key, std::string_view dataClass);      // 1542
Error entitySetNotFound(std::string_view id);                             // 1802
Error methodNotFound(std::string_view function);                          // -10729
Error argumentError(int code, std::string message);                       // component ds, status 400 (rest.md 15.6)
Error malformed(std::string message);                                     // 400
Error refused(int status, std::string message);                           // component rest, code = status

// What a refused save or drop is about, for the chains of rest.md 12.3.
struct FailedEntity {
  std::string dataClass;
  std::string database;
  std::string key;  // "" for an entity never saved
  std::uint32_t record = 0;
  bool isNew = false;
};

// The `__ERROR` chain of a failed save: cause first, then what follows from it (1046, 1517 or 1534).
Error saveError(const orda::Status& status, const FailedEntity& entity);
Error saveError(const Error& cause, const FailedEntity& entity);
// The cause alone, worded for a person, for a failed drop.
Error dropError(const orda::Status& status, const FailedEntity& entity);

}  // namespace qodly::rest
