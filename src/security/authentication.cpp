#include "security/authentication.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t maximumProviders = 32;
constexpr std::size_t maximumRules = 1000;

Error invalid(std::string message) { return {code::wrongArgument, "rest", std::move(message)}; }

bool isProviderName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

// '*' stands for any text. Linear for one star after the other: the last star is the only one tried again.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<std::shared_ptr<Provider>> makeProvider(const Value& entry, const ProviderFactories& factories,
                                               const ProviderContext& context) {
  if (!entry.isObject()) return std::unexpected(invalid("it is no object."));
  const Object& settings = entry.asObject();
  const std::string type = textMember(settings, "type");
  const auto factory = factories.find(type);
  if (factory == factories.end()) return std::unexpected(invalid(fmt::format("the type \"{}\" is not known.", type)));
  auto made = factory->second(settings, context);
  if (!made) return std::unexpected(made.error());
  if (!isProviderName((*made)->name())) {
    return std::unexpected(invalid("its name must have 1 to 64 letters, digits, '-' or '_'."));
  }
  return std::shared_ptr<Provider>(std::move(*made));
}

// What stands beside the providers.
void readSwitches(const Object& settings, AuthenticationSettings& read) {
  read.requireMfa = flagMember(settings, "requireMfa");
  for (const auto& [name, value] : settings.members()) {
    if (name == "requireMfa" && value.type() != Type::boolean) {
      read.problems.emplace_back("auth.json: \"requireMfa\" must be true or false; it counts as false.");
    } else if (name != "requireMfa" && name != "providers") {
      read.problems.push_back(
          fmt::format("auth.json: \"{}\" is not known; known are \"providers\" and \"requireMfa\".", name));
    }
  }
}

}  // namespace

Result<std::vector<ProfileRule>> readProfileRules(const Value& value) {
  std::vector<ProfileRule> rules;
  if (value.isUndefined() || value.isNull()) return rules;
  if (!value.isCollection()) return std::unexpected(invalid("\"profiles\" must be an array."));
  const auto& elements = value.asCollection().elements();
  if (elements.size() > maximumRules) return std::unexpected(invalid("\"profiles\" has more than 1000 rules."));
  for (const Value& element : elements) {
    ProfileRule rule;
    if (element.isObject()) {
      const Object& object = element.asObject();
      rule = {textMember(object, "group"), textMember(object, "environment"), textMember(object, "profile")};
    }
    if (rule.group.empty() || rule.profile.empty()) {
      return std::unexpected(invalid(fmt::format("\"profiles\"[{}] needs \"group\" and \"profile\".", rules.size())));
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::optional<std::string> profileOf(const std::vector<ProfileRule>& rules, const std::vector<std::string>& groups,
                                     std::string_view environment) {
  for (const ProfileRule& rule : rules) {
    const bool here =
        rule.environment.empty() || rule.environment == "*" || equalsIgnoringAsciiCase(rule.environment, environment);
    if (!here) continue;
    const std::string pattern = lowerAscii(rule.group);
    if (std::ranges::any_of(groups, [&](const std::string& group) { return matches(pattern, lowerAscii(group)); })) {
      return rule.profile;
    }
  }
  return std::nullopt;
}

Result<AuthenticationSettings> readAuthentication(const Instance& instance, const ProviderFactories& factories,
                                                  const ProviderContext& context) {
  AuthenticationSettings settings;
  const std::filesystem::path file = instance.folder() / "auth.json";
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) {
    settings.providers.push_back(nullptr);
    return settings;
  }
  auto content = readFile(file);
  if (!content) return std::unexpected(content.error());
  auto parsed = json::parse(*content, {.tolerant = true});
  if (!parsed) {
    SourcePosition where = parsed.error().where().value_or(SourcePosition{});
    where.file = file.string();
    return std::unexpected(parsed.error().at(std::move(where)));
  }
  const Value list = parsed->isObject() ? parsed->asObject().get("providers") : *parsed;
  if (parsed->isObject()) readSwitches(parsed->asObject(), settings);
  if (list.isUndefined()) {
    settings.providers.push_back(nullptr);
    return settings;
  }
  if (!list.isCollection()) return std::unexpected(invalid("auth.json: \"providers\" must be an array."));
  if (list.asCollection().size() > maximumProviders) {
    return std::unexpected(invalid("auth.json names more than 32 providers."));
  }
  settings.builtin = false;
  for (std::size_t i = 0; i < list.asCollection().size(); ++i) {
    const Value& entry = list.asCollection().elements()[i];
    if (entry.isObject() && textMember(entry.asObject(), "type") == "builtin") {
      if (!settings.builtin) settings.providers.push_back(nullptr);
      settings.builtin = true;
      continue;
    }
    auto made = makeProvider(entry, factories, context);
    if (!made) {
      settings.problems.push_back(fmt::format("auth.json: provider {} is left out: {}", i + 1, made.error().message()));
      continue;
    }
    const bool taken = std::ranges::any_of(
        settings.providers, [&](const auto& other) { return other && other->name() == (*made)->name(); });
    if (taken) {
      settings.problems.push_back(
          fmt::format("auth.json: two providers are named \"{}\"; the second is left out.", (*made)->name()));
      continue;
    }
    settings.providers.push_back(std::move(*made));
  }
  return settings;
}

}  // namespace qodly::security
