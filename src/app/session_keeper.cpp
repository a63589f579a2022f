#include "app/session_keeper.h"

#include <system_error>

#include "app/user_service.h"
#include "rest/script_session.h"
#include "security/json_members.h"
#include "security/session_privileges.h"
#include "security/user_session.h"
#include "value/json.h"

namespace qodly::app {

namespace {

using security::integerMember;
using security::textMember;

constexpr std::size_t largestFile = 64U << 20U;
constexpr std::size_t largestStorage = 1U << 20U;  // of one session

Value stateOf(security::Session& session, const security::Roles& roles) {
  const Ref<Object> state = Object::make();
  const auto privileges = session.find<security::SessionPrivileges>();
  if (privileges && privileges->isLoggedIn()) {
    state->set("loggedIn", Value::boolean(true));
    state->set("privileges", security::collectionOf(privileges->names(roles)));
    state->set("userName", Value::text(privileges->userName()));
  }
  const auto user = session.find<security::UserSession>();
  if (const auto who = user ? user->who() : std::nullopt) {
    state->set("userId", Value::text(who->userId));
    state->set("epoch", Value::integer(who->epoch));
    state->set("token", Value::text(who->token));
  }
  if (std::string storage = rest::storageText(session); !storage.empty() && storage.size() <= largestStorage) {
    state->set("storage", Value::text(storage));
  }
  if (state->size() == 0) return {};
  state->set("idleTimeout", Value::integer(session.idleTimeout().count()));
  state->set("expires", Value::integer(session.expiration().time_since_epoch().count()));
  return Value::object(state);
}

}  // namespace

SessionKeeper::SessionKeeper(const security::Instance& instance, std::filesystem::path file)
    : instance_(instance), file_(std::move(file)) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file_, failed);
  if (failed) return;
  const auto sealed = size <= largestFile ? security::readFile(file_) : Result<std::string>(std::string());
  std::filesystem::remove(file_, failed);
  const auto text = sealed ? instance_.unseal(*sealed) : sealed;
  const auto parsed = text ? json::parse(*text) : Result<Value>(Value());
  if (!parsed || !parsed->isObject()) return;
  stopped_ = integerMember(parsed->asObject(), "stopped");
  const Value sessions = parsed->asObject().get("sessions");
  if (!sessions.isObject() || stopped_ + life < qodly::Instant::now().ms) return;
  for (const Object::Member& member : sessions.asObject().members())
    kept_.emplace(member.name, json::text(member.value));
  empty_ = kept_.empty();
}

void SessionKeeper::save(security::SessionTable& sessions, const security::Roles& roles) const {
  const Ref<Object> all = Object::make();
  for (const auto& session : sessions.all()) {
    if (all->size() >= most) break;
    Value state = stateOf(*session, roles);
    if (!state.isUndefined()) all->set(security::sha256Hex(sessions.cookieValue(*session)), std::move(state));
  }
  if (all->size() == 0) return;
  const Ref<Object> file = Object::make();
  file->set("stopped", Value::integer(qodly::Instant::now().ms));
  file->set("sessions", Value::object(all));
  (void)security::writePrivateFile(file_, instance_.seal(json::text(Value::object(file))));
}

void SessionKeeper::restore(http::Request& request, security::SessionTable& sessions, const security::Roles& roles,
                            security::Accounts& accounts, const std::shared_ptr<script::vm::Runtime>& scripts) {
  if (empty_.load(std::memory_order_relaxed)) return;
  std::string_view cookie = UserService::cookie(request, sessions.cookieName());
  if (cookie.empty()) cookie = UserService::cookie(request, "WASID4D");
  if (cookie.empty() || request.visit().known()) return;
  std::string text;
  {
    std::lock_guard lock(mutex_);
    if (stopped_ + life < qodly::Instant::now().ms) kept_.clear();
    if (const auto found = kept_.find(security::sha256Hex(cookie)); found != kept_.end()) {
      text = std::move(found->second);
      kept_.erase(found);
    }
    empty_ = kept_.empty();
  }
  const auto state = text.empty() ? Result<Value>(Value()) : json::parse(text);
  if (state && state->isObject()) bringBack(state->asObject(), request, sessions, roles, accounts, scripts);
}

void SessionKeeper::bringBack(const Object& state, http::Request& request, security::SessionTable& sessions,
                              const security::Roles& roles, security::Accounts& accounts,
                              const std::shared_ptr<script::vm::Runtime>& scripts) const {
  const qodly::Instant now = qodly::Instant::now();
  if (integerMember(state, "expires") < now.ms) return;
  const auto session = sessions.create(security::Instant(std::chrono::milliseconds(now.ms)));
  if (!session) return;
  session->setIdleTimeout(std::chrono::minutes(integerMember(state, "idleTimeout")));
  if (const std::string userId = textMember(state, "userId"); !userId.empty()) {
    const auto standing = accounts.standing(userId, static_cast<std::uint32_t>(integerMember(state, "epoch")));
    if (standing) security::UserSession::signIn(*session, roles, *standing, accounts, textMember(state, "token"));
  } else if (security::flagMember(state, "loggedIn")) {
    session->slot<security::SessionPrivileges>()->set(roles, {.privileges = security::textsMember(state, "privileges"),
                                                              .roles = {},
                                                              .userName = textMember(state, "userName")});
  }
  if (const std::string storage = textMember(state, "storage"); !storage.empty() && scripts) {
    rest::restoreStorage(*session, storage, scripts);
  }
  request.visit().use(session, true);
}

}  // namespace qodly::app
