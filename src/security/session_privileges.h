// What a session has been given (roles.md 4, 8, 11): names of privileges and roles, so that they keep their meaning
// when roles.json changes. Lives in a slot of the Session. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/roles.h"

namespace qodly::security {

class SessionPrivileges {
 public:
  struct Grant {
    std::vector<std::string> privileges;
    std::vector<std::string> roles;
    std::optional<std::string> userName;
  };

  // Adds to what the session has and counts as a login, even with nothing in it (roles.md 8, 15.14). Unknown names are
  // ignored. True when at least one known name was applied, or none was given.
  bool set(const Roles& roles, const Grant& grant);
  // The session is a guest again, but stays logged in (roles.md 11).
  void clear();
  // clear(), and only descriptive requests pass until the next login.
  void logout();

  // Closed: what it has been given with all that includes, guest too.
  PrivilegeSet held(const std::shared_ptr<const Roles>& roles) const;
  // Names of the closure of what it has been given; empty for a guest.
  std::vector<std::string> names(const Roles& roles) const;
  // Nothing has been given, or only roles that bring nothing (roles.md 4).
  bool isGuest(const Roles& roles) const;
  bool isLoggedIn() const;
  // The names it has been given, and the user's: set() on an empty one gives the same again.
  Grant granted() const;
  std::string userName() const;
  // Increases with each change: X-Privileges-Stamp (roles.md 11).
  std::uint64_t stamp() const;
  // Increases each time that rights are given: what was opened before was opened with another cookie.
  std::uint64_t raises() const;
  // Increases when the session passes to somebody else: after a logout, or a login under another name.
  std::uint64_t persons() const;

  // Gives `old` what the session had before rights were given, since this was asked for the last time: the old value of
  // its cookie opens no more than that. A guest's when nothing was given since.
  void takeBefore(SessionPrivileges& old);
  // These are what the old value of a cookie opens: whoever is meant has the new one, or will have it in a moment.
  bool isReplaced() const;

 private:
  struct State {
    std::vector<std::string> privileges, roles;
    std::string userName;
    bool loggedIn = false;
  };
  PrivilegeSet assigned(const Roles& roles) const;

  mutable std::mutex mutex_;
  State state_;
  std::optional<State> before_;
  bool replaced_ = false;
  std::uint64_t stamp_ = 1, raises_ = 0, persons_ = 0;
  mutable std::shared_ptr<const Roles> heldFor_;  // what held_ was made from
  mutable PrivilegeSet held_;
};

}  // namespace qodly::security
