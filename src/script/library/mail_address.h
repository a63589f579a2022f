// Mail addresses (classes.md 15).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qodly::script::library {

struct MailAddress {
  std::string name;   // "" when there is none; decoded
  std::string email;  // "a@x.org"
};

// "Ann <a@x.org>, b@x.org; "Doe, John" <j@x.org>": commas and semicolons separate; quotes, comments and groups as in
// RFC 5322. Entries without address are left out. At most 10000.
std::vector<MailAddress> parseAddresses(std::string_view list);

}  // namespace qodly::script::library
