// A part of the session table with a lock of its own.
#pragma once

#include <mutex>
#include <unordered_map>

#include "security/session.h"

namespace qodly::security {

struct SessionTable::Shard {
  struct Entry {
    std::shared_ptr<Session> session;  // nullptr: ended; the value is remembered so that it is not taken for a guest's
    Instant until{};  // set: a value that has been replaced, or has ended; valid or remembered until then
  };
  std::mutex mutex;
  std::unordered_map<std::uint64_t, Entry> entries;  // by the number that the cookie value encrypts
};

}  // namespace qodly::security
