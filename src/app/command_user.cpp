// qodly user add|list|set|remove|invite|reset|mfa-reset|unlock DIR: users of the built-in directory (admin.md 6, 25).
#include <fstream>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command_accounts.h"
#include "app/command_instance.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/mailer.h"
#include "app/user_service.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "security/accounts.h"
#include "security/json_members.h"
#include "security/roles.h"

namespace qodly::app {

namespace {

using security::Accounts;
using security::User;
using security::UserRef;

struct UserOptions : InstanceOptions {
  std::string email, profile, firstName, lastName, passwordFile, hash;
  bool admin = false, noAdmin = false, disable = false, enable = false;
};

const security::Caller caller{"", "cli"};

struct Opened {
  OpenInstance open;
  std::unique_ptr<Accounts> accounts;
};

Result<Opened> openAccounts(const UserOptions& options) {
  auto open = openInstance(options);
  if (!open) return std::unexpected(open.error());
  Accounts::Options settings;
  settings.application = open->project->name();
  const auto access = readAccessSettings(open->instance);
  const std::string base = access && !access->baseUrl.empty() ? access->baseUrl : "http://localhost:8080";
  settings.origin = [base] { return base; };
  settings.sendMail = mailerOf(open->instance);
  auto accounts = Accounts::open(open->instance, std::move(settings));
  if (!accounts) return std::unexpected(accounts.error());
  return Opened{std::move(*open), std::move(*accounts)};
}

Result<UserRef> userNamed(Opened& opened, const std::string& email) {
  if (UserRef user = opened.accounts->directory().find(email)) return user;
  return std::unexpected(security::directoryError("E_UNKNOWN_USER", fmt::format("There is no user {}.", email)));
}

// A profile is a role of roles.json; Admin always is one.
Result<> checkProfile(const Opened& opened, const std::string& profile) {
  if (equalsIgnoringAsciiCase(profile, "Admin")) return {};
  const auto content = security::readFile(opened.open.project->paths().sources / "roles.json");
  if (content && security::Roles::read(*content).role(profile)) return {};
  return std::unexpected(security::directoryError("E_PROFILE", fmt::format("roles.json has no role \"{}\".", profile)));
}

// The password of --password-file, "-": of standard input; without its line end.
Result<std::string> readPassword(const std::string& file) {
  std::string text;
  if (file == "-") {
    std::getline(std::cin, text);
  } else {
    auto content = security::readFile(file);
    if (!content) return content;
    text = std::move(*content);
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Value valueOf(const User& user) {
  const Ref<Object> object = Object::make();
  const Ref<Collection> assignments = Collection::make();
  for (const security::Assignment& each : user.assignments) {
    const Ref<Object> assignment = Object::make();
    assignment->set("environment", Value::text(each.environment));
    assignment->set("profile", Value::text(each.profile));
    assignment->set("firstName", Value::text(each.firstName));
    assignment->set("lastName", Value::text(each.lastName));
    assignments->push(Value::object(assignment));
  }
  object->set("email", Value::text(user.email));
  object->set("assignments", Value::collection(assignments));
  object->set("instanceAdmin", Value::boolean(user.instanceAdmin));
  object->set("disabled", Value::boolean(user.disabled));
  object->set("hasPassword", Value::boolean(!user.passwordHash.empty()));
  object->set("secondFactor", Value::boolean(user.hasSecondFactor()));
  object->set("lastLogin", user.lastLogin.empty() ? Value::null() : Value::text(user.lastLogin));
  return Value::object(object);
}

int printUser(const UserOptions& options, const User& user, const std::optional<Accounts::Link>& link) {
  Value value = valueOf(user);
  if (link) {
    value.asObject().set("link", Value::text(link->url));
    value.asObject().set("mailed", Value::boolean(link->mailed));
  }
  if (options.json) {
    printJson(value);
  } else if (!link) {
    fmt::print("{}\n", user.email);
  } else if (link->mailed) {
    fmt::print("{}: a mail with the link is on its way.\n", user.email);
  } else {
    fmt::print("{}: give this link to the user alone; it works once:\n\n  {}\n", user.email, link->url);
  }
  return exit_code::done;
}

Result<UserRef> setSecret(Opened& opened, const UserOptions& options, const User& user) {
  std::string secret = options.hash;
  if (secret.empty()) {
    auto password = readPassword(options.passwordFile);
    if (!password) return std::unexpected(password.error());
    secret = std::move(*password);
    if (security::isPasswordHash(secret)) {
      return std::unexpected(security::directoryError("E_WEAK_PASSWORD", "That is a hash: give it by --hash."));
    }
  } else if (!security::isPasswordHash(secret)) {
    return std::unexpected(security::directoryError("E_WEAK_PASSWORD", "--hash takes bcrypt or Argon2id hashes."));
  }
  return opened.accounts->setPassword(user.id, secret, caller, commandUser());
}

int runAdd(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  const std::string profile = options.profile.empty() ? "Admin" : options.profile;
  if (auto known = checkProfile(*opened, profile); !known) return fail(known.error());
  Accounts& accounts = *opened->accounts;
  User user;
  user.email = options.email;
  user.instanceAdmin = options.admin;
  user.assignments.push_back({accounts.environment(), options.firstName, options.lastName, profile});
  auto added = accounts.directory().add(std::move(user));
  if (!added) return fail(added.error());
  accounts.log("Add User", commandUser(), caller, true, valueOf(**added));
  if (!options.passwordFile.empty() || !options.hash.empty()) {
    const auto set = setSecret(*opened, options, **added);
    if (!set) {
      (void)accounts.directory().remove((*added)->id);
      return fail(set.error());
    }
    return printUser(options, **set, std::nullopt);
  }
  const auto link = accounts.invite((*added)->id, caller, commandUser());
  if (!link) return fail(link.error());
  return printUser(options, **added, *link);
}

int runList(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  const Ref<Collection> list = Collection::make();
  for (const UserRef& user : opened->accounts->directory().users()) {
    if (options.json) {
      list->push(valueOf(*user));
      continue;
    }
    const security::Assignment* here = user->in(opened->accounts->environment());
    fmt::print("{:<40} {:<16} {}{}{}\n", user->email, here == nullptr ? "-" : here->profile,
               user->instanceAdmin ? "administrator " : "", user->hasSecondFactor() ? "second-factor " : "",
               user->disabled ? "disabled" : "");
  }
  if (options.json) printJson(Value::collection(list));
  return exit_code::done;
}

int runSet(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  auto user = userNamed(*opened, options.email);
  if (!user) return fail(user.error());
  if (!options.profile.empty()) {
    if (auto known = checkProfile(*opened, options.profile); !known) return fail(known.error());
  }
  Accounts& accounts = *opened->accounts;
  auto changed = accounts.directory().change((*user)->id, [&](User& each) -> Result<> {
    if (options.admin) each.instanceAdmin = true;
    if (options.noAdmin) each.instanceAdmin = false;
    if (options.enable) each.disabled = false;
    if (options.disable) each.disabled = true;
    if (options.profile.empty() && options.firstName.empty() && options.lastName.empty()) return {};
    auto found = std::ranges::find_if(each.assignments, [&](const security::Assignment& assignment) {
      return equalsIgnoringAsciiCase(assignment.environment, accounts.environment());
    });
    if (found == each.assignments.end()) {
      found = each.assignments.insert(found, {accounts.environment(), {}, {}, "Admin"});
    }
    if (!options.profile.empty()) found->profile = options.profile;
    if (!options.firstName.empty()) found->firstName = options.firstName;
    if (!options.lastName.empty()) found->lastName = options.lastName;
    return {};
  });
  if (changed && (!options.passwordFile.empty() || !options.hash.empty())) {
    changed = setSecret(*opened, options, **changed);
  }
  if (!changed) return fail(changed.error());
  accounts.log("Edit User", commandUser(), caller, true, valueOf(**changed));
  return printUser(options, **changed, std::nullopt);
}

int runRemove(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  auto user = userNamed(*opened, options.email);
  if (!user) return fail(user.error());
  if (auto removed = opened->accounts->directory().remove((*user)->id); !removed) return fail(removed.error());
  opened->accounts->log("Delete User", commandUser(), caller, true, valueOf(**user));
  return printUser(options, **user, std::nullopt);
}

template <Result<Accounts::Link> (Accounts::*make)(std::string_view, const security::Caller&, std::string_view)>
int runLink(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  auto user = userNamed(*opened, options.email);
  if (!user) return fail(user.error());
  const auto link = ((*opened->accounts).*make)((*user)->id, caller, commandUser());
  if (!link) return fail(link.error());
  return printUser(options, **user, *link);
}

template <Result<UserRef> (Accounts::*change)(std::string_view, const security::Caller&, std::string_view)>
int runChange(const UserOptions& options) {
  auto opened = openAccounts(options);
  if (!opened) return fail(opened.error());
  auto user = userNamed(*opened, options.email);
  if (!user) return fail(user.error());
  const auto changed = ((*opened->accounts).*change)((*user)->id, caller, commandUser());
  return changed ? printUser(options, **changed, std::nullopt) : fail(changed.error());
}

}  // namespace

void addUserCommand(CLI::App& program, CommandAction& action) {
  CLI::App& command = *program.add_subcommand("user", "Users of a project's built-in directory");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, int (*run)(const UserOptions&), bool named) {
    CLI::App& sub = *command.add_subcommand(name, text);
    const auto options = std::make_shared<UserOptions>();
    sub.add_option("DIR", options->project, "Project folder")->required();
    if (named) sub.add_option("EMAIL", options->email, "The user")->required();
    sub.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
    sub.add_flag("--json", options->json, "Print one JSON document");
    sub.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return std::pair(&sub, options.get());
  };
  const auto addDetails = [](CLI::App& sub, UserOptions& options) {
    sub.add_option("--profile", options.profile, "Role of roles.json (default: Admin)");
    sub.add_option("--first", options.firstName, "First name");
    sub.add_option("--last", options.lastName, "Last name");
    sub.add_option("--password-file", options.passwordFile, "File with the password; - reads it from standard input");
    sub.add_option("--hash", options.hash, "bcrypt or Argon2id hash to bring along");
    sub.add_flag("--admin", options.admin, "Administrator of this server");
  };
  auto [sub, options] = add("add", "Add a user; without a password, give an invitation link", runAdd, true);
  addDetails(*sub, *options);
  add("list", "List the users", runList, false);
  std::tie(sub, options) = add("set", "Change a user", runSet, true);
  addDetails(*sub, *options);
  sub->add_flag("--no-admin", options->noAdmin, "No administrator any more");
  sub->add_flag("--disable", options->disable, "Let the user in no more");
  sub->add_flag("--enable", options->enable, "Let the user in again");
  add("remove", "Remove a user; open sessions end at the next request", runRemove, true);
  add("invite", "Make a new invitation link", runLink<&Accounts::invite>, true);
  add("reset", "Make a link to choose a new password", runLink<&Accounts::reset>, true);
  add("mfa-reset", "Take second factors and passkeys of a user away", runChange<&Accounts::removeFactors>, true);
  add("unlock", "End the lock that wrong passwords have brought upon a user", runChange<&Accounts::unlock>, true);
}

}  // namespace qodly::app
