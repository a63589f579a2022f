#include "app/command_auth.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/authentication_providers.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/instance_folder.h"
#include "app/typed_secret.h"
#include "security/authentication.h"
#include "security/secrets.h"
#include "value/json.h"

namespace qodly::app {

namespace {

// auth.json as the server would read it.
class Opened {
 public:
  Opened(security::Instance instance, const std::string& environment)
      : instance_(std::move(instance)), secrets_(instance_), environment_(environment) {}
  Result<security::AuthenticationSettings> read() const {
    return security::readAuthentication(instance_, authenticationProviders(),
                                        {.secrets = secrets_, .environment = environment_, .log = [](auto) {}});
  }

 private:
  security::Instance instance_;
  security::Secrets secrets_;
  std::string environment_;
};

int told(const Error& error) {
  printError(error);
  return exitCodeOf(error);
}

// What `work` makes of the settings, or the exit code of the error, which is told.
template <class Work>
int withSettings(const AuthOptions& options, Work work) {
  auto instance = openInstance(options.project, options.data);
  if (!instance) return told(instance.error());
  const Opened opened(std::move(*instance), options.environment);
  auto settings = opened.read();
  if (!settings) return told(settings.error());
  return work(*settings);
}

struct Line {
  std::string name, kind, text;
  bool good = true;
};

std::string_view kindOf(const security::Provider& provider) {
  return dynamic_cast<const security::RedirectProvider*>(&provider) != nullptr ? "redirect" : "password";
}

std::vector<Line> describe(const security::AuthenticationSettings& settings, bool reach) {
  std::vector<Line> lines;
  for (const auto& provider : settings.providers) {
    if (!provider) {
      lines.push_back({"builtin", "password", "users of this instance"});
      continue;
    }
    Line line{provider->name(), std::string(kindOf(*provider)), provider->label()};
    if (reach) {
      auto found = provider->probe();
      line.good = found.has_value();
      line.text = found ? *found : found.error().message();
    }
    lines.push_back(std::move(line));
  }
  for (const std::string& problem : settings.problems) lines.push_back({"", "", problem, false});
  return lines;
}

void print(const std::vector<Line>& lines, bool asJson) {
  if (!asJson) {
    for (const Line& line : lines) {
      fmt::print("{:<7} {}{}{}\n", line.good ? "ok" : "PROBLEM", line.name, line.name.empty() ? "" : ": ", line.text);
    }
    return;
  }
  const Ref<Collection> all = Collection::make();
  for (const Line& line : lines) {
    const Ref<Object> object = Object::make();
    object->set("name", line.name.empty() ? Value::null() : Value::text(std::string_view(line.name)));
    object->set("kind", line.kind.empty() ? Value::null() : Value::text(std::string_view(line.kind)));
    object->set("ok", Value::boolean(line.good));
    object->set("text", Value::text(std::string_view(line.text)));
    all->push(Value::object(object));
  }
  fmt::print("{}\n", json::text(Value::collection(all), {.pretty = true}));
}

int report(const AuthOptions& options, bool reach) {
  return withSettings(options, [&](const security::AuthenticationSettings& settings) {
    const auto lines = describe(settings, reach);
    print(lines, options.json);
    return std::ranges::all_of(lines, &Line::good) ? exit_code::done : exit_code::failed;
  });
}

void print(const security::Finding& finding, bool asJson) {
  static constexpr std::array<std::string_view, 3> verdicts{"accepted", "refused", "unavailable"};
  const std::string_view verdict = verdicts[static_cast<std::size_t>(finding.verdict)];
  const security::Identity& identity = finding.identity;
  if (!asJson) {
    fmt::print("{}{}{}\n", verdict, finding.reason.empty() ? "" : ": ", finding.reason);
    if (finding.verdict != security::Verdict::Accepted) return;
    fmt::print("  e-mail   {}\n  name     {} {}\n  groups   {}\n  profile  {}\n", identity.email, identity.firstName,
               identity.lastName, fmt::join(identity.groups, "; "),
               identity.profile.value_or(identity.defaultProfile.value_or("(the assigned one)")));
    return;
  }
  const Ref<Object> object = Object::make();
  const Ref<Collection> groups = Collection::make();
  for (const std::string& group : identity.groups) groups->push(Value::text(std::string_view(group)));
  const auto text = [](std::string_view value) { return value.empty() ? Value::null() : Value::text(value); };
  object->set("verdict", Value::text(verdict));
  object->set("reason", text(finding.reason));
  object->set("email", text(identity.email));
  object->set("firstName", text(identity.firstName));
  object->set("lastName", text(identity.lastName));
  object->set("groups", Value::collection(groups));
  object->set("profile", text(identity.profile.value_or("")));
  fmt::print("{}\n", json::text(Value::object(object), {.pretty = true}));
}

}  // namespace

int runAuthCheck(const AuthOptions& options) { return report(options, true); }
int runAuthList(const AuthOptions& options) { return report(options, false); }

int runAuthTest(const AuthOptions& options) {
  return withSettings(options, [&](const security::AuthenticationSettings& settings) {
    const auto named = std::ranges::find_if(
        settings.providers, [&](const auto& provider) { return provider && provider->name() == options.provider; });
    if (named == settings.providers.end()) {
      printLine(fmt::format("auth.json names no usable provider \"{}\"; qodly auth list tells which there are.",
                            options.provider));
      return exit_code::notFound;
    }
    auto* const provider = dynamic_cast<security::PasswordProvider*>(named->get());
    if (provider == nullptr) {
      printLine(
          fmt::format("\"{}\" asks for the password itself, in the browser; qodly auth check tries what can be "
                      "tried here.",
                      options.provider));
      return exit_code::refused;
    }
    auto password = readTypedSecret({}, "Password of " + options.login);
    if (!password) return told(password.error());
    const security::Finding finding = provider->check({options.login, *password, "", options.environment});
    print(finding, options.json);
    return finding.verdict == security::Verdict::Accepted ? exit_code::done : exit_code::failed;
  });
}

}  // namespace qodly::app
