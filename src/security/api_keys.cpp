#include "security/api_keys.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "security/api_key_edit.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::int64_t millisecondsADay = 86'400'000;
constexpr int longestLife = 366;  // days: one year, also over a 29 February

Error invalid(std::string message) { return {code::wrongArgument, "rest", std::move(message)}; }

Date utcDay(Instant instant) { return Date{static_cast<std::int32_t>(instant.ms / millisecondsADay)}; }

// 128 random bits as 8-4-4-4-12 lower-case digits.
std::string newKeyText() {
  std::string text = lowerAscii(randomHex(16));
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

Value toValue(const ApiKey& key) {
  const Ref<Object> object = Object::make();
  std::string expires;
  appendDate(key.expiresAt, expires);
  const Ref<Collection> hosts = Collection::make();
  for (const std::string& host : key.allowedHosts) hosts->push(Value::text(host));
  object->set("id", Value::text(key.id));
  object->set("description", Value::text(key.description));
  object->set("type", Value::text(key.administration ? "administration" : "standard"));
  object->set("role", Value::text(key.role));
  object->set("expiresAt", Value::text(expires));
  object->set("allowedHosts", Value::collection(hosts));
  object->set("createdAt", Value::text(key.createdAt));
  object->set("key", Value::text(key.sealed));
  object->set("sha256", Value::text(key.digest));
  return Value::object(object);
}

Result<std::shared_ptr<const ApiKey>> fromValue(const Value& value, std::size_t index) {
  if (!value.isObject()) return std::unexpected(invalid(fmt::format("api-keys.json: entry {} is no object.", index)));
  const Object& object = value.asObject();
  auto key = std::make_shared<ApiKey>();
  key->id = textMember(object, "id");
  key->description = textMember(object, "description");
  key->administration = textMember(object, "type") == "administration";
  key->role = textMember(object, "role");
  key->createdAt = textMember(object, "createdAt");
  key->sealed = textMember(object, "key");
  key->digest = textMember(object, "sha256");
  const auto expires = parseDate(textMember(object, "expiresAt"));
  if (key->id.empty() || key->digest.size() != 64 || !expires) {
    return std::unexpected(invalid(fmt::format("api-keys.json: entry {} lacks id, sha256 or expiresAt.", index)));
  }
  key->expiresAt = *expires;
  if (const Value hosts = object.get("allowedHosts"); hosts.isCollection()) {
    for (const Value& host : hosts.asCollection().elements()) {
      if (host.isText()) key->allowedHosts.emplace_back(host.asText());
    }
  }
  auto list = AddressList::read(key->allowedHosts);
  if (!list) return std::unexpected(list.error());
  key->hosts = std::move(*list);
  return key;
}

using Keys = std::vector<std::shared_ptr<const ApiKey>>;

Result<Keys> readKeys(const std::filesystem::path& file) {
  auto content = readFile(file);
  if (!content) return std::unexpected(content.error());
  auto parsed = json::parse(*content);
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->isCollection()) return std::unexpected(invalid("api-keys.json must be an array."));
  Keys keys;
  for (const Value& entry : parsed->asCollection().elements()) {
    auto key = fromValue(entry, keys.size());
    if (!key) return std::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<> writeKeys(const std::filesystem::path& file, const Keys& keys) {
  const Ref<Collection> all = Collection::make();
  for (const auto& key : keys) all->push(toValue(*key));
  return writePrivateFile(file, json::text(Value::collection(all), {.pretty = true, .legacyDates = false}) + "\n");
}

// The settings checked and put into the key.
Result<> apply(const NewApiKey& settings, ApiKey& key) {
  if (trim(settings.description).empty()) return std::unexpected(invalid("An API key needs a description."));
  const Date day = utcDay(Instant::now());
  const Date expires = settings.expiresAt.value_or(Date{day.days + 365});
  const bool isNew = expires != key.expiresAt || key.id.empty();
  if (isNew && expires < day) {
    return std::unexpected(invalid("E_EXPIRY_PAST: the expiry date of an API key must not be in the past."));
  }
  if (expires.days > day.days + longestLife) {
    return std::unexpected(invalid("E_EXPIRY_TOO_FAR: the expiry date of an API key must be at most one year ahead."));
  }
  auto hosts = AddressList::read(settings.allowedHosts);
  if (!hosts) return std::unexpected(invalid("E_HOST: " + hosts.error().message()));
  key.description = settings.description;
  key.administration = settings.administration;
  key.role = settings.role;
  key.expiresAt = expires;
  key.allowedHosts = settings.allowedHosts;
  key.hosts = std::move(*hosts);
  return {};
}

}  // namespace

bool ApiKey::isExpired(qodly::Instant now) const { return utcDay(now) > expiresAt; }

Result<std::unique_ptr<ApiKeys>> ApiKeys::open(Instance instance) {
  std::unique_ptr<ApiKeys> keys(new ApiKeys(std::move(instance)));
  std::lock_guard lock(keys->mutex_);
  if (auto loaded = keys->load(); !loaded) return std::unexpected(loaded.error());
  return keys;
}

Result<> ApiKeys::load() {
  std::error_code failed;
  looked_ = std::chrono::steady_clock::now();
  loaded_ = std::filesystem::last_write_time(file(), failed);
  if (failed) {
    keys_.clear();
    loaded_ = {};
    return {};
  }
  auto keys = readKeys(file());
  if (!keys) return std::unexpected(keys.error());
  keys_ = std::move(*keys);
  return {};
}

Result<> ApiKeys::store() const { return writeKeys(file(), keys_); }

// A key that was revoked opens nothing from the next request on; requests at the same moment share one look. A file
// that cannot be read keeps the keys known before.
void ApiKeys::refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < std::chrono::milliseconds(1)) return;
  looked_ = now;
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(file(), failed);
  if (failed ? !keys_.empty() : written != loaded_) (void)load();
}

std::vector<std::shared_ptr<const ApiKey>> ApiKeys::list() {
  std::lock_guard lock(mutex_);
  refresh();
  return keys_;
}

Result<std::pair<std::shared_ptr<const ApiKey>, std::string>> ApiKeys::create(const NewApiKey& settings) {
  const std::string text = newKeyText();
  auto key = std::make_shared<ApiKey>();
  if (auto good = apply(settings, *key); !good) return std::unexpected(good.error());
  key->id = newUuid();
  appendInstant(Instant::now(), key->createdAt);
  key->sealed = instance_.seal(text);
  key->digest = sha256Hex(text);
  std::lock_guard lock(mutex_);
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  keys_.push_back(key);
  if (auto stored = store(); !stored) return std::unexpected(stored.error());
  return std::pair<std::shared_ptr<const ApiKey>, std::string>(key, text);
}

Result<std::string> ApiKeys::reveal(const ApiKey& key) const { return instance_.unseal(key.sealed); }

Result<std::shared_ptr<const ApiKey>> ApiKeys::named(std::string_view id) {
  std::lock_guard lock(mutex_);
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  std::shared_ptr<const ApiKey> found;
  for (const auto& key : keys_) {
    if (id.empty() || !key->id.starts_with(id)) continue;
    if (found) return std::unexpected(invalid(fmt::format("Several API keys begin with \"{}\": give more of it.", id)));
    found = key;
  }
  if (!found) return std::unexpected(invalid(fmt::format("There is no API key \"{}\".", id)));
  return found;
}

Result<> ApiKeys::revoke(const ApiKey& key) {
  std::lock_guard lock(mutex_);
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  std::erase_if(keys_, [&](const auto& other) { return other->id == key.id; });
  return store();
}

Result<std::shared_ptr<const ApiKey>> editApiKey(const Instance& instance, std::string_view id,
                                                 const NewApiKey& settings) {
  const std::filesystem::path file = instance.folder() / "api-keys.json";
  auto keys = readKeys(file);
  if (!keys) return std::unexpected(keys.error());
  const auto found = std::ranges::find_if(*keys, [id](const auto& key) { return key->id == id; });
  if (found == keys->end()) return std::unexpected(invalid(fmt::format("There is no API key \"{}\".", id)));
  auto changed = std::make_shared<ApiKey>(**found);
  if (auto good = apply(settings, *changed); !good) return std::unexpected(good.error());
  *found = changed;
  if (auto stored = writeKeys(file, *keys); !stored) return std::unexpected(stored.error());
  return std::shared_ptr<const ApiKey>(changed);
}

std::shared_ptr<const ApiKey> ApiKeys::find(std::string_view text) {
  const std::string digest = sha256Hex(text);
  std::lock_guard lock(mutex_);
  refresh();
  std::shared_ptr<const ApiKey> found;
  for (const auto& key : keys_) {
    if (crypto::equalSecrets(key->digest, digest)) found = key;
  }
  return found;
}

}  // namespace qodly::security
