// Idempotency-Key: a write that is sent again, because its answer was lost, is answered as the first time and not done
// twice.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"

namespace qodly::rest {

class Call;

// The answer of a write, as it is repeated.
struct StoredAnswer {
  int status = 200;
  std::string contentType, etag, effects, body;
  std::vector<std::string> privileges{};  // that the session had: a session with less does not get the answer
};

// The keys of one session. Thread-safe. Bounded: the oldest are forgotten first.
class IdempotentAnswers {
 public:
  static constexpr std::size_t maximumKeys = 200;
  static constexpr std::size_t maximumBytes = 4ull << 20;   // of the session; a larger answer is not kept
  static constexpr std::int64_t life = 24ll * 3600 * 1000;  // milliseconds

  enum class Found : std::uint8_t { isNew, answered, underWay, differs };
  // isNew: the caller does the work, then calls finish() or forget().
  Found begin(const std::string& key, const std::string& fingerprint, std::shared_ptr<const StoredAnswer>& answer);
  void finish(const std::string& key, StoredAnswer answer);
  void forget(const std::string& key);
  void clear();

 private:
  struct Entry {
    std::string fingerprint;
    Instant begun;
    std::shared_ptr<const StoredAnswer> answer;  // nullptr: under way
  };
  void evict(Instant now);
  void erase(const std::string& key);
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::deque<std::string> order_;  // oldest first
  std::size_t bytes_ = 0;
};

// Answers by `answer`, unless the request carries a key whose answer is known. Errors: 400 for a key that is none, 409
// when the same key came with another request, or its first request is still under way; and those of `answer`.
Result<> answerOnce(Call& call, Result<> (*answer)(Call&));

}  // namespace qodly::rest
