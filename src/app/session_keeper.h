// Web sessions over a restart of the server, also over one that nobody wanted (admin.md 11.1): <data>/sessions.bin, a
// sealed journal of what the sessions hold. A thread looks once a second at those that were used and writes down what
// has changed, so a server that is killed loses the last second at most. Whoever comes back within the idle time of the
// session finds privileges, user and storage again, under a new cookie value.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/session_ends.h"
#include "base/calendar.h"
#include "http/message.h"
#include "script/vm/runtime.h"
#include "security/accounts.h"
#include "security/roles.h"
#include "security/sealed_journal.h"
#include "security/session.h"
#include "value/value.h"

namespace qodly::app {

// What the journal has of the sessions: objects with id, userName, privileges, roles, created, used (milliseconds),
// idleTimeout (minutes) and more. Also for another process than the server.
std::vector<Value> keptSessions(const security::Instance& instance, const std::filesystem::path& file);

// Ends the sessions of the server that were asked for, and the sign-ins with these tokens, which no session stands for
// at the moment.
using EndSessions = std::function<void(const SessionEnd& asked, const std::vector<std::string>& tokens)>;

// Thread-safe. Made before the server starts; `sessions` must outlive it.
class SessionKeeper {
 public:
  static constexpr std::size_t most = 50'000;
  static constexpr std::uint64_t largestStorage = 1U << 20U;  // bytes, of one session; larger ones are not kept
  static constexpr std::uint64_t mostStorage = 128U << 20U;   // of all

  // Reads the journal: what is in it comes back once. Begins to write; `tell` hears when that fails. `end` is called
  // on the writing thread, once for each session_ends.h.
  SessionKeeper(const security::Instance& instance, std::filesystem::path file, security::SessionTable& sessions,
                EndSessions end, std::function<void(std::string_view)> tell);
  ~SessionKeeper();
  // Writes the last changes: call it when no request runs any more.
  void stop();

  // Gives a request whose cookie is of before the restart its session back.
  void restore(http::Request& request, const security::Roles& roles, security::Accounts& accounts,
               const std::shared_ptr<script::vm::Runtime>& scripts);

 private:
  // A session as the journal has it.
  struct Written {
    std::string key;           // "": it holds nothing worth keeping
    std::size_t print = 0;     // of its state, to notice changes
    std::uint64_t bytes = 0;   // of its storage
    std::int64_t used = 0;     // when it was last used, as written
    std::int64_t checked = 0;  // when it was last looked at
    std::uint64_t pass = 0;
    bool busy = false;  // a request held it then, and may have changed it since
  };
  struct Kept {
    std::string line;
    std::int64_t until = 0;
  };
  struct Claimed {
    std::weak_ptr<security::Session> session;
    std::int64_t until = 0;
  };

  void work();
  void pass(bool last);
  void look(const std::shared_ptr<security::Session>& session, std::int64_t now, std::vector<std::string>& lines);
  void forgetEnded(std::vector<std::string>& lines);
  void endAsked();
  std::vector<std::string> forgetKept(const SessionEnd& asked);
  void dropExpired(std::int64_t now);
  Result<> rewrite(std::int64_t now);
  std::shared_ptr<security::Session> claim(const std::string& key, const security::Roles& roles,
                                           security::Accounts& accounts,
                                           const std::shared_ptr<script::vm::Runtime>& scripts);
  std::shared_ptr<security::Session> bringBack(const Object& state, const security::Roles& roles,
                                               security::Accounts& accounts,
                                               const std::shared_ptr<script::vm::Runtime>& scripts) const;

  security::SessionTable& sessions_;
  const security::Instance instance_;
  const EndSessions end_;
  std::function<void(std::string_view)> tell_;

  // Of the writing thread alone.
  security::SealedJournal journal_;
  std::unordered_map<std::string, Written> written_;  // by the name of the session
  std::uint64_t passes_ = 0, storageBytes_ = 0;
  std::size_t keys_ = 0;                 // of written_: sessions with a key
  bool whole_ = true, failing_ = false;  // whole_: the journal must be written anew

  std::atomic<bool> empty_ = true;
  std::mutex mutex_;                                  // guards what follows
  std::unordered_map<std::string, Kept> kept_;        // of before the start, by the key of the line
  std::unordered_map<std::string, Claimed> claimed_;  // who has come back, for its requests at the same time
  std::vector<std::string> gone_;                     // keys that came back, not yet told to the journal
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: uses what stands above
};

}  // namespace qodly::app
