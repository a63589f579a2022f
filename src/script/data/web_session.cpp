#include "script/data/web_session.h"

#include <algorithm>

#include "base/text.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

struct SessionSlot {
  std::shared_ptr<WebSession> session;
  Value object;  // what `session` gave
};

class SessionObject final : public vm::NativeObject {
 public:
  explicit SessionObject(std::shared_ptr<WebSession> session) : session_(std::move(session)) {}
  static const vm::NativeClass& classOf() { return sessionClass(); }
  const vm::NativeClass& nativeClass() const override { return classOf(); }
  WebSession& session() const { return *session_; }

 private:
  std::shared_ptr<WebSession> session_;
};

WebSession& self(const vm::Call& call) { return vm::NativeObject::from<SessionObject>(call.self())->session(); }

// One name, several separated by commas, or a collection of names.
std::vector<std::string> namesOf(const Value& value) {
  std::vector<std::string> names;
  if (value.isText()) {
    for (const std::string_view name : split(value.asText(), ',')) {
      if (!trim(name).empty()) names.emplace_back(trim(name));
    }
  } else if (value.isCollection()) {
    for (const Value& element : value.asCollection().elements()) {
      if (element.isText() && !trim(element.asText()).empty()) names.emplace_back(trim(element.asText()));
    }
  }
  return names;
}

Result<Value> clearPrivileges(vm::Call& call) {
  self(call).clearPrivileges();
  return Value::boolean(true);
}

Result<Value> getPrivileges(vm::Call& call) {
  const Value list = call.process().newCollection();
  for (const std::string& name : self(call).privileges()) list.asCollection().push(Value::text(name));
  return list;
}

Result<Value> hasPrivilege(vm::Call& call) { return Value::boolean(self(call).hasPrivilege(call.text(0))); }

Result<Value> isGuest(vm::Call& call) { return Value::boolean(self(call).isGuest()); }

Result<Value> setPrivileges(vm::Call& call) {
  WebSession::Settings settings;
  if (const Object* given = call.object(0)) {
    settings.privileges = namesOf(given->get("privileges"));
    settings.roles = namesOf(given->get("roles"));
    if (const Value name = given->get("userName"); name.isText()) settings.userName = std::string(name.asText());
  } else {
    settings.privileges = namesOf(call.at(0));
  }
  return Value::boolean(self(call).setPrivileges(settings));
}

Result<Value> getExpiration(vm::Call& call) { return Value::text(self(call).expirationDate()); }
Result<Value> getIdleTimeout(vm::Call& call) { return Value::integer(self(call).idleTimeout()); }
Result<> setIdleTimeout(vm::Call& call, const Value& value) {
  constexpr double longest = 366 * 24 * 60;
  const double minutes = value.isNumber() ? value.asNumber() : 0;
  self(call).setIdleTimeout(minutes > 0 ? static_cast<int>(std::min(minutes, longest)) : 0);
  return {};
}
Result<Value> getStorage(vm::Call& call) {
  Value storage = self(call).storage();
  if (!storage.isUndefined()) return storage;
  return std::unexpected(Error(code::limitReached, "dbmg",
                               "session.storage has grown beyond what a session may hold: it has been emptied."));
}
Result<Value> getUserName(vm::Call& call) { return Value::text(self(call).userName()); }
Result<Value> getId(vm::Call& call) { return Value::text(self(call).id()); }

Result<Value> createOneTimeToken(vm::Call& call) {
  std::optional<int> seconds;
  if (const Object* options = call.object(0)) {
    if (const Value given = options->get("lifespanSeconds"); given.isNumber()) {
      seconds = static_cast<int>(std::clamp(given.asNumber(), 0.0, 1e6));
    }
  }
  return Value::text(self(call).createOneTimeToken(seconds));
}

Result<Value> restore(vm::Call& call) { return Value::boolean(self(call).restore(call.text(0))); }

constexpr vm::FunctionRow functions[] = {
    {"clearPrivileges", "() : boolean", &clearPrivileges, "Takes all privileges away: the session is a guest's again."},
    {"createOTP", "(options?: object) : string", &createOneTimeToken,
     "A token that restores the session once; lifespanSeconds in the options, 60 by default."},
    {"getPrivileges", "() : collection", &getPrivileges, "Names of all privileges that the session has."},
    {"hasPrivilege", "(privilege: string) : boolean", &hasPrivilege, "Whether the session has the privilege."},
    {"isGuest", "() : boolean", &isGuest, "Whether the session has no privilege at all."},
    {"restore", "(token: string) : boolean", &restore, "Goes on with the session for which the token was made."},
    {"setPrivileges", "(privileges: string|collection|object) : boolean", &setPrivileges,
     "Adds privileges, or those of roles, and names the user."},
};

constexpr vm::PropertyRow properties[] = {
    {"expirationDate", "string", &getExpiration, nullptr, "When the session ends unless it is used, in UTC."},
    {"id", "string", &getId, nullptr, "Identifier of the session."},
    {"idleTimeout", "integer", &getIdleTimeout, &setIdleTimeout, "Minutes without a request after which it ends."},
    {"storage", "object", &getStorage, nullptr, "A shared object that lives as long as the session."},
    {"userName", "string", &getUserName, nullptr, "Name of the user, as setPrivileges was given it."},
};

}  // namespace

const vm::NativeClass& sessionClass() {
  static const vm::NativeClass definition{.name = "Session",
                                          .superclass = "Object",
                                          .functions = functions,
                                          .properties = properties,
                                          .constructor = nullptr,
                                          .doc = "The web session of the user."};
  return definition;
}

void setSession(vm::Process& process, std::shared_ptr<WebSession> session, std::string id) {
  auto& slot = process.extension<SessionSlot>();
  slot.session = std::move(session);
  slot.object = {};
  process.sessionId = std::move(id);
}

WebSession* sessionOf(vm::Process& process) {
  const auto* slot = process.findExtension<SessionSlot>();
  return slot == nullptr ? nullptr : slot->session.get();
}

Result<Value> sessionCommand(vm::Call& call) {
  auto* slot = call.process().findExtension<SessionSlot>();
  if (slot == nullptr || !slot->session) return Value::null();
  if (slot->object.isUndefined()) {
    slot->object = Value::handle(Ref<Handle>(new SessionObject(slot->session)));
    if (call.process().sessionId.empty()) call.process().sessionId = slot->session->id();
  }
  return slot->object;
}

}  // namespace qodly::script::data
