#include "rest/login_attempts.h"

#include <algorithm>

namespace qodly::rest {

std::int64_t LoginAttempts::secondsToWait(const std::string& address, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  const auto known = records_.find(address);
  if (known == records_.end() || known->second.failures < maximumFailures) return 0;
  const auto left = std::chrono::ceil<std::chrono::seconds>(known->second.begun + window - now).count();
  return std::max<std::int64_t>(left, 0);
}

void LoginAttempts::failed(const std::string& address, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  if (records_.size() >= maximumAddresses) {
    std::erase_if(records_, [&](const auto& entry) { return now - entry.second.begun >= window; });
    // Still too many within a minute: somebody has a network of machines, and memory comes first.
    if (records_.size() >= maximumAddresses) records_.clear();
  }
  Record& record = records_[address];
  if (record.failures == 0 || now - record.begun >= window) record = {.begun = now, .failures = 0};
  ++record.failures;
}

}  // namespace qodly::rest
