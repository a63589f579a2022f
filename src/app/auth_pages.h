// The pages under /auth as HTML. They work without script; /$lib/auth/auth.js adds passkeys.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "security/accounts.h"

namespace qodly::app {

struct AuthPage {
  std::string heading, message, content;  // content: HTML; the others are text
  bool bad = false;                       // the message tells of a failure
  bool wide = false;                      // for tables
};

std::string renderAuthPage(const AuthPage& page, std::string_view application);

std::string loginForm(std::string_view email, std::string_view next,
                      const std::vector<std::shared_ptr<security::Provider>>& providers);
std::string factorForm(std::string_view ticket, std::string_view next, const security::User& user);
std::string enrolForm(const security::Accounts::Enrolment& enrolment, std::string_view ticket, std::string_view next);
std::string recoveryCodesList(const std::vector<std::string>& codes, std::string_view next);
std::string resetRequestForm();
// action: "/auth/invite" or "/auth/reset".
std::string choosePasswordForm(std::string_view action, std::string_view token, std::string_view email);
std::string setupForm(std::string_view token, std::string_view email);
std::string accountPage(const security::User& user);
std::string passkeysPage(const security::User& user);

}  // namespace qodly::app
