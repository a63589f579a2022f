#include "security/key_rates.h"

#include <system_error>

#include "base/calendar.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {
constexpr std::int64_t minuteMs = 60'000;
constexpr std::int64_t largest = 1'000'000;
}  // namespace

void KeyRates::load() {
  std::error_code failed;
  read_ = std::filesystem::last_write_time(file_, failed);
  if (failed) read_ = std::filesystem::file_time_type::min();
  limits_.clear();
  const auto content = readFile(file_);
  const auto parsed = content ? json::parse(*content) : Result<Value>(Value());
  if (!parsed || !parsed->isObject()) return;
  for (const Object::Member& member : parsed->asObject().members()) {
    const std::int64_t limit = integerMember(parsed->asObject(), member.name);
    if (limit > 0) limits_[member.name] = static_cast<int>(std::min(limit, largest));
  }
}

void KeyRates::refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (looked_ != std::chrono::steady_clock::time_point() && now - looked_ < std::chrono::milliseconds(1)) return;
  looked_ = now;
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(file_, failed);
  if ((failed ? std::filesystem::file_time_type::min() : written) != read_) load();
}

int KeyRates::limitOf(const std::string& id) {
  std::lock_guard lock(mutex_);
  refresh();
  const auto found = limits_.find(id);
  return found == limits_.end() ? 0 : found->second;
}

Result<> KeyRates::setLimit(const std::string& id, int requestsPerMinute) {
  std::lock_guard lock(mutex_);
  load();
  if (requestsPerMinute > 0) {
    limits_[id] = requestsPerMinute;
  } else if (limits_.erase(id) == 0) {
    return {};
  }
  const Ref<Object> object = Object::make();
  for (const auto& [key, limit] : limits_) object->set(key, Value::integer(limit));
  return writePrivateFile(file_, json::text(Value::object(object)) + "\n");
}

int KeyRates::use(const std::string& id) {
  const int limit = limitOf(id);
  if (limit == 0) return 0;
  const std::int64_t now = qodly::Instant::now().ms;
  std::lock_guard lock(mutex_);
  Counter& counter = counters_[id];
  if (counter.minute != now / minuteMs) counter = {now / minuteMs, 0};
  if (counter.requests >= limit) return static_cast<int>((minuteMs - now % minuteMs + 999) / 1000);
  ++counter.requests;
  return 0;
}

}  // namespace qodly::security
