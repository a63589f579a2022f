#include "app/auth_server.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/session_list.h"
#include "base/base64_url.h"
#include "base/text.h"
#include "security/json_members.h"
#include "security/user_session.h"
#include "value/json.h"

namespace qodly::app {

namespace {

using security::SignIn;

constexpr std::string_view browserCookie = "QAUTHBROWSER";
constexpr int browserLife = 600;  // seconds
// Through which identity provider the browser has signed in, so that logging out ends the session there, too.
constexpr std::string_view providerCookie = "QAUTHPROVIDER";
constexpr int providerLife = 7 * 24 * 3600;  // seconds
// Nothing from elsewhere, no inline script, not in a frame.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

int statusOf(SignIn::Status status) {
  switch (status) {
    case SignIn::Status::Accepted:
      return 200;
    case SignIn::Status::Locked:
      return 429;
    case SignIn::Status::Unavailable:
      return 503;
    case SignIn::Status::NotAuthorized:
      return 403;
    default:
      return 401;
  }
}

// "E_LINK: text" -> 400 and "text".
std::string plainMessage(const Error& error) {
  const std::string& message = error.message();
  const std::size_t colon = message.find(": ");
  return message.starts_with("E_") && colon != std::string::npos ? message.substr(colon + 2) : message;
}

int statusOf(const Error& error) { return error.message().starts_with("E_LOCKED") ? 429 : 400; }

Value objectWith(std::initializer_list<std::pair<std::string_view, Value>> members) {
  const Ref<Object> object = Object::make();
  for (const auto& [name, value] : members) object->set(name, value);
  return Value::object(object);
}

}  // namespace

// One request and its answer.
struct AuthServer::Exchange {
  http::Request& request;
  http::Response& response;
  std::map<std::string, std::string> query;
  FormBody body;
  security::Caller caller;
  std::string rest;  // what follows the route's path, without slash

  bool wantsJson() const {
    return body.isJson ||
           (request.header("Accept").contains("application/json") && !request.header("Accept").contains("text/html"));
  }
  void json(int status, const Value& value) const { response.json(status) = qodly::json::text(value); }
  // Name, without port: the relying party of passkeys.
  std::string host() const {
    const std::string_view host = request.host();
    return lowerAscii(host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':')));
  }
  std::string origin() const {
    return fmt::format("{}://{}", request.tls() ? "https" : "http", lowerAscii(request.host()));
  }
  std::string_view parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view() : std::string_view(found->second);
  }
};

struct AuthServer::Route {
  std::string_view path;
  http::Method method;
  void (AuthServer::*handle)(Exchange& exchange);
  bool open = false;  // something follows the path
};

const AuthServer::Route AuthServer::routes[] = {
    {"/auth/login", http::Method::Get, &AuthServer::getLogin},
    {"/auth/login", http::Method::Post, &AuthServer::postLogin},
    {"/auth/factor", http::Method::Post, &AuthServer::postFactor},
    {"/auth/logout", http::Method::Post, &AuthServer::postLogout},
    {"/auth/reset", http::Method::Get, &AuthServer::getReset},
    {"/auth/reset", http::Method::Post, &AuthServer::postReset},
    {"/auth/invite", http::Method::Get, &AuthServer::getInvite},
    {"/auth/invite", http::Method::Post, &AuthServer::postReset},
    {"/auth/setup", http::Method::Get, &AuthServer::getSetup},
    {"/auth/setup", http::Method::Post, &AuthServer::postSetup},
    {"/auth/account", http::Method::Get, &AuthServer::getAccount},
    {"/auth/password", http::Method::Post, &AuthServer::postPassword},
    {"/auth/totp", http::Method::Get, &AuthServer::getTotp},
    {"/auth/totp", http::Method::Post, &AuthServer::postTotp},
    {"/auth/totp/remove", http::Method::Post, &AuthServer::postTotpRemove},
    {"/auth/recovery", http::Method::Post, &AuthServer::postRecovery},
    {"/auth/passkeys", http::Method::Get, &AuthServer::getPasskeys},
    {"/auth/passkeys/rename", http::Method::Post, &AuthServer::postPasskeyRename},
    {"/auth/passkeys/remove", http::Method::Post, &AuthServer::postPasskeyRemove},
    {"/auth/decisions", http::Method::Get, &AuthServer::getLog<LogKind::Decisions>},
    {"/auth/activity", http::Method::Get, &AuthServer::getLog<LogKind::Activity>},
    {"/auth/sessions", http::Method::Get, &AuthServer::getLog<LogKind::Sessions>},
    {"/auth/sessions/end", http::Method::Post, &AuthServer::postSessionEnd},
    {"/auth/session", http::Method::Get, &AuthServer::getSession},
    {"/auth/passkey/options", http::Method::Post, &AuthServer::postPasskeyOptions},
    {"/auth/passkey/register", http::Method::Post, &AuthServer::postPasskeyRegister},
    {"/auth/passkey/request", http::Method::Post, &AuthServer::postPasskeyRequest},
    {"/auth/passkey/login", http::Method::Post, &AuthServer::postPasskeyLogin},
    {"/auth/start/", http::Method::Get, &AuthServer::getStart, true},
    {"/auth/callback/", http::Method::Get, &AuthServer::getCallback, true},
};

void AuthServer::handle(http::Request& request, http::Response& response) {
  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Referrer-Policy", "same-origin");
  Exchange exchange{request, response, readFormFields(request.query()), {}, {request.remoteAddress(), "web"}, {}};
  const http::Method method = request.isRead() ? http::Method::Get : request.method();
  const Route* found = nullptr;
  bool known = false;
  for (const Route& route : routes) {
    const bool here = route.open ? request.path().starts_with(route.path) : request.path() == route.path;
    known = known || here;
    if (here && route.method == method) found = &route;
  }
  if (found == nullptr) {
    return response.error(known ? 405 : 404, known ? "This address does not take that." : "There is no such page.");
  }
  exchange.rest = found->open ? std::string(request.path().substr(found->path.size())) : std::string();
  if (method != http::Method::Get) {
    if (!isOwnOrigin(request)) return response.error(403, "A page of another site may not send this.");
    auto body = readFormBody(request);
    if (!body) return response.error(400, body.error().message());
    exchange.body = std::move(*body);
  }
  (this->*found->handle)(exchange);
}

void AuthServer::show(Exchange& exchange, int status, AuthPage page) {
  if (exchange.wantsJson()) {
    const Ref<Collection> errors = Collection::make();
    errors->push(objectWith({{"message", Value::text(page.message)},
                             {"componentSignature", Value::text("rest")},
                             {"errCode", Value::integer(status)}}));
    Value answer = objectWith({{"success", Value::boolean(!page.bad)}, {"message", Value::text(page.message)}});
    if (page.bad) answer.asObject().set("__ERROR", Value::collection(errors));
    return exchange.json(status, answer);
  }
  exchange.response.setStatus(status);
  exchange.response.setContentType("text/html; charset=UTF-8");
  exchange.response.body() = renderAuthPage(page, application_);
}

void AuthServer::done(Exchange& exchange, std::string_view next) {
  const std::string where = localPath(next);
  if (!exchange.wantsJson()) return exchange.response.redirect(303, where);
  exchange.json(200, objectWith({{"success", Value::boolean(true)}, {"next", Value::text(where)}}));
}

security::UserRef AuthServer::demandUser(Exchange& exchange) {
  security::UserRef user = users_->userOf(exchange.request);
  if (user) return user;
  if (exchange.wantsJson() || !exchange.request.isRead()) {
    show(exchange, 401, {"Log in", "You need to be logged in to perform this request.", {}, true});
  } else {
    exchange.response.redirect(302, "/auth/login?next=" + percentEncode(exchange.request.path()));
  }
  return nullptr;
}

void AuthServer::signInAgain(Exchange& exchange, const security::User& user) {
  if (const auto standing = users_->accounts().standing(user.id, user.epoch)) {
    (void)users_->welcome(exchange.request, exchange.response, *access_->roles(), *standing);
  }
}

// --- Signing in and out

void AuthServer::getLogin(Exchange& exchange) {
  const std::string next = localPath(exchange.parameter("next"));
  show(exchange, 200, {"Log in", {}, loginForm({}, next, users_->accounts().redirectProviders())});
}

void AuthServer::postLogin(Exchange& exchange) {
  const std::string_view email = exchange.body["email"];
  const SignIn result =
      users_->accounts().signIn(email, exchange.body["password"], exchange.body["code"], exchange.caller);
  if (result.accepted() && !UserService::cookie(exchange.request, providerCookie).empty()) {
    rememberProvider(exchange, {});
  }
  answerSignIn(exchange, result, email, localPath(exchange.body["next"]));
}

void AuthServer::postFactor(Exchange& exchange) {
  const SignIn result =
      users_->accounts().secondFactor(exchange.body["ticket"], exchange.body["code"], exchange.caller);
  answerSignIn(exchange, result, {}, localPath(exchange.body["next"]));
}

void AuthServer::answerSignIn(Exchange& exchange, const SignIn& result, std::string_view email, std::string_view next) {
  if (result.accepted()) {
    if (!users_->welcome(exchange.request, exchange.response, *access_->roles(), result)) {
      return show(exchange, 402, {"Log in", "The maximum number of sessions is reached", {}, true});
    }
    if (!exchange.wantsJson()) return exchange.response.redirect(303, next);
    return exchange.json(200, objectWith({{"success", Value::boolean(true)},
                                          {"user", objectWith({{"email", Value::text(result.user->email)},
                                                               {"role", Value::text(result.profile)}})},
                                          {"next", Value::text(next)}}));
  }
  if (result.status == SignIn::Status::Locked) {
    exchange.response.setHeader("Retry-After", std::to_string(result.retryAfter.count()));
  }
  if (!result.ticket.empty()) {
    const bool enrol = result.status == SignIn::Status::EnrolNeeded;
    if (exchange.wantsJson()) {
      return exchange.json(401, objectWith({{"success", Value::boolean(false)},
                                            {"message", Value::text(result.message())},
                                            {"step", Value::text(enrol ? "enrol" : "code")},
                                            {"ticket", Value::text(result.ticket)}}));
    }
    if (enrol) return showEnrolment(exchange, *result.user, result.ticket, next, {});
    return show(exchange, 200, {"Second factor", {}, factorForm(result.ticket, next, *result.user)});
  }
  show(exchange, statusOf(result.status),
       {"Log in", result.message(), loginForm(email, next, users_->accounts().redirectProviders()), true});
}

void AuthServer::rememberProvider(Exchange& exchange, std::string_view provider) {
  exchange.response.addHeader(
      "Set-Cookie", fmt::format("{}={}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age={}{}", providerCookie, provider,
                                provider.empty() ? 0 : providerLife, exchange.request.tls() ? "; Secure" : ""));
}

std::optional<std::string> AuthServer::logoutElsewhere(Exchange& exchange) {
  const std::string_view name = UserService::cookie(exchange.request, providerCookie);
  if (name.empty()) return std::nullopt;
  rememberProvider(exchange, {});
  for (const auto& provider : users_->accounts().redirectProviders()) {
    const auto* found = dynamic_cast<const security::RedirectProvider*>(provider.get());
    if (found == nullptr || found->name() != name) continue;
    const std::string back = users_->origin() + "/auth/login";
    auto url = users_->accounts().workers().run([&] { return found->logoutUrl(back); });
    return url ? *url : std::nullopt;
  }
  return std::nullopt;
}

void AuthServer::postLogout(Exchange& exchange) {
  if (const auto user = users_->userOf(exchange.request)) {
    users_->accounts().log("User Logout", user->email, exchange.caller, true);
  }
  users_->goodbye(exchange.request, exchange.response);
  const auto elsewhere = logoutElsewhere(exchange);
  if (!elsewhere) return done(exchange, "/auth/login");
  if (exchange.wantsJson()) {
    return exchange.json(200, objectWith({{"success", Value::boolean(true)}, {"next", Value::text(*elsewhere)}}));
  }
  // Browsers let a form of a page with this policy not redirect to another site: the page goes on by itself.
  exchange.response.setHeader("Refresh", "0; url=" + *elsewhere);
  show(
      exchange, 200,
      {"Log out", "You are logged out here.",
       fmt::format(R"(<p><a class="button" href="{}">Log out of your account there</a></p>)", escapeHtml(*elsewhere))});
}

void AuthServer::getSession(Exchange& exchange) {
  const auto user = users_->userOf(exchange.request);
  const security::Assignment* assignment = user ? user->in(users_->accounts().environment()) : nullptr;
  if (assignment == nullptr) return exchange.json(200, objectWith({{"user", Value::null()}}));
  exchange.json(200, objectWith({{"user", objectWith({{"email", Value::text(user->email)},
                                                      {"role", Value::text(assignment->profile)},
                                                      {"firstname", Value::text(assignment->firstName)},
                                                      {"lastname", Value::text(assignment->lastName)}})}}));
}

// --- Identity providers

void AuthServer::getStart(Exchange& exchange) {
  std::string browser(UserService::cookie(exchange.request, browserCookie));
  if (browser.size() != 64) browser = lowerAscii(randomHex(32));
  const std::string callback = users_->origin() + "/auth/callback/" + exchange.rest;
  const auto url =
      users_->accounts().beginRedirect(exchange.rest, callback, browser, localPath(exchange.parameter("next")));
  if (!url) {
    return show(
        exchange, 503,
        {"Log in", plainMessage(url.error()), loginForm({}, "/", users_->accounts().redirectProviders()), true});
  }
  exchange.response.addHeader(
      "Set-Cookie", fmt::format("{}={}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age={}{}", browserCookie, browser,
                                browserLife, exchange.request.tls() ? "; Secure" : ""));
  exchange.response.redirect(302, *url);
}

void AuthServer::getCallback(Exchange& exchange) {
  const std::string browser(UserService::cookie(exchange.request, browserCookie));
  const auto returned = users_->accounts().finishRedirect(exchange.rest, exchange.query, browser, exchange.caller);
  if (returned.signIn.accepted() || !returned.signIn.ticket.empty()) rememberProvider(exchange, exchange.rest);
  answerSignIn(exchange, returned.signIn, {}, localPath(returned.next));
}

// --- Links and passwords

void AuthServer::getReset(Exchange& exchange) {
  if (!exchange.parameter("token").empty()) return choosePassword(exchange, "reset", {});
  show(exchange, 200, {"Forgot your password?", {}, resetRequestForm()});
}

void AuthServer::getInvite(Exchange& exchange) { choosePassword(exchange, "invite", {}); }

void AuthServer::choosePassword(Exchange& exchange, std::string_view purpose, std::string message) {
  const std::string_view given = exchange.parameter("token");
  const std::string_view token = given.empty() ? exchange.body["token"] : given;
  const security::UserRef owner = users_->accounts().linkOwner(token);
  if (!owner) {
    return show(exchange, 400,
                {"Link not valid", "This link is not valid any more: each works once, and for a limited time.",
                 R"(<p class="more"><a href="/auth/reset">Ask for a new one</a></p>)", true});
  }
  const bool bad = !message.empty();
  show(exchange, bad ? 400 : 200,
       {"Choose a password", std::move(message),
        choosePasswordForm(fmt::format("/auth/{}", purpose), token, owner->email), bad});
}

// With a token: the new password. Without: somebody asks for a link; the answer is always the same.
void AuthServer::postReset(Exchange& exchange) {
  const std::string_view token = exchange.body["token"];
  if (token.empty()) {
    users_->accounts().requestReset(exchange.body["email"], exchange.caller);
    return show(exchange, 200,
                {"Forgot your password?", "If there is an account with this e-mail, a mail with a link is on its way.",
                 R"(<p class="more"><a href="/auth/login">Back to the login</a></p>)"});
  }
  const auto changed = users_->accounts().redeem(token, exchange.body["password"], exchange.caller);
  if (changed) return done(exchange, "/auth/login");
  const bool invitation = exchange.request.path() == "/auth/invite";
  if (exchange.wantsJson()) {
    return show(exchange, statusOf(changed.error()), {"", plainMessage(changed.error()), {}, true});
  }
  choosePassword(exchange, invitation ? "invite" : "reset", plainMessage(changed.error()));
}

void AuthServer::getSetup(Exchange& exchange) {
  const std::string_view token = exchange.parameter("token");
  if (users_->accounts().hasAdministrator()) return exchange.response.error(404, "There is no such page.");
  if (!users_->accounts().isSetupToken(token)) {
    return show(exchange, 403,
                {"Set-up",
                 "The link on the console of the server is needed. It works for an hour after "
                 "the start; a new start gives a new one.",
                 {},
                 true});
  }
  show(exchange, 200, {"Welcome", {}, setupForm(token, {})});
}

void AuthServer::postSetup(Exchange& exchange) {
  const auto user = users_->accounts().setup(exchange.body["token"], exchange.body["email"], exchange.body["password"],
                                             exchange.caller);
  if (!user) {
    const bool noLink = user.error().message().starts_with("E_LINK");
    return show(exchange, noLink ? 403 : statusOf(user.error()),
                {"Welcome", plainMessage(user.error()),
                 noLink ? std::string() : setupForm(exchange.body["token"], exchange.body["email"]), true});
  }
  signInAgain(exchange, **user);
  done(exchange, "/");
}

// --- The own account

void AuthServer::getAccount(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (user) show(exchange, 200, {"Your account", {}, accountPage(*user)});
}

void AuthServer::postPassword(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  if (exchange.body.fields.contains("confirm") && exchange.body["confirm"] != exchange.body["password"]) {
    return show(exchange, 400, {"Your account", "The two new passwords differ.", accountPage(*user), true});
  }
  const auto changed =
      users_->accounts().changePassword(user->id, exchange.body["old"], exchange.body["password"], exchange.caller);
  if (!changed) {
    return show(exchange, statusOf(changed.error()),
                {"Your account", plainMessage(changed.error()), accountPage(*user), true});
  }
  signInAgain(exchange, **changed);
  show(exchange, 200, {"Your account", "The password is changed.", accountPage(**changed)});
}

void AuthServer::showEnrolment(Exchange& exchange, const security::User& user, std::string_view ticket,
                               std::string_view next, std::string message) {
  const auto enrolment = users_->accounts().beginTotp(user);
  if (!enrolment) return show(exchange, 500, {"Authenticator app", plainMessage(enrolment.error()), {}, true});
  const bool bad = !message.empty();
  if (exchange.wantsJson() && !bad) {
    return exchange.json(200, objectWith({{"secret", Value::text(enrolment->secret)},
                                          {"uri", Value::text(enrolment->uri)},
                                          {"setup", Value::text(enrolment->setup)}}));
  }
  show(exchange, bad ? 400 : 200, {"Authenticator app", std::move(message), enrolForm(*enrolment, ticket, next), bad});
}

void AuthServer::getTotp(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (user) showEnrolment(exchange, *user, {}, "/auth/account", {});
}

void AuthServer::postTotp(Exchange& exchange) {
  const std::string_view ticket = exchange.body["ticket"];
  const auto user = ticket.empty() ? demandUser(exchange) : users_->accounts().ticketOwner(ticket);
  if (!user && ticket.empty()) return;
  if (!user) {
    return show(exchange, 401,
                {"Log in", "Log in again: too much time has passed.",
                 loginForm({}, "/", users_->accounts().redirectProviders()), true});
  }
  const std::string next = ticket.empty() ? "/auth/account" : localPath(exchange.body["next"]);
  if (exchange.body["setup"].empty()) return showEnrolment(exchange, *user, ticket, next, {});
  const auto codes =
      users_->accounts().finishTotp(*user, exchange.body["setup"], exchange.body["code"], exchange.caller);
  if (!codes) return showEnrolment(exchange, *user, ticket, next, plainMessage(codes.error()));
  // The password of the ticket and the code together are a whole sign-in.
  if (const auto changed = users_->accounts().directory().byId(user->id)) signInAgain(exchange, *changed);
  showCodes(exchange, *codes, next);
}

void AuthServer::showCodes(Exchange& exchange, const std::vector<std::string>& codes, std::string_view next) {
  if (!exchange.wantsJson()) {
    return show(exchange, 200, {"Recovery codes", {}, recoveryCodesList(codes, next)});
  }
  exchange.json(200, objectWith({{"success", Value::boolean(true)}, {"recoveryCodes", security::collectionOf(codes)}}));
}

void AuthServer::postTotpRemove(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  const auto changed = users_->accounts().removeTotp(*user, exchange.caller);
  if (!changed) return show(exchange, 400, {"Your account", plainMessage(changed.error()), accountPage(*user), true});
  signInAgain(exchange, **changed);
  done(exchange, "/auth/account");
}

void AuthServer::postRecovery(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  const auto codes = users_->accounts().renewRecoveryCodes(*user, exchange.caller);
  if (!codes) return show(exchange, 400, {"Your account", plainMessage(codes.error()), accountPage(*user), true});
  showCodes(exchange, *codes, "/auth/account");
}

// --- Lists for administrators

security::UserRef AuthServer::demandAdministrator(Exchange& exchange, std::string_view heading) {
  security::UserRef user = demandUser(exchange);
  if (!user || user->instanceAdmin) return user;
  show(exchange, 403, {std::string(heading), "Only administrators of this server see this.", {}, true});
  return nullptr;
}

template <LogKind kind>
void AuthServer::getLog(Exchange& exchange) {
  constexpr std::array<std::string_view, 3> headings{"Activity", "Refused requests", "Sessions"};
  const std::string heading(headings[static_cast<std::size_t>(kind)]);
  if (!demandAdministrator(exchange, heading)) return;
  const auto wish = readLogWish(exchange.query);
  if (!wish) return show(exchange, 400, {heading, wish.error().message(), {}, true});
  const LogPart part = kind == LogKind::Sessions ? listSessions(sessions_, *access_->roles(), *wish)
                                                 : readLog(users_->instance(), kind, *wish);
  if (exchange.wantsJson()) return exchange.json(200, logJson(part));
  show(exchange, 200, {.heading = heading, .message = {}, .content = logHtml(kind, *wish, part), .wide = true});
}

// {"id":...}, or {"user":...}: all of that user.
void AuthServer::postSessionEnd(Exchange& exchange) {
  const auto administrator = demandAdministrator(exchange, "Sessions");
  if (!administrator) return;
  const std::string_view id = exchange.body["id"], user = exchange.body["user"];
  security::Accounts& accounts = users_->accounts();
  const std::size_t ended = id.empty() ? endSessionsOf(sessions_, user, accounts) : endSession(sessions_, id, accounts);
  if (ended == 0) return show(exchange, 404, {"Sessions", "There is no such session.", {}, true});
  accounts.log("End Session", administrator->email, exchange.caller, true,
               objectWith({{id.empty() ? "user" : "session", Value::text(id.empty() ? user : id)},
                           {"sessions", Value::integer(static_cast<std::int64_t>(ended))}}));
  done(exchange, "/auth/sessions");
}

// --- Passkeys

void AuthServer::showPasskeys(Exchange& exchange, const security::User& user, std::string message) {
  const bool bad = !message.empty();
  if (!exchange.wantsJson() || bad) {
    return show(exchange, bad ? 400 : 200, {"Passkeys", std::move(message), passkeysPage(user), bad});
  }
  const Ref<Collection> list = Collection::make();
  for (const security::Passkey& passkey : user.passkeys) {
    list->push(
        objectWith({{"id", Value::text(toBase64Url(passkey.id))},
                    {"name", Value::text(passkey.name)},
                    {"createdAt", Value::text(passkey.createdAt)},
                    {"lastUsedAt", passkey.lastUsedAt.empty() ? Value::null() : Value::text(passkey.lastUsedAt)}}));
  }
  exchange.json(200, objectWith({{"passkeys", Value::collection(list)}}));
}

void AuthServer::getPasskeys(Exchange& exchange) {
  if (const auto user = demandUser(exchange)) showPasskeys(exchange, *user, {});
}

void AuthServer::postPasskeyRename(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  const std::string id = fromBase64Url(exchange.body["id"]).value_or("");
  const auto changed = users_->accounts().renamePasskey(*user, id, exchange.body["name"], exchange.caller);
  if (!changed) return showPasskeys(exchange, *user, plainMessage(changed.error()));
  done(exchange, "/auth/passkeys");
}

void AuthServer::postPasskeyRemove(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  const std::string id = fromBase64Url(exchange.body["id"]).value_or("");
  const auto changed = users_->accounts().removePasskey(*user, id, exchange.caller);
  if (!changed) return showPasskeys(exchange, *user, plainMessage(changed.error()));
  signInAgain(exchange, **changed);
  done(exchange, "/auth/passkeys");
}

void AuthServer::postPasskeyOptions(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  if (const auto options = users_->accounts().passkeyRegistration(*user, exchange.host())) exchange.json(200, *options);
}

void AuthServer::postPasskeyRegister(Exchange& exchange) {
  const auto user = demandUser(exchange);
  if (!user) return;
  const Value credential = exchange.body.isJson ? exchange.body.json.asObject().get("credential") : Value();
  if (!credential.isObject()) return show(exchange, 400, {"", "\"credential\" is missing.", {}, true});
  const auto passkey = users_->accounts().finishPasskey(*user, credential.asObject(), exchange.body["name"],
                                                        exchange.origin(), exchange.host(), exchange.caller);
  if (!passkey) return show(exchange, 400, {"", plainMessage(passkey.error()), {}, true});
  exchange.json(200, objectWith({{"success", Value::boolean(true)}}));
}

void AuthServer::postPasskeyRequest(Exchange& exchange) {
  const auto options = users_->accounts().passkeyRequest(exchange.body["ticket"], exchange.host());
  if (!options) return show(exchange, 401, {"", plainMessage(options.error()), {}, true});
  exchange.json(200, *options);
}

void AuthServer::postPasskeyLogin(Exchange& exchange) {
  const Value credential = exchange.body.isJson ? exchange.body.json.asObject().get("credential") : Value();
  if (!credential.isObject()) return show(exchange, 400, {"", "\"credential\" is missing.", {}, true});
  const SignIn result =
      users_->accounts().signInByPasskey(credential.asObject(), exchange.origin(), exchange.host(), exchange.caller);
  answerSignIn(exchange, result, {}, localPath(exchange.body["next"]));
}

}  // namespace qodly::app
