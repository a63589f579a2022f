// Wires one open application to HTTP: REST, pages, embedded files, the project's static files, start and welcome page.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "app/open_application.h"
#include "app/project_handlers.h"
#include "app/project_roles.h"
#include "app/server_settings.h"
#include "app/session_keeper.h"
#include "app/sites.h"
#include "app/user_service.h"
#include "http/server.h"
#include "http/static_files.h"
#include "pages/page_server.h"
#include "rest/rest_server.h"
#include "security/session.h"

namespace qodly::script::vm {
class Runtime;
}

namespace qodly::app {

// Thread-safe once made. Must outlive the server that calls its router.
class WebApplication {
 public:
  // `scripts`: the code of the application; empty: none runs. `tell` hears of roles.json, from any thread. `users`:
  // empty: nobody can sign in, and no key is known.
  explicit WebApplication(Application& application, std::shared_ptr<script::vm::Runtime> scripts = {},
                          std::function<void(std::string_view)> tell = {}, const ServerSettings& settings = {},
                          std::shared_ptr<UserService> users = {});

  // Everything of this application: who may come in is looked at first, then built-in addresses, HTTP request handlers
  // and files (rest.md 24.4).
  void handle(http::Request& request, http::Response& response);
  // Writes the sessions down for the next start; when no request runs any more.
  void keepSessions();
  security::SessionTable& sessions() { return sessions_; }
  // Ends idle sessions, and drops what those that stay keep for too long. Call it about once a minute.
  void sweep();
  const http::StaticFiles& files() const { return webFolder_; }
  // The settings that count at once: the home page, the virtual sites, the sites of CORS.
  void apply(const ServerSettings& settings);

 private:
  void logRoles(const security::Roles* roles);
  void endSessions(const SessionEnd& asked, const std::vector<std::string>& tokens);
  bool serveUnknown(http::Request& request, http::Response& response);
  void serveEmbedded(http::Request& request, http::Response& response) const;
  void serveFiles(http::Request& request, http::Response& response) const;

  void installServices(script::vm::Runtime& runtime, const ServerSettings& settings) const;
  rest::RestOptions restOptions(std::shared_ptr<script::vm::Runtime> scripts, const ServerSettings& settings);
  std::shared_ptr<const Sites> sites() const;
  bool isForeignHost(http::Request& request, http::Response& response) const;
  std::string restAnswer(http::Request& visitor, std::string_view target);

  Application& application_;
  pages::PageServer pages_;
  std::shared_ptr<UserService> users_;
  std::shared_ptr<script::vm::Runtime> scripts_;
  ProjectRoles roles_;
  ProjectHandlers handlers_;
  security::SessionTable sessions_;
  rest::RestServer rest_;
  std::atomic<const security::Roles*> loggedRoles_{nullptr};  // those in force when the activity log was told last
  std::unique_ptr<SessionKeeper> keeper_;                     // nullptr: nobody can sign in
  http::StaticFiles webFolder_;
  mutable std::mutex settingsMutex_;
  std::string homePage_, characterSet_;
  std::shared_ptr<const Sites> sites_;
  std::atomic<bool> hasSites_;
  std::shared_ptr<const http::LiveSettings> live_;
  http::Router router_;
};

}  // namespace qodly::app
