// A user of the directory in a web session: what signing in gives the session, and whether it still holds. Lives in a
// slot of the Session. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "security/accounts.h"
#include "security/roles.h"
#include "security/session.h"

namespace qodly::security {

class UserSession {
 public:
  struct Who {
    std::string userId;
    std::uint32_t epoch = 0;
    std::string token;  // of the directory session that stands behind it; "": none
  };
  std::optional<Who> who() const;

  // Gives the session the privileges of the user's profile and nothing else, and the user's name. The session counts as
  // logged in. For a request: then Visit::use, so that the cookie changes with it.
  static void signIn(Session& session, const Roles& roles, const SignIn& accepted, Accounts& accounts,
                     std::string token = {});
  // Takes it all away again, the directory session, too: a guest that is not logged in. Storage stays (roles.md 8).
  static void signOut(Session& session, Accounts& accounts);
  // Checks a signed-in user against the directory when that has changed since: signs out whom it does not let in any
  // more, and gives a changed profile. Cheap when nothing has changed.
  static void refresh(Session& session, const Roles& roles, Accounts& accounts);

 private:
  mutable std::mutex mutex_;
  std::optional<Who> who_;
  std::string profile_;
  std::uint64_t generation_ = 0;
};

}  // namespace qodly::security
