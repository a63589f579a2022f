// Slows guessing down (admin.md 10.1): after 5 failures of an account, or 20 of an address, everything is refused for a
// minute, and with each further failure twice as long, up to an hour. Unknown accounts are counted like known ones.
// What is counted can be kept over a restart.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "security/sealed_journal.h"
#include "security/session.h"

namespace qodly::security {

// What counts as one client: an IPv4 address, the /64 of an IPv6 address. Another text stands for itself.
std::string networkOf(std::string_view address);

// Thread-safe; times are given by the caller.
class Throttle {
 public:
  struct Limits {
    unsigned account = 5, address = 20;
    std::chrono::seconds first{60}, longest{3600};
    std::chrono::seconds forget{3600};  // without a failure for so long, behind the end of the lock
    std::size_t entries = 50'000;       // accounts and addresses that are remembered
  };
  explicit Throttle(Limits limits) : limits_(limits) {}
  Throttle() : Throttle(Limits{}) {}

  // Goes on from what `journal` remembers, and writes every change of a count to it from now on. Call it before use.
  void remember(std::unique_ptr<SealedJournal> journal, Instant now);

  struct Entry {
    std::chrono::seconds retryAfter{0};  // 0: the attempt may go on, and must be ended by success() or failure()
    // Of a refused attempt: how many have been refused since the last time this was not 0; 0: nothing to report yet.
    // So a flood of refused attempts makes a line a minute in the log.
    std::uint64_t refusals = 0;
  };
  Entry enter(std::string_view account, std::string_view address, Instant now);
  void success(std::string_view account, std::string_view address);
  void failure(std::string_view account, std::string_view address, Instant now);
  // Ends an attempt that says nothing (the directory was not reachable).
  void cancel(std::string_view account, std::string_view address);
  // An administrator unlocks an account.
  void forget(std::string_view account);
  // The same as somebody said it at `then`: what has failed since counts.
  void forgetBefore(std::string_view account, Instant then);

  std::size_t size() const;

 private:
  struct Record {
    unsigned failures = 0, pending = 0;
    Instant lockedUntil{}, lastFailure{}, lastReport{};
    std::uint64_t refusals = 0;
  };
  static std::string accountKey(std::string_view account);
  static std::string addressKey(std::string_view address);
  Record& record(const std::string& key, Instant now);
  void fail(Record& record, unsigned limit, Instant now) const;
  void leave(std::string_view account, std::string_view address);
  bool isOver(const Record& record, Instant now) const;
  void write(const std::string& key, const Record& record);
  void rewrite();

  Limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Record> records_;
  std::unique_ptr<SealedJournal> journal_;  // nullptr: kept in memory alone
};

}  // namespace qodly::security
