#include "rest/rights.h"

#include <algorithm>
#include <array>
#include <atomic>

#include <fmt/format.h>

#include "base/calendar.h"
#include "base/json_writer.h"
#include "rest/attributes_filter.h"
#include "rest/call.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "script/vm/runtime.h"
#include "security/accounts.h"
#include "security/key_rates.h"
#include "security/key_use.h"
#include "security/user_session.h"

namespace qodly::rest {

namespace {

constexpr std::string_view keyComponent = "key";  // marks refusals of API keys; clients see "rest"

Error keyRefused(int status, std::string_view message) {
  return {status, std::string(keyComponent), std::string(message)};
}

// $catalog, $catalog/$all and the descriptions of dataclasses; not the functions that share the address.
bool describesCatalog(const Call& call) {
  const auto& segments = call.address.segments;
  if (segments.empty() || segments.front() == "$all") return true;
  const auto names = listItems(segments.front());
  return std::ranges::all_of(names,
                             [&](std::string_view name) { return visibleClass(call.model(), name) != model::noIndex; });
}

// Requests that are answered before anybody has logged in (roles.md 8).
bool isDescriptive(const Call& call) {
  const auto& segments = call.address.segments;
  const std::string_view first = segments.empty() ? std::string_view() : std::string_view(segments.front());
  if (call.address.service == "$catalog") {
    if (call.request.isRead()) return describesCatalog(call);
    return first == "authentify" || first == "__logout";
  }
  if (call.address.service == "$info") return first == "privileges";
  if (call.address.service == "$directory") return true;
  // The parts of a batch are judged one by one.
  return call.address.service == "$getWebForm" || call.address.service == "$openapi" ||
         call.address.service == "$batch";
}

// Of what a key's session was given its rights, and what they were then. In a slot of the session; guarded by the mutex
// of KeySessions.
struct GrantedToKey {
  std::string role, description;
  std::uint64_t stamp = 0;
};

security::Accounts* accountsOf(const Call& call) {
  const auto& scripts = call.services.options.scripts;
  return scripts ? scripts->service<security::Accounts>() : nullptr;
}

// What is refused is written to the activity log; a flood of refusals makes a line a minute.
std::unexpected<Error> refuseKey(const Call& call, int status, std::string_view message, std::string_view key) {
  if (security::Accounts* accounts = accountsOf(call)) accounts->keyRefused(key, message, call.clientAddress());
  return std::unexpected(keyRefused(status, message));
}

Result<> useKey(Call& call, std::string_view text) {
  security::ApiKeys* keys = call.services.options.apiKeys.get();
  const auto key = keys == nullptr ? nullptr : keys->find(text);
  if (!key) return refuseKey(call, 401, "Api-key Not Valid", "");
  if (key->isExpired(Instant::now())) return refuseKey(call, 401, "Api-key expired", key->description);
  if (!key->allowsHost(call.clientAddress())) {
    return refuseKey(call, 403, "403 - Forbidden", key->description);
  }
  const auto& scripts = call.services.options.scripts;
  auto* rates = scripts ? scripts->service<security::KeyRates>() : nullptr;
  if (const int wait = rates == nullptr ? 0 : rates->use(key->id); wait > 0) {
    call.response.setHeader("Retry-After", std::to_string(wait));
    return refuseKey(call, 429, fmt::format("Too many requests with this api-key, try again in {} s.", wait),
                     key->description);
  }
  if (auto* use = scripts ? scripts->service<security::KeyUse>() : nullptr) use->count(key->id, Instant::now());
  const auto session = call.services.keySessions.sessionOf(*key, *call.rights.roles, call.services.sessions);
  if (!session) return std::unexpected(keyRefused(402, "The maximum number of sessions is reached"));
  call.request.visit().use(session, false);
  call.rights.apiKey = key;
  return {};
}

}  // namespace

std::shared_ptr<security::Session> KeySessions::sessionOf(const security::ApiKey& key, const security::Roles& roles,
                                                          security::SessionTable& sessions) {
  std::lock_guard lock(mutex_);
  std::weak_ptr<security::Session>& kept = sessions_[key.digest];
  auto session = kept.lock();
  if (!session || session->ended()) {
    session =
        sessions.create(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    if (!session) return nullptr;
    session->confirm();
    kept = session;
  }
  // A key that was edited counts at the next request. Every request has the rights of the key: what code has given the
  // session or taken from it was for one request.
  const auto granted = session->slot<GrantedToKey>();
  const auto privileges = session->slot<security::SessionPrivileges>();
  if (granted->role == key.role && granted->description == key.description && granted->stamp == privileges->stamp()) {
    return session;
  }
  privileges->clear();
  privileges->set(roles, {.privileges = {}, .roles = {key.role}, .userName = "api:" + key.description});
  *granted = {key.role, key.description, privileges->stamp()};
  return session;
}

void establishSession(Call& call) {
  if (const auto session = call.request.visit().known()) {
    call.rights.privileges = session->find<security::SessionPrivileges>();
  }
  resolveRights(call.rights, *call.services.options.access, call.schema->model);
}

Result<> establishRights(Call& call) {
  Rights& rights = call.rights;
  rights.roles = call.services.options.access->roles();
  if (call.request.hasHeader("api-key")) {
    if (auto used = useKey(call, call.request.header("api-key")); !used) return used;
  } else if (std::atomic_ref(call.services.options.apiKeyRequired).load(std::memory_order_relaxed) &&
             !call.request.visit().known()) {
    return std::unexpected(keyRefused(400, "Some headers are missing, required headers [api-key]"));
  }
  establishSession(call);
  return demandLogin(call);
}

Result<> demandLogin(const Call& call) { return isDescriptive(call) ? Result<>() : demandLogin(call.rights); }

void resolveRights(Rights& rights, security::AccessControl& control, const std::shared_ptr<const model::Model>& model) {
  rights.roles = control.roles();
  rights.held = rights.privileges ? rights.privileges->held(rights.roles) : rights.roles->held({});
  if (rights.apiKey && rights.apiKey->administration) rights.held.add(security::Roles::webAdmin);
  rights.access = control.access(rights.roles, rights.held, model);
}

Result<> demandLogin(const Rights& rights) {
  const bool loggedIn = rights.privileges && rights.privileges->isLoggedIn();
  if (!rights.roles->forceLogin() || loggedIn) return {};
  return std::unexpected(refused(401, "You need to be logged in to perform this request."));
}

Result<> answerLogout(Call& call) {
  if (call.rights.privileges) call.rights.privileges->logout();
  const auto session = call.request.visit().known();
  if (security::Accounts* accounts = accountsOf(call); session && accounts != nullptr) {
    security::UserSession::signOut(*session, *accounts);
  }
  call.json() += R"({"result":true})";
  return {};
}

Result<> demand(const Call& call, std::uint32_t dataClass, orda::Right right) {
  if (!call.rights.access || call.rights.access->allows(dataClass, right)) return {};
  return std::unexpected(orda::noPermission(orda::actionName(right), call.model().classes[dataClass].name));
}

Result<> demand(const Call& call, std::uint32_t dataClass, std::uint32_t attribute, orda::Right right) {
  if (auto allowed = demand(call, dataClass, right); !allowed) return allowed;
  if (!call.rights.access || call.rights.access->allows(dataClass, attribute, right)) return {};
  const model::DataClass& definition = call.model().classes[dataClass];
  return std::unexpected(
      orda::noPermission(orda::actionName(right), definition.name, definition.attributes[attribute].name));
}

Result<> demandReadable(const Call& call, std::uint32_t dataClass, const query::BoundPath& path) {
  if (!call.rights.access) return {};
  return orda::demandReadable(*call.rights.access, dataClass, path.hops, path.attribute.attribute);
}

Result<> demandSteps(const Call& call, std::uint32_t dataClass, const query::Path& path) {
  if (!call.rights.access) return {};
  for (const query::PathStep& step : path) {
    const std::uint32_t index = visibleAttribute(call.model(), dataClass, step.name);
    if (index == model::noIndex) return {};
    if (auto allowed = demand(call, dataClass, index, orda::Right::read); !allowed) return allowed;
    const auto target = targetOf(call.model(), dataClass, index);
    if (!target || !target->in(call.model()).isRelation()) return {};
    dataClass = target->in(call.model()).relatedClass;
  }
  return {};
}

bool isKeyError(const Error& error) { return error.component() == keyComponent; }

std::string keyErrorBody(const Error& error) {
  const Error seen(error.code(), "rest", error.message());
  std::string out = R"({"message":)";
  json::appendString(error.message(), out);
  out += R"(,"__ERROR":[)";
  appendErrors(seen, out);
  out += "]}";
  return out;
}

}  // namespace qodly::rest
