// qodly auth: are the directories of auth.json right and reachable (admin.md 10, docs/directories.md)?
#pragma once

#include <filesystem>
#include <string>

namespace qodly::app {

struct AuthOptions {
  std::filesystem::path project;
  std::filesystem::path data;               // --data FOLDER; empty: <root>/Data
  bool json = false;                        // --json
  std::string provider, login;              // test NAME --login L; the password comes from standard input
  std::string environment = "Development";  // test --env E
};
// Reads auth.json and reaches out for every directory; failed when anything is wrong.
int runAuthCheck(const AuthOptions& options);
// The providers in their order, without reaching out for them.
int runAuthList(const AuthOptions& options);
// Tries a login as the server would, and tells why it is refused.
int runAuthTest(const AuthOptions& options);

}  // namespace qodly::app
