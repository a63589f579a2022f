// qodly audit verify|show DIR: the activity log (admin.md 14).
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command_accounts.h"
#include "app/command_instance.h"
#include "app/commands.h"
#include "base/text.h"
#include "security/activity_log.h"
#include "security/decision_log.h"

namespace qodly::app {

namespace {

int runVerify(const InstanceOptions& options) {
  const auto open = openInstance(options);
  if (!open) return fail(open.error());
  const auto check = security::verifyActivity(open->instance);
  if (!check) return fail(check.error());
  const bool sound = !check->broken.has_value();
  if (options.json) {
    const Ref<Object> object = Object::make();
    object->set("sound", Value::boolean(sound));
    object->set("entries", Value::integer(static_cast<std::int64_t>(check->entries)));
    if (!sound) {
      object->set("broken", Value::integer(static_cast<std::int64_t>(*check->broken)));
      object->set("reason", Value::text(check->reason));
    }
    printJson(Value::object(object));
  } else if (sound) {
    fmt::print("Sound: {} entries, nothing was changed, removed or cut off.\n", check->entries);
  } else {
    fmt::print("Broken at entry {}: {}.\n", *check->broken, check->reason);
  }
  return sound ? exit_code::done : exit_code::integrity;
}

// The lines as they are: each is a JSON object.
int runDecisions(const InstanceOptions& options) {
  const auto open = openInstance(options);
  if (!open) return fail(open.error());
  for (const std::string& line : security::readDecisions(open->instance.folder())) fmt::print("{}\n", line);
  return exit_code::done;
}

}  // namespace

void addAuditCommand(CLI::App& program, CommandAction& action) {
  CLI::App& command = *program.add_subcommand("audit", "Activity log and refusals of a project");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, int (*run)(const InstanceOptions&)) {
    CLI::App& sub = *command.add_subcommand(name, text);
    const auto options = std::make_shared<InstanceOptions>();
    sub.add_option("DIR", options->project, "Project folder")->required();
    sub.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
    sub.add_flag("--json", options->json, "Print JSON");
    sub.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
  };
  add("verify", "Prove that no entry of the activity log was changed, removed or cut off", runVerify);
  add("decisions", "Requests that were refused: who, what, by which rule", runDecisions);
}

}  // namespace qodly::app
