// Mails of the server itself (invitations, password resets), through the mail server of <instance>/instance.json:
//
//   { "mail": { "host": "smtp.example", "port": 587, "user": "app", "password": {"secret": "mail"},
//               "from": "app@example.com", "acceptUnsecure": false } }
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "security/accounts.h"
#include "security/instance.h"

namespace qodly::app {

// Sends a mail, with the settings as they are at that moment; waits for the mail server. Empty when instance.json names
// no mail server now.
std::function<Result<>(const security::Mail&)> mailerOf(const security::Instance& instance);

// The message with its headers, CR LF at line ends.
std::string mailMessage(const security::Mail& mail, const std::string& from);

}  // namespace qodly::app
