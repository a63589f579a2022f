// What a session has been given (roles.md 4, 8, 11): names of privileges and roles, so that they keep their meaning
// when roles.json changes. Lives in a slot of the Session. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
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
  bool isGuest() const;
  bool isLoggedIn() const;
  // The names it has been given, and the user's: set() on an empty one gives the same again.
  Grant granted() const;
  std::string userName() const;
  // Increases with each change: X-Privileges-Stamp (roles.md 11).
  std::uint64_t stamp() const;

 private:
  PrivilegeSet assigned(const Roles& roles) const;

  mutable std::mutex mutex_;
  std::vector<std::string> privileges_, roles_;
  std::string userName_;
  bool loggedIn_ = false;
  std::uint64_t stamp_ = 1;
  mutable std::shared_ptr<const Roles> heldFor_;  // what held_ was made from
  mutable PrivilegeSet held_;
};

}  // namespace qodly::security
