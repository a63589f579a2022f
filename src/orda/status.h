// Status objects of save, drop, lock, unlock and reload (orda.md 15.4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "orda/engine.h"
#include "value/value.h"

namespace qodly::orda {

enum class StatusCode : int {
  ok = 0,
  wrongPermission = 1,
  stampHasChanged = 2,
  locked = 3,
  seriousError = 4,
  entityDoesNotExistAnymore = 5,
  autoMergeFailed = 6,
  validationFailed = 7,
  seriousValidationError = 8,
};

std::string_view statusText(StatusCode code);  // "Stamp has changed"...
// An error of the database: component "dbmg".
Error dataError(int code, std::string message);

struct Status {
  StatusCode code = StatusCode::ok;
  std::optional<bool> autoMerged;                          // save(kAutoMerge)
  std::optional<bool> wasReloaded;                         // lock(kReloadIfStampChanged)
  std::optional<LockInfo> lockInfo;                        // code locked
  storage::RecordNumber lockedRecord = storage::noRecord;  // with lockInfo
  bool ofLock = false;                                     // result of lock(): lockInfo has user4d_id
  std::vector<Error> errors;                               // codes 4, 7, 8
  std::vector<Value> descriptions;  // `extraDescription` of the errors of events, in their order; may be shorter

  static Status of(StatusCode code);
  static Status lockedBy(LockInfo holder, storage::RecordNumber number);
  static Status failed(Error error);     // code 4
  static Status forbidden(Error error);  // code 1

  bool success() const { return code == StatusCode::ok; }
  Value toValue() const;  // the object scripts and REST see
};

}  // namespace qodly::orda
