// qodly secret: the values that settings refer to as {"secret":"name"} (admin.md 24.3).
#pragma once

#include <filesystem>
#include <string>

namespace qodly::app {

struct SecretOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  std::string name;
  std::filesystem::path file;  // set --file FILE; empty: standard input
  bool json = false;           // list --json
};
int runSecretSet(const SecretOptions& options);
int runSecretList(const SecretOptions& options);
int runSecretRemove(const SecretOptions& options);

}  // namespace qodly::app
