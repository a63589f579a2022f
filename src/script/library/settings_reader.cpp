#include "script/library/settings_reader.h"

#include <algorithm>

#include "value/json.h"

namespace qodly::script::library {

namespace {

void readSystemWorkers(const Object& root, NetworkSettings& settings) {
  if (const Value enabled = settingOf(root, "systemWorkers", "enabled"); !enabled.isUndefined()) {
    settings.systemWorkers = enabled.type() == Type::boolean && enabled.asBoolean();
  }
  const Value allowed = settingOf(root, "systemWorkers", "allowed");
  if (allowed.isUndefined()) return;
  if (!allowed.isCollection() || !std::ranges::all_of(allowed.asCollection().elements(), &Value::isText)) {
    settings.systemWorkers = false;
    return;
  }
  settings.allowedPrograms.emplace();
  for (const Value& program : allowed.asCollection().elements()) {
    settings.allowedPrograms->emplace_back(program.asText());
  }
}

}  // namespace

Value settingOf(const Object& settings, std::string_view group, std::string_view name) {
  const std::string flat = std::string(group) + "." + std::string(name);
  if (const Value* value = settings.find(flat)) return *value;
  const Value* nested = settings.find(group);
  return nested != nullptr && nested->isObject() ? nested->asObject().get(name) : Value();
}

NetworkSettings readNetworkSettings(std::string_view settingsJson, const std::filesystem::path& folder) {
  NetworkSettings settings;
  const auto root = json::parse(settingsJson, {.tolerant = true});
  if (!root || !root->isObject()) return settings;
  if (const Value proxy = settingOf(root->asObject(), "network", "proxy"); proxy.isText()) {
    settings.proxyUrl = proxy.asText();
  }
  if (const Value file = settingOf(root->asObject(), "network", "authorityFile"); file.isText()) {
    settings.authorityFile = (folder / file.asText()).lexically_normal().string();
  }
  readSystemWorkers(root->asObject(), settings);
  return settings;
}

}  // namespace qodly::script::library
