// qodly key create|list|show|edit|revoke DIR: API keys (admin.md 8).
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command_accounts.h"
#include "app/command_instance.h"
#include "app/commands.h"
#include "app/console.h"
#include "base/error_codes.h"
#include "security/activity_log.h"
#include "security/api_key_edit.h"
#include "security/api_keys.h"
#include "security/directory.h"
#include "security/json_members.h"
#include "security/key_rates.h"
#include "security/key_use.h"
#include "security/roles.h"

namespace qodly::app {

namespace {

using security::ApiKey;

struct KeyOptions : InstanceOptions {
  std::string id;
  std::optional<std::string> description, type, role, expires;
  std::vector<std::string> hosts;
  bool anyHost = false;
  std::optional<int> rate;
};

struct Opened {
  OpenInstance open;
  std::unique_ptr<security::ApiKeys> keys;
  std::unique_ptr<security::ActivityLog> activity;
  std::unique_ptr<security::KeyRates> rates;
  std::unique_ptr<security::KeyUse> use;
};

Result<Opened> openKeys(const KeyOptions& options) {
  auto open = openInstance(options);
  if (!open) return std::unexpected(open.error());
  auto keys = security::ApiKeys::open(open->instance);
  if (!keys) return std::unexpected(keys.error());
  auto activity = std::make_unique<security::ActivityLog>(open->instance, open->project->name(),
                                                          std::string(security::developmentEnvironment));
  auto rates = std::make_unique<security::KeyRates>(open->instance);
  auto use = std::make_unique<security::KeyUse>(open->instance);
  return Opened{std::move(*open), std::move(*keys), std::move(activity), std::move(rates), std::move(use)};
}

std::string lastUse(const security::KeyUse::Figures& use) {
  std::string text;
  if (use.lastUsed.ms != 0) appendInstant(use.lastUsed, text);
  return text;
}

Value valueOf(const Opened& opened, const ApiKey& key) {
  const Ref<Object> object = Object::make();
  std::string expires;
  appendDate(key.expiresAt, expires);
  object->set("id", Value::text(key.id));
  object->set("description", Value::text(key.description));
  object->set("type", Value::text(key.administration ? "administration" : "standard"));
  object->set("role", Value::text(key.role));
  object->set("expiresAt", Value::text(expires));
  object->set("allowedHosts", security::collectionOf(key.allowedHosts));
  object->set("createdAt", Value::text(key.createdAt));
  const security::KeyUse::Figures use = opened.use->of(key.id, Instant::now());
  const std::string last = lastUse(use);
  object->set("lastUsedAt", last.empty() ? Value::null() : Value::text(last));
  object->set("calls24h", Value::integer(use.calls));
  if (const int rate = opened.rates->limitOf(key.id); rate > 0) {
    object->set("rateLimitPerMinute", Value::integer(rate));
  }
  return Value::object(object);
}

// What the options say, laid over `settings`. Told what is wrong: nothing.
std::optional<security::NewApiKey> settingsFrom(const KeyOptions& options, const Opened& opened,
                                                security::NewApiKey settings) {
  settings.description = options.description.value_or(settings.description);
  if (options.type) settings.administration = *options.type == "administration";
  settings.role = options.role.value_or(settings.role);
  if (!options.hosts.empty() || options.anyHost) settings.allowedHosts = options.hosts;
  if (options.expires) {
    settings.expiresAt = parseDate(*options.expires);
    if (!settings.expiresAt) {
      printLine("--expires takes a date: 2031-04-30.");
      return std::nullopt;
    }
  }
  const auto content = security::readFile(opened.open.project->paths().sources / "roles.json");
  if (options.role && *options.role != "Admin" && !(content && security::Roles::read(*content).role(*options.role))) {
    printLine(fmt::format("E_PROFILE: roles.json has no role \"{}\".", *options.role));
    return std::nullopt;
  }
  return settings;
}

// Error: printed.
Result<std::shared_ptr<const ApiKey>> keyNamed(const Opened& opened, std::string_view id) {
  auto key = opened.keys->named(id);
  if (!key) printError(key.error());
  return key;
}

int logged(Opened& opened, std::string_view action, const ApiKey& key) {
  const auto written = opened.activity->append(
      {.action = std::string(action), .user = commandUser(), .via = "cli", .detail = valueOf(opened, key)});
  return written ? exit_code::done : fail(written.error());
}

int runCreate(const KeyOptions& options) {
  auto opened = openKeys(options);
  if (!opened) return fail(opened.error());
  const auto settings = settingsFrom(options, *opened, {});
  if (!settings) return exit_code::usage;
  auto created = opened->keys->create(*settings);
  if (!created) {
    printError(created.error());
    return exit_code::usage;
  }
  const auto& [key, text] = *created;
  if (auto set = opened->rates->setLimit(key->id, options.rate.value_or(0)); !set) return fail(set.error());
  if (const int code = logged(*opened, "Create API Key", *key); code != exit_code::done) return code;
  if (options.json) {
    const Value value = valueOf(*opened, *key);
    value.asObject().set("key", Value::text(text));
    printJson(value);
  } else {
    fmt::print("{}\n", text);
  }
  return exit_code::done;
}

int runList(const KeyOptions& options) {
  auto opened = openKeys(options);
  if (!opened) return fail(opened.error());
  const Ref<Collection> list = Collection::make();
  for (const auto& key : opened->keys->list()) {
    if (options.json) {
      list->push(valueOf(*opened, *key));
      continue;
    }
    std::string expires;
    appendDate(key->expiresAt, expires);
    const std::string last = lastUse(opened->use->of(key->id, Instant::now()));
    fmt::print("{:.8}  {:<14} {:<16} {}  {:<16}  {}{}\n", key->id, key->administration ? "administration" : "standard",
               key->role, expires, last.empty() ? "never used" : last.substr(0, 16), key->description,
               key->isExpired(Instant::now()) ? " (expired)" : "");
  }
  if (options.json) printJson(Value::collection(list));
  return exit_code::done;
}

int runShow(const KeyOptions& options) {
  auto opened = openKeys(options);
  if (!opened) return fail(opened.error());
  const auto key = keyNamed(*opened, options.id);
  if (!key) return exit_code::notFound;
  const auto text = opened->keys->reveal(**key);
  if (!text) return fail(text.error());
  if (const int code = logged(*opened, "Show API Key", **key); code != exit_code::done) return code;
  if (options.json) {
    const Value value = valueOf(*opened, **key);
    value.asObject().set("key", Value::text(*text));
    printJson(value);
  } else {
    fmt::print("{}\n", *text);
  }
  return exit_code::done;
}

int runEdit(const KeyOptions& options) {
  auto opened = openKeys(options);
  if (!opened) return fail(opened.error());
  auto key = keyNamed(*opened, options.id);
  if (!key) return exit_code::notFound;
  const auto settings = settingsFrom(
      options, *opened,
      {(*key)->description, (*key)->administration, (*key)->role, (*key)->expiresAt, (*key)->allowedHosts});
  if (!settings) return exit_code::usage;
  key = security::editApiKey(opened->open.instance, (*key)->id, *settings);
  if (!key) {
    printError(key.error());
    return exit_code::usage;
  }
  if (options.rate) {
    if (auto set = opened->rates->setLimit((*key)->id, *options.rate); !set) return fail(set.error());
  }
  if (options.json) printJson(valueOf(*opened, **key));
  return logged(*opened, "Edit API Key", **key);
}

int runRevoke(const KeyOptions& options) {
  auto opened = openKeys(options);
  if (!opened) return fail(opened.error());
  const auto key = keyNamed(*opened, options.id);
  if (!key) return exit_code::notFound;
  if (auto revoked = opened->keys->revoke(**key); !revoked) return fail(revoked.error());
  if (options.json) printJson(valueOf(*opened, **key));
  return logged(*opened, "Delete API Key", **key);
}

}  // namespace

void addKeyCommand(CLI::App& program, CommandAction& action) {
  CLI::App& command = *program.add_subcommand("key", "API keys of a project");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, int (*run)(const KeyOptions&), bool named) {
    CLI::App& sub = *command.add_subcommand(name, text);
    const auto options = std::make_shared<KeyOptions>();
    sub.add_option("DIR", options->project, "Project folder")->required();
    if (named) sub.add_option("ID", options->id, "Identifier of the key, or its beginning")->required();
    sub.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
    sub.add_flag("--json", options->json, "Print one JSON document");
    sub.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return std::pair(&sub, options.get());
  };
  const auto addDetails = [](CLI::App& sub, KeyOptions& options) {
    sub.add_option("--role", options.role, "Role of roles.json (of a new key: Admin)");
    sub.add_option("--type", options.type, "standard (the role decides) or administration (all data that is exposed)")
        ->check(CLI::IsMember({"standard", "administration"}));
    sub.add_option("--expires", options.expires, "Last day it works, at most one year ahead (that is the default)");
    sub.add_option("--host", options.hosts, "Address or block that may use it; several times; default: any");
    sub.add_option("--rate", options.rate, "Requests a minute; 0: no limit")->check(CLI::Range(0, 1'000'000));
  };
  auto [sub, options] = add("create", "Make a key and print it", runCreate, false);
  sub->add_option("--description", options->description, "What it is for")->required();
  addDetails(*sub, *options);
  std::tie(sub, options) = add("edit", "Change what a key opens; what is not named stays", runEdit, true);
  sub->add_option("--description", options->description, "What it is for");
  addDetails(*sub, *options);
  sub->add_flag("--any-host", options->anyHost, "From every address again");
  add("list", "List the keys", runList, false);
  add("show", "Print a key again", runShow, true);
  add("revoke", "Make a key invalid at once", runRevoke, true).first->alias("delete");
}

}  // namespace qodly::app
