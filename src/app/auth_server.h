// The addresses under /auth (admin.md 10.1): pages and their forms; the same for programs as JSON.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/auth_pages.h"
#include "app/form_body.h"
#include "app/log_page.h"
#include "app/user_service.h"
#include "http/message.h"
#include "security/access_cache.h"

namespace qodly::app {

// Thread-safe.
class AuthServer {
 public:
  AuthServer(std::shared_ptr<UserService> users, std::shared_ptr<security::AccessControl> access,
             security::SessionTable& sessions, std::string application)
      : users_(std::move(users)),
        access_(std::move(access)),
        sessions_(sessions),
        application_(std::move(application)) {}

  void handle(http::Request& request, http::Response& response);

 private:
  struct Exchange;
  struct Route;
  static const Route routes[];

  void getLogin(Exchange& exchange);
  void postLogin(Exchange& exchange);
  void postFactor(Exchange& exchange);
  void postLogout(Exchange& exchange);
  // In a cookie of the browser; "": forgotten.
  void rememberProvider(Exchange& exchange, std::string_view provider);
  // Where the browser logs out at the identity provider through which it signed in.
  std::optional<std::string> logoutElsewhere(Exchange& exchange);
  void getReset(Exchange& exchange);
  void postReset(Exchange& exchange);
  void getInvite(Exchange& exchange);
  void getSetup(Exchange& exchange);
  void postSetup(Exchange& exchange);
  void getAccount(Exchange& exchange);
  void postPassword(Exchange& exchange);
  void getTotp(Exchange& exchange);
  void postTotp(Exchange& exchange);
  void postTotpRemove(Exchange& exchange);
  void postRecovery(Exchange& exchange);
  void getSession(Exchange& exchange);
  void postPasskeyOptions(Exchange& exchange);
  void postPasskeyRegister(Exchange& exchange);
  void postPasskeyRequest(Exchange& exchange);
  void postPasskeyLogin(Exchange& exchange);
  void getPasskeys(Exchange& exchange);
  void postPasskeyRename(Exchange& exchange);
  void postPasskeyRemove(Exchange& exchange);
  template <LogKind kind>
  void getLog(Exchange& exchange);
  void postSessionEnd(Exchange& exchange);
  void getStart(Exchange& exchange);
  void getCallback(Exchange& exchange);

  void choosePassword(Exchange& exchange, std::string_view purpose, std::string message);
  void answerSignIn(Exchange& exchange, const security::SignIn& result, std::string_view email, std::string_view next);
  void showEnrolment(Exchange& exchange, const security::User& user, std::string_view ticket, std::string_view next,
                     std::string message);
  void showPasskeys(Exchange& exchange, const security::User& user, std::string message);
  void showCodes(Exchange& exchange, const std::vector<std::string>& codes, std::string_view next);
  // HTML, or {"message":...} for programs.
  void show(Exchange& exchange, int status, AuthPage page);
  void done(Exchange& exchange, std::string_view next);
  // The user of the session; nullptr when the exchange has been answered (to the login page, or 401).
  security::UserRef demandUser(Exchange& exchange);
  // An administrator; nullptr when the exchange has been answered.
  security::UserRef demandAdministrator(Exchange& exchange, std::string_view heading);
  // The own session goes on when a change of password or factors has ended all others.
  void signInAgain(Exchange& exchange, const security::User& user);

  std::shared_ptr<UserService> users_;
  std::shared_ptr<security::AccessControl> access_;
  security::SessionTable& sessions_;
  std::string application_;
};

}  // namespace qodly::app
