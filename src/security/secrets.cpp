#include "security/secrets.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "security/file_lock.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t maximumName = 64;
constexpr std::size_t maximumValue = 64 * 1024;

Error invalid(std::string message) { return {code::wrongArgument, "rest", std::move(message)}; }

bool isName(std::string_view name) {
  return !name.empty() && name.size() <= maximumName && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> Secrets::load() const {
  std::map<std::string, std::string, std::less<>> sealed;
  std::error_code failed;
  if (!std::filesystem::exists(file(), failed)) return sealed;
  auto content = readFile(file());
  if (!content) return std::unexpected(content.error());
  auto parsed = json::parse(*content);
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->isObject()) return std::unexpected(invalid("secrets.json must be an object."));
  for (const Object::Member& member : parsed->asObject().members()) {
    if (member.value.isText()) sealed.emplace(member.name, std::string(member.value.asText()));
  }
  return sealed;
}

Result<> Secrets::store(const std::map<std::string, std::string, std::less<>>& sealed) const {
  const Ref<Object> object = Object::make();
  for (const auto& [name, value] : sealed) object->set(name, Value::text(value));
  return writePrivateFile(file(), json::text(Value::object(object), {.pretty = true, .legacyDates = false}) + "\n");
}

Result<std::string> Secrets::get(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto sealed = load();
  if (!sealed) return std::unexpected(sealed.error());
  const auto found = sealed->find(name);
  if (found == sealed->end()) {
    return std::unexpected(
        invalid(fmt::format("There is no secret \"{}\": store it with \"qodly secret set DIR {}\".", name, name)));
  }
  return instance_.unseal(found->second);
}

Result<std::string> Secrets::resolve(const Value& value) const {
  if (value.isText()) return std::string(value.asText());
  if (value.isObject()) {
    if (const Value name = value.asObject().get("secret"); name.isText()) return get(name.asText());
  }
  return std::unexpected(invalid("A text, or {\"secret\":\"name\"}, is expected."));
}

Result<> Secrets::set(std::string_view name, std::string_view value) {
  if (!isName(name)) {
    return std::unexpected(invalid("The name of a secret has 1 to 64 letters, digits, '-', '_' or '.'."));
  }
  if (value.size() > maximumValue) return std::unexpected(invalid("A secret has at most 65536 bytes."));
  std::lock_guard lock(mutex_);
  const auto single = FileLock::take(file());
  if (!single) return std::unexpected(single.error());
  auto sealed = load();
  if (!sealed) return std::unexpected(sealed.error());
  (*sealed)[std::string(name)] = instance_.seal(value);
  return store(*sealed);
}

Result<> Secrets::remove(std::string_view name) {
  std::lock_guard lock(mutex_);
  const auto single = FileLock::take(file());
  if (!single) return std::unexpected(single.error());
  auto sealed = load();
  if (!sealed) return std::unexpected(sealed.error());
  const auto found = sealed->find(name);
  if (found == sealed->end()) return std::unexpected(invalid(fmt::format("There is no secret \"{}\".", name)));
  sealed->erase(found);
  return store(*sealed);
}

Result<std::vector<std::string>> Secrets::names() const {
  std::lock_guard lock(mutex_);
  const auto sealed = load();
  if (!sealed) return std::unexpected(sealed.error());
  std::vector<std::string> names;
  for (const auto& [name, value] : *sealed) names.push_back(name);
  return names;
}

}  // namespace qodly::security
