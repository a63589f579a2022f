// Status objects: the texts, and the form that scripts and REST see (orda.md 15.4).
#include "orda/status.h"

#include <array>

namespace qodly::orda {

namespace {

constexpr std::array<std::string_view, 9> texts = {
    "",
    "Permission Error",
    "Stamp has changed",
    "Already locked",
    "Other error",
    "Entity does not exist anymore",
    "Auto merge failed",
    "Mild Validation Error",
    "Serious Validation Error",
};

constexpr int recordLockKind = 1, sessionLockKind = 7;

Value processLock(const LockInfo& lock, bool ofLock) {
  auto info = Object::make();
  info->set("task_id", Value::integer(static_cast<std::int64_t>(lock.taskId)));
  info->set("user_name", Value::text(lock.userName));
  info->set("user4d_alias", Value::text(""));
  if (ofLock) info->set("user4d_id", Value::integer(0));
  info->set("host_name", Value::text(lock.hostName));
  info->set("task_name", Value::text(lock.taskName));
  info->set("client_version", Value::text(""));
  return Value::object(info);
}

Value sessionLock(const LockInfo& lock, storage::RecordNumber number) {
  auto info = Object::make();
  info->set("host", Value::text(lock.hostName));
  info->set("IPAddr", Value::text(lock.clientAddress));
  info->set("recordNumber", Value::integer(number));
  info->set("userAgent", Value::text(lock.userAgent));
  return Value::object(info);
}

Value errorList(const std::vector<Error>& errors, const std::vector<Value>& descriptions) {
  auto list = Collection::make();
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const Error& error = errors[i];
    auto item = Object::make();
    item->set("message", Value::text(error.message()));
    item->set("componentSignature", Value::text(error.component()));
    item->set("errCode", Value::integer(error.code()));
    if (i < descriptions.size() && !descriptions[i].isMissing()) item->set("extraDescription", descriptions[i]);
    list->push(Value::object(item));
  }
  return Value::collection(list);
}

}  // namespace

std::string_view statusText(StatusCode code) { return texts[static_cast<std::size_t>(code)]; }

Error dataError(int code, std::string message) { return Error(code, "dbmg", std::move(message)); }

Status Status::of(StatusCode code) {
  Status status;
  status.code = code;
  return status;
}

Status Status::lockedBy(LockInfo holder, storage::RecordNumber number) {
  Status status = of(StatusCode::locked);
  status.lockInfo = std::move(holder);
  status.lockedRecord = number;
  return status;
}

Status Status::forbidden(Error error) {
  Status status = of(StatusCode::wrongPermission);
  status.errors.push_back(std::move(error));
  return status;
}

Status Status::failed(Error error) {
  Status status = of(StatusCode::seriousError);
  status.errors.push_back(std::move(error));
  return status;
}

Value Status::toValue() const {
  auto result = Object::make();
  result->set("success", Value::boolean(success()));
  if (autoMerged) result->set("autoMerged", Value::boolean(*autoMerged));
  if (wasReloaded) result->set("wasReloaded", Value::boolean(*wasReloaded));
  if (success()) return Value::object(result);
  result->set("status", Value::integer(static_cast<int>(code)));
  result->set("statusText", Value::text(statusText(code)));
  if (lockInfo) {
    result->set("lockKind", Value::integer(lockInfo->session ? sessionLockKind : recordLockKind));
    result->set("lockKindText", Value::text(lockInfo->session ? "Locked by session" : "Locked by record"));
    result->set("lockInfo", lockInfo->session ? sessionLock(*lockInfo, lockedRecord) : processLock(*lockInfo, ofLock));
  }
  if (!errors.empty() && code != StatusCode::wrongPermission) result->set("errors", errorList(errors, descriptions));
  return Value::object(result);
}

}  // namespace qodly::orda
