#include "app/user_service.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "app/form_body.h"
#include "app/instance_folder.h"
#include "app/mailer.h"
#include "app/paths.h"
#include "base/text.h"
#include "rest/handler_table.h"
#include "rest/rights.h"
#include "security/throttle.h"
#include "security/user_session.h"

namespace qodly::app {

namespace {

constexpr std::size_t longestNext = 2000;
constexpr std::string_view keyMissing = "Some headers are missing, required headers [api-key]";

std::string_view hostOf(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return origin;
  const std::string_view rest = origin.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

bool carriesSession(const http::Request& request) { return request.hasHeader("Cookie"); }

// Files that belong to no session.
bool isShared(std::string_view path) { return isBelow(path, "/$lib") || isBelow(path, "/$shared"); }

}  // namespace

SessionAddress::SessionAddress(std::string_view address) : network_(security::networkOf(address)) {}

bool SessionAddress::is(const http::Request& request) const {
  return network_ == security::networkOf(request.remoteAddress());
}

bool isOwnOrigin(const http::Request& request) {
  std::string_view origin = request.header("Origin");
  if (origin.empty()) origin = request.header("Referer");
  if (!origin.empty()) return equalsIgnoringAsciiCase(hostOf(origin), request.host());
  const std::string_view site = request.header("Sec-Fetch-Site");
  return site.empty() || site == "same-origin" || site == "none";
}

std::string localPath(std::string_view next) {
  const bool isLocal =
      next.starts_with('/') && !next.starts_with("//") && next.size() <= longestNext &&
      std::ranges::none_of(next, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '\\'; });
  return std::string(isLocal ? next : "/");
}

Result<std::shared_ptr<UserService>> UserService::open(const Application& application, Options options) {
  auto instance = security::Instance::open(instanceFolder(application.data));
  if (!instance) return std::unexpected(instance.error());
  std::shared_ptr<UserService> service(new UserService(std::move(*instance)));
  service->tell_ = options.tell;
  auto keys = security::ApiKeys::open(service->instance_);
  if (!keys) return std::unexpected(keys.error());
  service->apiKeys_ = std::move(*keys);
  security::Accounts::Options accounts;
  accounts.application = application.project->name();
  accounts.origin = [raw = service.get()] { return raw->origin(); };
  accounts.sendMail = mailerOf(service->instance_);
  accounts.tell = std::move(options.tell);
  accounts.factories = std::move(options.factories);
  accounts.remembersAttempts = true;
  auto opened = security::Accounts::open(service->instance_, std::move(accounts));
  if (!opened) return std::unexpected(opened.error());
  service->accounts_ = std::move(*opened);
  return service;
}

std::shared_ptr<const AccessSettings> UserService::access() {
  std::lock_guard lock(mutex_);
  const auto time = std::chrono::steady_clock::now();
  if (access_ && time - accessLooked_ < std::chrono::seconds(1)) return access_;
  accessLooked_ = time;
  std::error_code missing;
  const auto written = std::filesystem::last_write_time(instance_.folder() / "env.json", missing);
  const auto version = missing ? std::filesystem::file_time_type::min() : written;
  if (access_ && version == accessRead_) return access_;
  accessRead_ = version;
  auto read = readAccessSettings(instance_);
  if (!read && tell_) tell_(fmt::format("env.json: {}", read.error().text()));
  // A file that cannot be read opens nothing that was closed before.
  if (read) {
    access_ = std::make_shared<const AccessSettings>(std::move(*read));
  } else if (!access_) {
    AccessSettings closed;
    closed.publicAccess = false;
    access_ = std::make_shared<const AccessSettings>(std::move(closed));
  }
  return access_;
}

void UserService::sweep() {
  accounts_->signIns().sweep(accounts_->now());
  keyUse_.sweep();
}

void UserService::setOrigin(std::string origin) {
  std::lock_guard lock(mutex_);
  origin_ = std::move(origin);
}

std::string UserService::origin() {
  if (const auto settings = access(); !settings->baseUrl.empty()) return settings->baseUrl;
  std::lock_guard lock(mutex_);
  return origin_;
}

void UserService::install(const std::shared_ptr<UserService>& self, script::vm::Runtime& runtime) {
  runtime.setService(std::shared_ptr<security::Accounts>(self, accounts_.get()));
  runtime.setService(std::shared_ptr<security::SessionTokens>(self, &tokens_));
  runtime.setService(std::shared_ptr<security::KeyRates>(self, &rates_));
  runtime.setService(std::shared_ptr<security::KeyUse>(self, &keyUse_));
  runtime.setService(std::shared_ptr<security::DecisionLog>(self, &decisions_));
  script::data::installDirectory(runtime, self);
}

std::string UserService::cookieName() const { return "QAUTH_" + accounts_->environment(); }

std::string_view UserService::cookie(const http::Request& request, std::string_view name) {
  std::string_view header = request.header("Cookie");
  while (!header.empty()) {
    const std::size_t semicolon = header.find(';');
    const std::string_view pair = trim(header.substr(0, semicolon));
    header = semicolon == std::string_view::npos ? std::string_view() : header.substr(semicolon + 1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

bool UserService::answers(http::Request& request, http::Response& response, const security::Roles& roles) {
  if (isShared(request.path())) return false;
  const std::string_view query = request.query();
  if (query.contains("$4DSID=") && !isBelow(request.path(), "/rest")) {
    const auto fields = readFormFields(query);
    const auto token = fields.find("$4DSID");
    if (auto session = token == fields.end() ? nullptr : tokens_.take(token->second)) {
      request.visit().use(std::move(session), true);
    }
  }
  if (!request.hasHeader("api-key") && carriesSession(request)) {
    if (const auto session = request.visit().known()) {
      if (access()->validatesAddress && !session->slot<SessionAddress>(request.remoteAddress())->is(request)) {
        request.visit().use(nullptr, true);
      } else {
        security::UserSession::refresh(*session, roles, *accounts_);
      }
    }
    followDirectorySession(request, roles);
  }
  return refuses(request, response);
}

// A browser that has signed in within the week has the rights of its user in every new session of the application.
void UserService::followDirectorySession(http::Request& request, const security::Roles& roles) {
  const std::string token(cookie(request, cookieName()));
  if (token.empty() || userOf(request)) return;
  const auto signedIn = accounts_->signIns().find(token, accounts_->now());
  if (!signedIn) return;
  const auto standing = accounts_->standing(signedIn->userId, signedIn->epoch);
  if (!standing) return accounts_->signIns().end(token);
  if (const auto session = request.session()) {
    security::UserSession::signIn(*session, roles, *standing, *accounts_, token);
    request.visit().use(session, true);
  }
}

// The access modes of admin.md 7. True: the request was answered.
bool UserService::refuses(http::Request& request, http::Response& response) {
  const auto settings = access();
  const AccessMode mode = settings->modeOf(request.host());
  const bool withKey = request.hasHeader("api-key");
  if (mode == AccessMode::Api) {
    if (withKey && isBelow(request.path(), "/rest")) return false;
    const int status = withKey ? 404 : 400;
    response.json(status) += rest::keyErrorBody(
        Error(status, "rest", std::string(withKey ? "Nothing is served at this address." : keyMissing)));
    return true;
  }
  if (mode == AccessMode::Public || (mode == AccessMode::Single && settings->publicAccess)) return false;
  // REST looks at the key; elsewhere it opens nothing.
  if (withKey && mode == AccessMode::Single && isBelow(request.path(), "/rest")) return false;
  if (rest::isSignInSpace(request.path()) || userOf(request)) return false;
  if (request.isRead() && request.header("Accept").contains("text/html")) {
    response.redirect(302, "/auth/login?next=" + percentEncode(localPath(request.target())));
  } else {
    response.error(401, "You need to be logged in to perform this request.");
  }
  return true;
}

bool UserService::welcome(http::Request& request, http::Response& response, const security::Roles& roles,
                          const security::SignIn& accepted) {
  const auto session = request.session();
  if (!session) return false;
  if (const std::string_view old = cookie(request, cookieName()); !old.empty()) accounts_->signIns().end(old);
  std::string token = accounts_->signIns().begin(*accepted.user, accounts_->now());
  const auto life = std::chrono::seconds(security::SignIns::life).count();
  response.addHeader("Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", cookieName(),
                                               token, life, request.tls() ? "; Secure" : ""));
  security::UserSession::signIn(*session, roles, accepted, *accounts_, std::move(token));
  request.visit().use(session, true);
  return true;
}

void UserService::goodbye(http::Request& request, http::Response& response) {
  if (const std::string_view token = cookie(request, cookieName()); !token.empty()) accounts_->signIns().end(token);
  response.addHeader("Set-Cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", cookieName(),
                                               request.tls() ? "; Secure" : ""));
  if (const auto session = request.visit().known()) security::UserSession::signOut(*session, *accounts_);
}

security::UserRef UserService::userOf(http::Request& request) {
  const auto session = request.visit().known();
  const auto state = session ? session->find<security::UserSession>() : nullptr;
  const auto who = state ? state->who() : std::nullopt;
  const auto standing = who ? accounts_->standing(who->userId, who->epoch) : std::nullopt;
  return standing ? standing->user : nullptr;
}

std::vector<script::data::DirectoryUser> UserService::users() {
  std::vector<script::data::DirectoryUser> all;
  for (const security::UserRef& user : accounts_->directory().users()) {
    if (const security::Assignment* assignment = user->in(accounts_->environment())) {
      all.push_back({user->email, assignment->profile, assignment->firstName, assignment->lastName});
    }
  }
  return all;
}

std::optional<std::string> UserService::authenticatedEndpoint() { return origin(); }

std::optional<std::string> UserService::publicEndpoint() {
  const auto settings = access();
  if (!settings->publicHost.empty()) {
    const std::string own = origin();
    return own.substr(0, own.find("://")) + "://" + settings->publicHost;
  }
  return settings->publicAccess ? std::optional(origin()) : std::nullopt;
}

}  // namespace qodly::app
