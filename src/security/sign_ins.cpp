#include "security/sign_ins.h"

#include <algorithm>
#include <filesystem>

#include "base/base64_url.h"
#include "base/text.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::string_view fileName = "sign-ins.json";
constexpr std::size_t longestToken = 128;
// How exact the time of last use is kept: seconds would write the file all the time.
constexpr std::int64_t exactness = 3'600'000;  // milliseconds

constexpr std::int64_t lifeMs = std::chrono::milliseconds(SignIns::life).count();

}  // namespace

SignIns::SignIns(const Instance& instance) : instance_(instance) { load(); }

SignIns::~SignIns() {
  std::lock_guard lock(mutex_);
  if (changed_) store();
}

void SignIns::load() {
  const auto content = readFile(instance_.folder() / fileName);
  if (!content) return;
  const auto parsed = json::parse(*content);
  if (!parsed || !parsed->isObject()) return;
  for (const Object::Member& member : parsed->asObject().members()) {
    if (!member.value.isObject() || entries_.size() >= most) continue;
    const Object& object = member.value.asObject();
    entries_[member.name] = {textMember(object, "user"), static_cast<std::uint32_t>(integerMember(object, "epoch")),
                             qodly::Instant{integerMember(object, "lastUsed")}};
  }
}

void SignIns::store() {
  const Ref<Object> file = Object::make();
  for (const auto& [digest, entry] : entries_) {
    const Ref<Object> object = Object::make();
    object->set("user", Value::text(entry.userId));
    object->set("epoch", Value::integer(entry.epoch));
    object->set("lastUsed", Value::integer(entry.lastUsed.ms));
    file->set(digest, Value::object(object));
  }
  changed_ = !writePrivateFile(instance_.folder() / fileName, json::text(Value::object(file)) + "\n").has_value();
}

void SignIns::endOldest(const std::string* userId) {
  auto oldest = entries_.end();
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (userId != nullptr && at->second.userId != *userId) continue;
    if (oldest == entries_.end() || at->second.lastUsed < oldest->second.lastUsed) oldest = at;
  }
  if (oldest != entries_.end()) entries_.erase(oldest);
}

std::string SignIns::begin(const User& user, qodly::Instant now) {
  const std::string token = toBase64Url(*fromHex(randomHex(32)));
  std::lock_guard lock(mutex_);
  const auto ofUser = std::ranges::count_if(entries_, [&](const auto& each) { return each.second.userId == user.id; });
  if (static_cast<std::size_t>(ofUser) >= mostOfAUser) endOldest(&user.id);
  if (entries_.size() >= most) endOldest(nullptr);
  entries_[sha256Hex(token)] = {user.id, user.epoch, now};
  changed_ = true;
  return token;
}

std::optional<SignIns::SignedIn> SignIns::find(std::string_view token, qodly::Instant now) {
  if (token.empty() || token.size() > longestToken) return std::nullopt;
  const std::string digest = sha256Hex(token);
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return std::nullopt;
  Entry& entry = found->second;
  if (now.ms - entry.lastUsed.ms > lifeMs) {
    entries_.erase(found);
    changed_ = true;
    return std::nullopt;
  }
  if (now.ms - entry.lastUsed.ms > exactness) {
    entry.lastUsed = now;
    changed_ = true;
  }
  return SignedIn{entry.userId, entry.epoch};
}

// Written at once: what has ended must not come back with a crash.
void SignIns::end(std::string_view token) {
  std::lock_guard lock(mutex_);
  if (token.size() <= longestToken && entries_.erase(sha256Hex(token)) != 0) store();
}

void SignIns::endAllOf(std::string_view userId) {
  std::lock_guard lock(mutex_);
  if (std::erase_if(entries_, [&](const auto& each) { return each.second.userId == userId; }) != 0) store();
}

void SignIns::sweep(qodly::Instant now) {
  std::lock_guard lock(mutex_);
  const auto gone =
      std::erase_if(entries_, [&](const auto& each) { return now.ms - each.second.lastUsed.ms > lifeMs; });
  if (changed_ || gone != 0) store();
}

std::size_t SignIns::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace qodly::security
