// qodly certificate list DIR: the certificates that the server uses, and how those that it asks for itself stand
// (admin.md 9).
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/certificate_state.h"
#include "app/command_accounts.h"
#include "app/command_instance.h"
#include "app/commands.h"
#include "app/server_settings.h"
#include "http/certificate.h"
#include "security/json_members.h"

namespace qodly::app {

namespace {

struct Listed {
  http::CertificateFiles files;
  bool asked = false;  // of an authority, by the server
  std::vector<std::string> names;
  std::optional<http::Validity> validity;
  std::string_view state;  // "valid", "expired", "missing", "unusable"
  std::string fault;
  CertificateState attempts;
};

Listed look(const http::CertificateFiles& files, const CertificateStates& states) {
  Listed listed;
  listed.files = files;
  listed.asked = files.optional;
  if (const auto known = states.hosts.find(files.host); listed.asked && known != states.hosts.end())
    listed.attempts = known->second;
  const auto certificate = security::readFile(files.certificate);
  const auto key = security::readFile(files.key);
  if (!certificate || !key) {
    listed.state = "missing";
    return listed;
  }
  listed.names = http::namesOf(*certificate);
  listed.validity = http::validityOf(*certificate);
  listed.state = "valid";
  for (const http::CertificateFault& fault : http::checkCertificate(*certificate, *key, files.host)) {
    listed.fault = fmt::format("{}: {}", fault.code, fault.message);
    listed.state = fault.code == "E_CERT_EXPIRED" ? "expired" : "unusable";
    if (listed.state == "unusable") break;
  }
  return listed;
}

Value valueOf(const Listed& listed) {
  const auto text = [](std::string_view content) { return Value::text(content); };
  const Ref<Object> object = Object::make();
  object->set("source", text(listed.asked ? "acme" : "file"));
  object->set("host", text(listed.files.host));
  object->set("certificate", text(listed.files.certificate));
  object->set("names", security::collectionOf(listed.names));
  object->set("state", text(listed.state));
  object->set("validFrom", listed.validity ? timeValue({listed.validity->from * 1000}) : Value::null());
  object->set("validUntil", listed.validity ? timeValue({listed.validity->until * 1000}) : Value::null());
  if (!listed.fault.empty()) object->set("fault", text(listed.fault));
  if (!listed.asked) return Value::object(object);
  if (listed.validity) object->set("renewal", timeValue(renewalOf(listed.validity->from, listed.validity->until)));
  object->set("failures", Value::integer(listed.attempts.failures));
  object->set("lastAttempt", timeValue(listed.attempts.lastAttempt));
  object->set("nextAttempt", timeValue(listed.attempts.nextAttempt));
  object->set("lastError", text(listed.attempts.lastError));
  return Value::object(object);
}

void print(const Listed& listed) {
  std::string until;
  if (listed.validity) appendInstant({listed.validity->until * 1000}, until);
  fmt::print("{:<8} {:<10} {:<4} {}  {}\n", listed.state, until.substr(0, 10), listed.asked ? "acme" : "file",
             listed.names.empty() ? listed.files.host : fmt::format("{}", fmt::join(listed.names, ", ")),
             listed.files.certificate);
  if (!listed.fault.empty()) fmt::print("         {}\n", listed.fault);
  if (!listed.attempts.lastError.empty()) {
    std::string next;
    appendInstant(listed.attempts.nextAttempt, next);
    fmt::print("         failed {} times, next attempt {}: {}\n", listed.attempts.failures, next.substr(0, 16),
               listed.attempts.lastError);
  }
}

int runList(const InstanceOptions& options) {
  const auto open = openInstance(options);
  if (!open) return fail(open.error());
  const SettingsReading reading = readServerSettings({open->project->paths(), open->instance.folder()});
  for (const std::string& problem : reading.problems) fmt::print(stderr, "qodly: {}\n", problem);
  if (!reading.problems.empty()) return exit_code::failed;
  const CertificateStates states = readCertificateStates(open->instance);
  const Ref<Collection> list = Collection::make();
  for (const http::CertificateFiles& files : reading.settings.tls.certificates) {
    const Listed listed = look(files, states);
    if (options.json) {
      list->push(valueOf(listed));
    } else {
      print(listed);
    }
  }
  if (options.json) printJson(Value::collection(list));
  return exit_code::done;
}

}  // namespace

void addCertificateCommand(CLI::App& program, CommandAction& action) {
  CLI::App& command = *program.add_subcommand("certificate", "Certificates of HTTPS of a project");
  command.require_subcommand(1);
  CLI::App& sub = *command.add_subcommand("list", "List them: names, end, and how asking an authority went");
  const auto options = std::make_shared<InstanceOptions>();
  sub.add_option("DIR", options->project, "Project folder")->required();
  sub.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
  sub.add_flag("--json", options->json, "Print one JSON document");
  sub.callback([options, &action] { action = [options] { return runList(*options); }; });
}

}  // namespace qodly::app
