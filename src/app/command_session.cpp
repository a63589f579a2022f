// qodly session list|drop DIR: the web sessions of an application, also while it is served (admin.md 11, 25).
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command_accounts.h"
#include "app/command_instance.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/session_ends.h"
#include "app/session_keeper.h"
#include "base/text.h"
#include "security/activity_log.h"
#include "security/directory.h"
#include "security/json_members.h"
#include "security/session_privileges.h"

namespace qodly::app {

namespace {

using security::integerMember;
using security::textMember;

struct SessionOptions : InstanceOptions {
  std::string id, user;
};

// The members that the administrator's page shows, too (session_list.h).
Value shown(const Object& state, const security::Roles& roles) {
  security::SessionPrivileges privileges;
  privileges.set(roles, {.privileges = security::textsMember(state, "privileges"),
                         .roles = security::textsMember(state, "roles"),
                         .userName = {}});
  const auto time = [](std::int64_t milliseconds) {
    std::string text;
    appendInstant(Instant{milliseconds}, text);
    return Value::text(text);
  };
  const std::int64_t used = integerMember(state, "used");
  const Ref<Object> object = Object::make();
  object->set("id", Value::text(textMember(state, "id")));
  object->set("userName", Value::text(textMember(state, "userName")));
  object->set("privileges", security::collectionOf(privileges.names(roles)));
  object->set("createdAt", time(integerMember(state, "created")));
  object->set("lastUsedAt", time(used));
  object->set("expiresAt", time(used + integerMember(state, "idleTimeout") * 60'000));
  return Value::object(object);
}

struct Listed {
  OpenInstance open;
  std::vector<Value> sessions;  // last used first
};

Result<Listed> listed(const SessionOptions& options) {
  auto open = openInstance(options);
  if (!open) return std::unexpected(open.error());
  const auto content = security::readFile(open->project->paths().sources / "roles.json");
  const security::Roles roles = content ? security::Roles::read(*content) : security::Roles();
  const auto folder = options.data.empty() ? open->project->paths().root / "Data" : options.data;
  std::vector<Value> sessions;
  for (const Value& state : keptSessions(open->instance, folder / "sessions.bin")) {
    sessions.push_back(shown(state.asObject(), roles));
  }
  std::ranges::sort(sessions, std::greater(),
                    [](const Value& each) { return textMember(each.asObject(), "lastUsedAt"); });
  return Listed{std::move(*open), std::move(sessions)};
}

int runList(const SessionOptions& options) {
  const auto found = listed(options);
  if (!found) return fail(found.error());
  if (options.json) {
    const Ref<Collection> list = Collection::make();
    for (const Value& session : found->sessions) list->push(session);
    printJson(Value::collection(list));
    return exit_code::done;
  }
  for (const Value& session : found->sessions) {
    const Object& object = session.asObject();
    std::string privileges;
    for (const std::string& name : security::textsMember(object, "privileges")) {
      privileges += (privileges.empty() ? "" : ", ") + name;
    }
    fmt::print("{}  {:.16}  {:<30} {}\n", textMember(object, "id"), textMember(object, "lastUsedAt"),
               textMember(object, "userName"), privileges);
  }
  return exit_code::done;
}

int runDrop(const SessionOptions& options) {
  if (options.id.empty() == options.user.empty()) {
    printLine("Name the session to end, or give --user: qodly session list DIR shows them.");
    return exit_code::usage;
  }
  const auto found = listed(options);
  if (!found) return fail(found.error());
  const auto count = std::ranges::count_if(found->sessions, [&](const Value& session) {
    const Object& object = session.asObject();
    return options.user.empty() ? textMember(object, "id") == options.id
                                : equalsIgnoringAsciiCase(textMember(object, "userName"), options.user);
  });
  if (count == 0) {
    printLine("There is no such session: qodly session list DIR shows them.");
    return exit_code::notFound;
  }
  if (auto asked = askToEnd(found->open.instance, {options.id, options.user}); !asked) return fail(asked.error());
  const Ref<Object> detail = Object::make();
  detail->set(options.id.empty() ? "user" : "session", Value::text(options.id.empty() ? options.user : options.id));
  detail->set("sessions", Value::integer(count));
  security::ActivityLog activity(found->open.instance, found->open.project->name(),
                                 std::string(security::developmentEnvironment));
  const auto written =
      activity.append({.action = "End Session", .user = commandUser(), .via = "cli", .detail = Value::object(detail)});
  if (!written) return fail(written.error());
  if (options.json) {
    printJson(Value::object(detail));
  } else {
    fmt::print(
        "{} session{} will end: within a second where the application is served, else before it is served "
        "again.\n",
        count, count == 1 ? "" : "s");
  }
  return exit_code::done;
}

}  // namespace

void addSessionCommand(CLI::App& program, CommandAction& action) {
  CLI::App& command = *program.add_subcommand("session", "Web sessions of an application: who is logged in");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, int (*run)(const SessionOptions&)) {
    CLI::App& sub = *command.add_subcommand(name, text);
    const auto options = std::make_shared<SessionOptions>();
    sub.add_option("DIR", options->project, "Project folder")->required();
    sub.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
    sub.add_flag("--json", options->json, "Print JSON");
    sub.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return std::pair(&sub, options);
  };
  add("list", "Sessions that hold something: privileges, a user, storage; last used first", runList);
  const auto [drop, options] = add("drop", "End a session, or all of a user, with the sign-in behind it", runDrop);
  drop->add_option("ID", options->id, "The session, as list shows it");
  drop->add_option("--user", options->user, "All sessions of this user");
}

}  // namespace qodly::app
