#include "rest/lock.h"

#include "base/error_codes.h"
#include "base/json_writer.h"
#include "rest/source.h"

namespace qodly::rest {

namespace {

void appendMember(std::string_view name, std::string_view value, std::string& out) {
  out += ",\"";
  out += name;
  out += "\":";
  json::appendString(value, out);
}

void answerDone(Call& call) { call.json() += R"({"result":true,"__STATUS":{"success":true}})"; }

void answerHeld(Call& call, const orda::LockInfo& holder, storage::RecordNumber number) {
  std::string& out = call.json();
  out += R"({"result":false,"__STATUS":{"success":false,"status":3,"statusText":"Already locked")";
  appendLockHolder(holder, number, out);
  out += "}}";
}

}  // namespace

void appendLockHolder(const orda::LockInfo& holder, storage::RecordNumber number, std::string& out) {
  if (holder.session) {
    out += R"(,"lockKind":7,"lockKindText":"Locked by session","lockInfo":{"host":)";
    json::appendString(holder.hostName, out);
    appendMember("IPAddr", holder.clientAddress, out);
    out += R"(,"recordNumber":)";
    json::appendNumber(static_cast<std::int64_t>(number), out);
    appendMember("userAgent", holder.userAgent, out);
  } else {
    out += R"(,"lockKind":1,"lockKindText":"Locked by record","lockInfo":{"task_id":)";
    json::appendNumber(static_cast<std::int64_t>(holder.taskId), out);
    appendMember("user_name", holder.userName, out);
    appendMember("host_name", holder.hostName, out);
    appendMember("task_name", holder.taskName, out);
  }
  out += '}';
}

Result<> answerLock(Call& call, std::uint32_t dataClass) {
  // Whoever may not read must not learn what exists, nor keep others from it.
  if (auto allowed = demand(call, dataClass, orda::Right::read); !allowed) return allowed;
  // A lock keeps others from writing: who may not write has no use for it but that.
  if (call.parameters.flag(Parameter::lock)) {
    if (auto allowed = demand(call, dataClass, orda::Right::update); !allowed) return allowed;
  }
  const auto number = findEntity(call, dataClass);
  if (!number) {
    if (number.error().code() != code::entityNotLoaded) return std::unexpected(number.error());
    call.json() += R"({"result":false,"__STATUS":{"success":false,"status":5,"statusText":"Entity does not exist"}})";
    return {};
  }
  auto session = call.session();
  if (!session) return std::unexpected(session.error());
  const orda::Owner owner = (*session)->owner();
  orda::LockTable& locks = call.engine().locks();
  const storage::RecordId record{.table = call.schema->tables[dataClass], .number = *number};
  const auto holder = locks.holder(record);
  const bool foreign = holder && holder->owner != owner;
  if (!call.parameters.flag(Parameter::lock)) {
    if (foreign) {
      answerHeld(call, *holder, *number);
    } else {
      // Two requests of the session may have taken it at the same moment: locks are counted.
      while (locks.unlock(record, owner)) {
      }
      answerDone(call);
    }
    return {};
  }
  // Taken once however often it is asked for, so that one $lock=false gives it back.
  if (holder && !foreign) {
    answerDone(call);
    return {};
  }
  orda::LockInfo by;
  by.owner = owner;
  by.session = true;
  by.hostName = call.request.header("Host");
  by.clientAddress = call.clientAddress();
  by.userAgent = call.request.header("User-Agent");
  if (const auto other = locks.lock(record, by)) {
    answerHeld(call, *other, *number);
  } else {
    answerDone(call);
  }
  return {};
}

}  // namespace qodly::rest
