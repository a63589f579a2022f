// Calls of authentify that logged nobody in count over a restart (rest.md 3.3): the journal that remembers those of the
// last minute. A service of the language's runtime; without it they are kept in memory alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "rest/login_attempts.h"
#include "security/sealed_journal.h"

namespace qodly::rest {

class Call;

// Thread-safe; the caller gives the time.
class LoginMemory {
 public:
  using Clock = std::chrono::system_clock;
  // Reads what the journal remembers.
  LoginMemory(std::unique_ptr<security::SealedJournal> journal, Clock::time_point now);

  void failed(const std::string& network, Clock::time_point now);
  // Puts what is remembered into the attempts of a server that starts.
  void recall(LoginAttempts& attempts, Clock::time_point now, LoginAttempts::Clock::time_point then) const;

 private:
  struct Failure {
    Clock::time_point at;
    std::string network;
  };
  void forgetOld(Clock::time_point now);
  void rewrite();

  mutable std::mutex mutex_;
  std::deque<Failure> failures_;  // of the last minute, oldest first
  std::unique_ptr<security::SealedJournal> journal_;
};

// Seconds until the client may try to log in again; 0: now. An IPv6 client is its /64.
std::int64_t loginPause(Call& call);
// An attempt that logged nobody in.
void loginFailed(Call& call);

}  // namespace qodly::rest
