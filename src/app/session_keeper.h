// Web sessions over a restart of the server (admin.md 11.1): <data>/sessions.bin, sealed under the instance's key. A
// browser that comes back within five minutes of the stop finds privileges, user and storage again, under a new cookie
// value. A server that was killed keeps nothing.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/calendar.h"
#include "http/message.h"
#include "script/vm/runtime.h"
#include "security/accounts.h"
#include "security/roles.h"
#include "security/session.h"

namespace qodly::app {

// Thread-safe.
class SessionKeeper {
 public:
  static constexpr std::size_t most = 50'000;
  static constexpr std::int64_t life = 5 * 60'000;  // milliseconds

  // Reads the file and removes it: what is in it comes back once. One that is too old or cannot be read gives nothing.
  SessionKeeper(const security::Instance& instance, std::filesystem::path file);

  // Call it when no request runs any more.
  void save(security::SessionTable& sessions, const security::Roles& roles) const;
  // Gives a request whose cookie is of before the restart its session back.
  void restore(http::Request& request, security::SessionTable& sessions, const security::Roles& roles,
               security::Accounts& accounts, const std::shared_ptr<script::vm::Runtime>& scripts);

 private:
  void bringBack(const Object& state, http::Request& request, security::SessionTable& sessions,
                 const security::Roles& roles, security::Accounts& accounts,
                 const std::shared_ptr<script::vm::Runtime>& scripts) const;

  const security::Instance instance_;
  std::filesystem::path file_;
  std::atomic<bool> empty_ = true;
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> kept_;  // JSON by the SHA-256 of the cookie's value
  std::int64_t stopped_ = 0;
};

}  // namespace qodly::app
