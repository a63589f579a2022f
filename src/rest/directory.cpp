#include "rest/directory.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/body.h"
#include "rest/errors.h"
#include "rest/function_call.h"
#include "rest/login_memory.h"

namespace qodly::rest {

namespace {

struct Credentials {
  std::string user, password;
  std::chrono::minutes length{0};  // of the session when idle; 0: as usual
};

constexpr std::int64_t longest = 366 * 24 * 60;  // minutes

std::int64_t minutesOf(double seconds) {
  return seconds > 0 ? static_cast<std::int64_t>(std::min(seconds / 60, static_cast<double>(longest))) : 0;
}

// Headers, or the body [user, password, seconds].
Result<Credentials> credentialsOf(const Call& call) {
  const http::Request& request = call.request;
  if (request.hasHeader("username-4D")) {
    const auto minutes = parseInteger(request.header("session-4D-length"));
    return Credentials{.user = std::string(request.header("username-4D")),
                       .password = std::string(request.header("password-4D")),
                       .length = std::chrono::minutes(std::clamp<std::int64_t>(minutes.value_or(0), 0, longest))};
  }
  const auto body = parseJson(request.body(), 8);
  if (!body) return std::unexpected(body.error());
  if (!body->isCollection() || body->asCollection().elements().size() < 2) {
    return std::unexpected(malformed("The body of a login must be [user, password, seconds]"));
  }
  const auto& parts = body->asCollection().elements();
  if (!parts[0].isText() || !parts[1].isText()) {
    return std::unexpected(malformed("User and password must be texts"));
  }
  const bool timed = parts.size() > 2 && parts[2].isNumber();
  return Credentials{.user = std::string(parts[0].asText()),
                     .password = std::string(parts[1].asText()),
                     .length = std::chrono::minutes(timed ? minutesOf(parts[2].asNumber()) : 0)};
}

void answerResult(Call& call, bool result, int status = 200) {
  std::string& out = call.json(status);
  out += R"({"result":)";
  json::appendBoolean(result, out);
  out += '}';
}

bool isLoggedIn(const Call& call) { return call.rights.privileges && call.rights.privileges->isLoggedIn(); }

// The application decides: ds.authentify(user, password) (O-56).
Result<> answerLogin(Call& call) {
  const auto given = credentialsOf(call);
  if (!given) return std::unexpected(given.error());
  if (const auto wait = loginPause(call); wait > 0) {
    call.response.setHeader("Retry-After", std::to_string(wait));
    return std::unexpected(refused(429, fmt::format("Too many failed logins: try again in {} seconds", wait)));
  }
  if (call.rights.privileges) call.rights.privileges->logout();
  const std::array arguments{Value::text(std::string_view(given->user)),
                             Value::text(std::string_view(given->password))};
  const auto called = callDatastoreFunction(call, "authentify", arguments);
  if (called && !*called) return std::unexpected(called->error());
  call.refreshRights();
  const bool done = called && isLoggedIn(call);
  if (done && given->length.count() > 0) {
    if (const auto session = call.request.visit().known()) session->setIdleTimeout(given->length);
  }
  if (!done) loginFailed(call);
  answerResult(call, done, done ? 200 : 401);
  return {};
}

Result<> answerCurrentUser(Call& call) {
  const std::string name = isLoggedIn(call) ? call.rights.privileges->userName() : std::string();
  std::string& out = call.json();
  if (name.empty()) {
    out += R"({"result":null})";
    return {};
  }
  std::string quoted;
  json::appendString(name, quoted);
  out += fmt::format(R"({{"result":{{"userName":{0},"fullName":{0},"ID":{0}}}}})", quoted);
  return {};
}

// A role counts when the session has all of its privileges.
bool belongsTo(const Call& call, std::string_view group) {
  const security::Roles& roles = *call.rights.roles;
  if (const auto privilege = roles.privilege(group)) return call.rights.held.contains(*privilege);
  const auto role = roles.role(group);
  if (!role || role->empty()) return false;
  return std::ranges::all_of(role->members(), [&](std::uint32_t each) { return call.rights.held.contains(each); });
}

Result<> answerBelongsTo(Call& call) {
  const auto body = parseJson(call.request.body(), 8);
  if (!body) return std::unexpected(body.error());
  const bool named = body->isCollection() && body->asCollection().elements().size() == 1 &&
                     body->asCollection().elements().front().isText();
  if (!named) return std::unexpected(malformed("The body must be [group]"));
  answerResult(call, belongsTo(call, body->asCollection().elements().front().asText()));
  return {};
}

struct Action {
  std::string_view name;
  bool byGet = false;  // GET is accepted, beside POST
  bool byPost = false;
  Result<> (*answer)(Call&);
};
constexpr std::array actions{
    Action{"login", false, true, answerLogin},
    Action{"logout", true, true, answerLogout},
    Action{"currentUser", true, false, answerCurrentUser},
    Action{"currentUserBelongsTo", false, true, answerBelongsTo},
};

}  // namespace

Result<> answerDirectory(Call& call) {
  const auto& segments = call.address.segments;
  const auto* action =
      segments.size() == 1 ? std::ranges::find(actions, segments.front(), &Action::name) : actions.end();
  if (action == actions.end()) {
    return std::unexpected(refused(404,
                                   "There is no such service under /rest/$directory: expected login, logout, "
                                   "currentUser or currentUserBelongsTo"));
  }
  if ((action->byGet && call.request.isRead()) || (action->byPost && call.request.method() == http::Method::Post)) {
    return action->answer(call);
  }
  const std::string_view expected = !action->byPost ? "GET, HEAD" : action->byGet ? "GET, HEAD, POST" : "POST";
  call.response.setHeader("Allow", expected);
  return std::unexpected(
      refused(405, fmt::format("{} is not allowed here: expected {}", call.request.methodName(), expected)));
}

}  // namespace qodly::rest
