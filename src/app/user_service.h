// Users, keys and sessions of an open application, put together: what the web pages under /auth, the REST server, the
// language and the access gate share.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "app/access_settings.h"
#include "app/open_application.h"
#include "base/error.h"
#include "http/message.h"
#include "script/data/directory_classes.h"
#include "script/vm/runtime.h"
#include "security/access_cache.h"
#include "security/accounts.h"
#include "security/api_keys.h"
#include "security/decision_log.h"
#include "security/key_rates.h"
#include "security/key_use.h"
#include "security/session.h"
#include "security/session_tokens.h"

namespace qodly::app {

// Where a session was first seen: the /64 of an IPv6 address, for phones change the rest of it. Lives in a slot of the
// session when the settings bind sessions to addresses.
class SessionAddress {
 public:
  explicit SessionAddress(std::string_view address);
  const std::string& network() const { return network_; }
  bool is(const http::Request& request) const;

 private:
  std::string network_;
};

// Thread-safe once made.
class UserService final : public script::data::DirectoryService {
 public:
  struct Options {
    std::function<void(std::string_view)> tell;
    security::ProviderFactories factories;
  };
  // Opens the instance folder. Error: it cannot be used; the application must not be served then.
  static Result<std::shared_ptr<UserService>> open(const Application& application, Options options);

  security::Accounts& accounts() { return *accounts_; }
  const std::shared_ptr<security::ApiKeys>& apiKeys() const { return apiKeys_; }
  const security::Instance& instance() const { return instance_; }
  // Ends sign-ins that are too old, and writes down what has changed. Call it about twice a minute.
  void sweep();
  // As env.json is now; looked at once a second at most.
  std::shared_ptr<const AccessSettings> access();
  // The address the server listens on, once it is known: "http://127.0.0.1:8080".
  void setOrigin(std::string origin);
  // How the application is reached from outside: the setting, else the address it listens on.
  std::string origin();

  // Makes users known to the code of the application, and to the REST server by the same way.
  void install(const std::shared_ptr<UserService>& self, script::vm::Runtime& runtime);

  // Called before the router. A session is given what its directory session stands for; a request that the access mode
  // does not let in is answered: true.
  bool answers(http::Request& request, http::Response& response, const security::Roles& roles);

  // The cookie of directory sessions.
  std::string cookieName() const;
  static std::string_view cookie(const http::Request& request, std::string_view name);  // "" when absent
  // A sign-in that has succeeded: directory session, application session, cookies. False: no more sessions (402).
  bool welcome(http::Request& request, http::Response& response, const security::Roles& roles,
               const security::SignIn& accepted);
  void goodbye(http::Request& request, http::Response& response);
  // The user of the request's session.
  security::UserRef userOf(http::Request& request);

  std::vector<script::data::DirectoryUser> users() override;
  std::optional<std::string> authenticatedEndpoint() override;
  std::optional<std::string> publicEndpoint() override;

 private:
  UserService(security::Instance instance) : instance_(std::move(instance)) {}
  void followDirectorySession(http::Request& request, const security::Roles& roles);
  bool refuses(http::Request& request, http::Response& response);

  security::Instance instance_;
  std::function<void(std::string_view)> tell_;
  std::unique_ptr<security::Accounts> accounts_;
  std::shared_ptr<security::ApiKeys> apiKeys_;
  security::SessionTokens tokens_;
  security::KeyRates rates_{instance_};
  security::KeyUse keyUse_{instance_};
  security::DecisionLog decisions_{instance_.folder()};
  std::mutex mutex_;  // guards what follows
  std::string origin_;
  std::shared_ptr<const AccessSettings> access_;
  std::filesystem::file_time_type accessRead_{};
  std::chrono::steady_clock::time_point accessLooked_{};
};

// Whether a request that changes something comes from a page of this server, or from no page at all (rest.md 23).
bool isOwnOrigin(const http::Request& request);
// "/path?query" inside this application; "/" for everything else.
std::string localPath(std::string_view next);

}  // namespace qodly::app
