#include "security/throttle.h"

#include <algorithm>

#include <arpa/inet.h>

#include "base/text.h"

namespace qodly::security {

namespace {

constexpr std::chrono::seconds reportEvery{60};

}  // namespace

// An IPv6 client has a whole /64 of addresses.
std::string networkOf(std::string_view address) {
  in6_addr parsed{};
  const std::string text(address);
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return toHex({reinterpret_cast<const char*>(&parsed), 16});
  return toHex({reinterpret_cast<const char*>(&parsed), 8});
}

std::string Throttle::accountKey(std::string_view account) { return "u" + lowerAscii(trim(account)); }
std::string Throttle::addressKey(std::string_view address) { return "a" + networkOf(address); }

Throttle::Record& Throttle::record(const std::string& key, Instant now) {
  if (const auto found = records_.find(key); found != records_.end()) {
    Record& known = found->second;
    if (known.pending == 0 && std::max(known.lockedUntil, known.lastFailure) + limits_.forget < now) known = Record{};
    return known;
  }
  if (records_.size() >= limits_.entries) {
    std::erase_if(records_, [&](const auto& entry) {
      const Record& each = entry.second;
      return each.pending == 0 && std::max(each.lockedUntil, each.lastFailure) + limits_.forget < now;
    });
  }
  if (records_.size() >= limits_.entries) {
    // Full of guesses: the one that failed longest ago without being locked goes first.
    const auto oldest = std::ranges::min_element(records_, {}, [](const auto& entry) {
      return std::pair(entry.second.pending != 0, std::max(entry.second.lockedUntil, entry.second.lastFailure));
    });
    records_.erase(oldest);
  }
  return records_[key];
}

Throttle::Entry Throttle::enter(std::string_view account, std::string_view address, Instant now) {
  std::lock_guard lock(mutex_);
  Record* records[] = {nullptr, nullptr};
  records[1] = &record(addressKey(address), now);
  ++records[1]->pending;  // keeps it from being evicted by the next line
  records[0] = &record(accountKey(account), now);
  --records[1]->pending;
  const unsigned limits[] = {limits_.account, limits_.address};
  for (int i = 0; i < 2; ++i) {
    Record& each = *records[i];
    Instant until = each.lockedUntil;
    // Attempts that run at the same time do not get around the limit.
    if (until <= now && each.failures < limits[i] && each.failures != 0 && each.failures + each.pending >= limits[i]) {
      until = now + std::chrono::seconds(1);
    }
    if (until <= now) continue;
    Entry refused;
    refused.retryAfter = std::chrono::ceil<std::chrono::seconds>(until - now);
    ++each.refusals;
    if (each.lastReport + reportEvery <= now) {
      refused.refusals = each.refusals;
      each.refusals = 0;
      each.lastReport = now;
    }
    return refused;
  }
  for (Record* each : records) ++each->pending;
  return {};
}

void Throttle::fail(Record& record, unsigned limit, Instant now) const {
  record.lastFailure = now;
  ++record.failures;
  if (record.failures < limit) return;
  const unsigned doublings = std::min(record.failures - limit, 16U);
  record.lockedUntil = now + std::min(limits_.first * (1 << doublings), limits_.longest);
}

void Throttle::leave(std::string_view account, std::string_view address) {
  for (const std::string& key : {accountKey(account), addressKey(address)}) {
    const auto found = records_.find(key);
    if (found == records_.end()) continue;
    if (found->second.pending != 0) --found->second.pending;
    if (found->second.pending == 0 && found->second.failures == 0) records_.erase(found);
  }
}

void Throttle::success(std::string_view account, std::string_view address) {
  std::lock_guard lock(mutex_);
  if (const auto found = records_.find(accountKey(account)); found != records_.end()) {
    found->second.failures = 0;
    found->second.lockedUntil = {};
  }
  leave(account, address);
}

void Throttle::failure(std::string_view account, std::string_view address, Instant now) {
  std::lock_guard lock(mutex_);
  fail(record(accountKey(account), now), limits_.account, now);
  fail(record(addressKey(address), now), limits_.address, now);
  leave(account, address);
}

void Throttle::cancel(std::string_view account, std::string_view address) {
  std::lock_guard lock(mutex_);
  leave(account, address);
}

void Throttle::forget(std::string_view account) {
  std::lock_guard lock(mutex_);
  records_.erase(accountKey(account));
}

std::size_t Throttle::size() const {
  std::lock_guard lock(mutex_);
  return records_.size();
}

}  // namespace qodly::security
