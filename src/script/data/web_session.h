// The web session of a process as `session` shows it (orda.md 21.1). Whoever has web sessions implements it; the
// language knows only this.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::data {

// A user of the server's directory as scripts see it.
struct DirectoryUser {
  std::string email, role, firstName, lastName;
};
struct DirectorySignIn {
  bool success = false;
  std::string statusText = "This server has no users.";
  DirectoryUser user;  // on success
};

// Thread-safe: several requests of one session may run at once.
class WebSession {
 public:
  struct Settings {
    std::vector<std::string> privileges, roles;
    std::optional<std::string> userName;
  };
  virtual ~WebSession() = default;
  virtual std::string id() const = 0;
  virtual void clearPrivileges() = 0;
  virtual std::string expirationDate() const = 0;  // YYYY-MM-DDTHH:MM:SS.mmmZ
  virtual std::vector<std::string> privileges() const = 0;
  virtual bool hasPrivilege(std::string_view privilege) const = 0;
  virtual int idleTimeout() const = 0;  // minutes
  virtual void setIdleTimeout(int minutes) = 0;
  virtual bool isGuest() const = 0;
  virtual bool setPrivileges(const Settings& settings) = 0;
  virtual Value storage() = 0;  // a shared object, always the same
  virtual std::string userName() const = 0;

  // One-time token that restores this session elsewhere; "" when there is no session to restore.
  virtual std::string createOneTimeToken(std::optional<int> /*seconds*/) { return {}; }
  // Goes on with the session of a token. False: the token is not valid; nothing changes.
  virtual bool restore(std::string_view /*token*/) { return false; }
  // The user of the server's directory that has signed in (admin.md 6.3).
  virtual std::optional<DirectoryUser> currentUser() const { return std::nullopt; }
  // Checks the credentials; success: the session has the privileges of the user's profile and counts as logged in.
  virtual DirectorySignIn signIn(std::string_view /*email*/, std::string_view /*password*/, std::string_view /*code*/) {
    return {};
  }
};

// The session a process works for; nullptr: none. `id`: under which its session singletons are kept, "" while nobody
// asked for it.
void setSession(vm::Process& process, std::shared_ptr<WebSession> session, std::string id);
WebSession* sessionOf(vm::Process& process);

const vm::NativeClass& sessionClass();
Result<Value> sessionCommand(vm::Call& call);  // `session`

}  // namespace qodly::script::data
