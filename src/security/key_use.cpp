#include "security/key_use.h"

#include <algorithm>
#include <numeric>

#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::int64_t hourMs = 3'600'000;
constexpr std::size_t mostKeys = 100'000;

}  // namespace

KeyUse::KeyUse(const Instance& instance) : file_(instance.folder() / "api-key-use.json") {
  const auto content = readFile(file_);
  const auto parsed = content ? json::parse(*content) : Result<Value>(Value());
  if (!parsed || !parsed->isObject()) return;
  for (const Object::Member& member : parsed->asObject().members()) {
    if (!member.value.isObject() || entries_.size() >= mostKeys) continue;
    const Object& object = member.value.asObject();
    Entry entry;
    entry.lastUsed = qodly::Instant{integerMember(object, "lastUsed")};
    entry.hour = entry.lastUsed.ms / hourMs;
    if (const Value calls = object.get("calls"); calls.isCollection()) {
      for (std::size_t i = 0; i < std::min<std::size_t>(hours, calls.asCollection().size()); ++i) {
        const Value& each = calls.asCollection().elements()[i];
        if (each.isNumber()) entry.calls[i] = static_cast<std::uint32_t>(std::clamp(each.asNumber(), 0.0, 4e9));
      }
    }
    entries_.emplace(member.name, entry);
  }
}

KeyUse::~KeyUse() { sweep(); }

// The hours that have passed since the last call had none.
void KeyUse::advance(Entry& entry, std::int64_t hour) {
  if (hour - entry.hour >= static_cast<std::int64_t>(hours)) entry.calls.fill(0);
  for (std::int64_t each = entry.hour + 1; each <= hour && each <= entry.hour + static_cast<std::int64_t>(hours);
       ++each)
    entry.calls[static_cast<std::size_t>(each) % hours] = 0;
  entry.hour = std::max(entry.hour, hour);
}

KeyUse::Figures KeyUse::of(const std::string& id, qodly::Instant now) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return {};
  Entry entry = found->second;
  advance(entry, now.ms / hourMs);
  return {entry.lastUsed, std::accumulate(entry.calls.begin(), entry.calls.end(), std::int64_t{0})};
}

void KeyUse::count(const std::string& id, qodly::Instant now) {
  std::lock_guard lock(mutex_);
  if (!entries_.contains(id) && entries_.size() >= mostKeys) return;
  Entry& entry = entries_[id];
  advance(entry, now.ms / hourMs);
  entry.lastUsed = std::max(entry.lastUsed, now);
  ++entry.calls[static_cast<std::size_t>(entry.hour) % hours];
  changed_ = true;
}

void KeyUse::sweep() {
  std::lock_guard lock(mutex_);
  if (changed_) store();
}

void KeyUse::store() {
  const Ref<Object> file = Object::make();
  for (const auto& [id, entry] : entries_) {
    const Ref<Object> object = Object::make();
    const Ref<Collection> calls = Collection::make();
    for (const std::uint32_t each : entry.calls) calls->push(Value::integer(each));
    object->set("lastUsed", Value::integer(entry.lastUsed.ms));
    object->set("calls", Value::collection(calls));
    file->set(id, Value::object(object));
  }
  changed_ = !writePrivateFile(file_, json::text(Value::object(file)) + "\n").has_value();
}

}  // namespace qodly::security
