// The web sessions of the server for its administrator (admin.md 11; lists as in 26).
#pragma once

#include <cstddef>
#include <string_view>

#include "app/log_page.h"
#include "security/accounts.h"
#include "security/roles.h"
#include "security/session.h"

namespace qodly::app {

// Last used first; those of guests that hold nothing are not there. Items: id (not the value of the cookie), userName,
// privileges, createdAt, lastUsedAt, expiresAt. wish.text: part of the name of the user or of the id.
LogPart listSessions(const security::SessionTable& sessions, const security::Roles& roles, const LogWish& wish);

// Ends the session of that id, or all of the user of that name (users of the directory, and those that the
// application's own code has named); who is signed in by them is signed out. How many there were.
std::size_t endSession(security::SessionTable& sessions, std::string_view id, security::Accounts& accounts);
std::size_t endSessionsOf(security::SessionTable& sessions, std::string_view userName, security::Accounts& accounts);

}  // namespace qodly::app
