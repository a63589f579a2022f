// What the commands on users, keys and logs of a project share.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/project.h"
#include "security/instance.h"
#include "value/value.h"

namespace qodly::app {

struct InstanceOptions {
  std::filesystem::path project, data;
  bool json = false;
};

struct OpenInstance {
  std::unique_ptr<model::Project> project;
  security::Instance instance;
};
// The instance folder of a project; the data file is not opened, so that a server may run.
Result<OpenInstance> openInstance(const InstanceOptions& options);

// Who gives the command, for the activity log: the name of the operating system's user.
std::string commandUser();

// One JSON document on stdout.
void printJson(const Value& value);
// Prints it and gives the exit code of its code (admin.md 27): E_EMAIL 2, E_UNKNOWN_USER 3...
int fail(const Error& error);

}  // namespace qodly::app
