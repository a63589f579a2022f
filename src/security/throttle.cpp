#include "security/throttle.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"

namespace qodly::security {

namespace {

constexpr std::chrono::seconds reportEvery{60};
constexpr std::uint64_t largestJournal = 64U << 20U;  // bytes
constexpr std::uint64_t rewriteAt = 4U << 20U;
constexpr std::uint64_t longestLine = 200;  // of a usual record, sealed

// Takes the number and the blank behind it from the beginning of `line`.
std::optional<std::int64_t> takeNumber(std::string_view& line) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (problem != std::errc() || end == line.data() + line.size() || *end != ' ') return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return number;
}

Instant instantOf(std::int64_t milliseconds) { return Instant(std::chrono::milliseconds(milliseconds)); }

// "failures lockedUntil lastFailure key", times in milliseconds; without failures: forgotten.
template <class Record>
std::string lineOf(const std::string& key, const Record& record) {
  return fmt::format("{} {} {} {}", record.failures, record.lockedUntil.time_since_epoch().count(),
                     record.lastFailure.time_since_epoch().count(), key);
}

}  // namespace

// An IPv6 client has a whole /64 of addresses.
std::string networkOf(std::string_view address) {
  in6_addr parsed{};
  std::string text(address);
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return toHex({reinterpret_cast<const char*>(&parsed), 16});
  return toHex({reinterpret_cast<const char*>(&parsed), 8});
}

std::string Throttle::accountKey(std::string_view account) { return "u" + lowerAscii(trim(account)); }
std::string Throttle::addressKey(std::string_view address) { return "a" + networkOf(address); }

bool Throttle::isOver(const Record& record, Instant now) const {
  return record.pending == 0 && std::max(record.lockedUntil, record.lastFailure) + limits_.forget < now;
}

void Throttle::write(const std::string& key, const Record& record) {
  if (!journal_) return;
  const auto appended = journal_->append({lineOf(key, record)}, false);
  if (!appended || journal_->bytes() > rewriteAt + longestLine * records_.size()) rewrite();
}

// When the disk takes nothing any more, what is counted is kept in memory alone.
void Throttle::rewrite() {
  std::vector<std::string> lines;
  for (const auto& [key, record] : records_) {
    if (record.failures != 0) lines.push_back(lineOf(key, record));
  }
  if (!journal_->replace(lines)) journal_.reset();
}

void Throttle::remember(std::unique_ptr<SealedJournal> journal, Instant now) {
  std::lock_guard lock(mutex_);
  for (const std::string& text : journal->read(largestJournal)) {
    std::string_view line = text;
    const auto failures = takeNumber(line);
    const auto lockedUntil = failures ? takeNumber(line) : std::nullopt;
    const auto lastFailure = lockedUntil ? takeNumber(line) : std::nullopt;
    if (!lastFailure || *failures < 0 || records_.size() >= limits_.entries) continue;
    Record known;
    known.failures = static_cast<unsigned>(std::min<std::int64_t>(*failures, 1'000'000));
    known.lockedUntil = instantOf(*lockedUntil);
    known.lastFailure = instantOf(*lastFailure);
    records_.insert_or_assign(std::string(line), known);
  }
  std::erase_if(records_, [&](const auto& entry) { return entry.second.failures == 0 || isOver(entry.second, now); });
  // A clock that was set back must not lock anybody out for longer than the longest lock.
  for (auto& [key, known] : records_) known.lockedUntil = std::min(known.lockedUntil, now + limits_.longest);
  journal_ = std::move(journal);
  rewrite();
}

Throttle::Record& Throttle::record(const std::string& key, Instant now) {
  if (const auto found = records_.find(key); found != records_.end()) {
    Record& known = found->second;
    if (isOver(known, now)) known = Record{};
    return known;
  }
  if (records_.size() >= limits_.entries) {
    std::erase_if(records_, [&](const auto& entry) { return isOver(entry.second, now); });
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
  if (const auto found = records_.find(accountKey(account)); found != records_.end() && found->second.failures != 0) {
    found->second.failures = 0;
    found->second.lockedUntil = {};
    write(found->first, found->second);
  }
  leave(account, address);
}

void Throttle::failure(std::string_view account, std::string_view address, Instant now) {
  std::lock_guard lock(mutex_);
  const std::pair<std::string, unsigned> counted[] = {{accountKey(account), limits_.account},
                                                      {addressKey(address), limits_.address}};
  for (const auto& [key, limit] : counted) {
    Record& each = record(key, now);
    fail(each, limit, now);
    write(key, each);
  }
  leave(account, address);
}

void Throttle::cancel(std::string_view account, std::string_view address) {
  std::lock_guard lock(mutex_);
  leave(account, address);
}

void Throttle::forget(std::string_view account) {
  std::lock_guard lock(mutex_);
  const std::string key = accountKey(account);
  if (records_.erase(key) != 0) write(key, {});
}

void Throttle::forgetBefore(std::string_view account, Instant then) {
  std::lock_guard lock(mutex_);
  const auto found = records_.find(accountKey(account));
  if (found == records_.end() || found->second.failures == 0 || found->second.lastFailure >= then) return;
  found->second.failures = 0;
  found->second.lockedUntil = {};
  write(found->first, found->second);
}

std::size_t Throttle::size() const {
  std::lock_guard lock(mutex_);
  return records_.size();
}

}  // namespace qodly::security
