// Web sessions (rest.md 3.1, admin.md 11): a guest gets a cookie with its first answer, state hangs on the session,
// idle sessions end. Roles and privileges are stored here by the layer above, in a slot.
//
// A guest that never stores anything costs no memory: the value of its cookie is one block of AES in counter mode
// under a key made at start, so the server recognises a value it has issued without having kept it. The Session object
// is made when a handler asks for it, or when the guest is still there after some minutes.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace qodly::security {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

enum class SameSite : std::uint8_t { Strict, Lax, None };

struct SessionOptions {
  std::string applicationName;           // the cookie is 4DSID_<applicationName>
  bool legacyCookies = true;             // rest.legacyCookies: WASID4D is sent as well
  SameSite sameSite = SameSite::Lax;     // None implies Secure
  std::chrono::minutes idleTimeout{60};  // below 60 is raised to 60
  std::size_t maxSessions = 0;           // 0: unlimited. Reached: no new session is made, none is closed.
  std::string cookieName = {};           // "": that of the application. Characters of a token (RFC 9110 5.6.2)
  std::string cookieDomain = {};         // "": the host that answers
  std::string cookiePath = "/";
  // Sessions whose cookie no client has sent back yet. Beyond this number the oldest of them ends, so that clients
  // that ignore cookies cannot fill the memory.
  std::size_t maxUnconfirmedSessions = 10'000;
};

// Thread-safe: several requests of one session run at the same time. Held by std::shared_ptr; a request that still
// holds an ended session finishes with it.
class Session {
 public:
  Session(std::uint64_t number, Instant now, std::chrono::minutes idleTimeout);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Name of the session for people and `$info`: 32 upper-case hexadecimal digits. Not the value of the cookie.
  const std::string& id() const { return id_; }
  Instant created() const { return created_; }

  std::chrono::minutes idleTimeout() const {
    return std::chrono::minutes(idleMinutes_.load(std::memory_order_relaxed));
  }
  // Below 60 is raised to 60. The cookie is sent again with the next answer.
  void setIdleTimeout(std::chrono::minutes timeout);
  Instant lastUsed() const;
  Instant expiration() const { return lastUsed() + idleTimeout(); }
  std::string expirationDate() const;  // YYYY-MM-DDTHH:MM:SS.mmmZ
  bool ended() const { return ended_.load(std::memory_order_acquire); }

  // The place where the layers above keep what belongs to the session, one T each: entity sets, uploads, lock owner,
  // script storage, privileges. slot<T>() makes it from `arguments` on first use; exactly one is ever made. What is
  // kept must be thread-safe itself, and is destroyed with the last holder of the session, after the on-end callbacks.
  template <class T, class... Arguments>
  std::shared_ptr<T> slot(Arguments&&... arguments);
  // nullptr when slot<T>() has not been called.
  template <class T>
  std::shared_ptr<T> find() const;

  // The value of the cookie changes with the next answer; the old value works for 60 s more (session fixation,
  // admin.md 11.1). Call it when rights are raised.
  void requestRotation() { rotation_.store(true, std::memory_order_relaxed); }
  // Spares the session from the limit on unconfirmed sessions: call it when somebody logs in.
  void confirm() { confirmed_.store(true, std::memory_order_relaxed); }

 private:
  friend class SessionTable;
  friend class Visit;
  using Key = const void*;
  template <class T>
  static Key keyOf();

  const std::string id_;
  const Instant created_;
  std::atomic<std::uint64_t> number_;  // the current one of the numbers that its cookie values encrypt
  std::atomic<std::int64_t> lastUsed_;
  std::atomic<std::int64_t> cookieSent_;
  std::atomic<std::int64_t> idleMinutes_;
  std::atomic<bool> confirmed_ = false, rotation_ = false, ended_ = false;
  mutable std::mutex mutex_;
  std::vector<std::pair<Key, std::shared_ptr<void>>> slots_;  // few: searched in order
};

class SessionTable;

// What one request knows of its session. Used by the one request, not thread-safe; cheap to make and to drop.
class Visit {
 public:
  Visit() = default;
  // cookieHeader: the request's Cookie header; it must stay alive as long as the visit. secure: the request came by
  // TLS.
  Visit(SessionTable& table, std::string_view cookieHeader, bool secure, Instant now);

  // The session, made when there is none yet. nullptr when the server keeps no sessions or maxSessions is reached
  // (402).
  std::shared_ptr<Session> session();
  // The session if there is an object for it: nullptr for a guest that has stored nothing. Enough for reading. Where
  // the number of sessions is limited every guest counts: one is made.
  std::shared_ptr<Session> known();
  // After known(): the client has no session, and the limit keeps one from being made (402).
  bool isRefused() const { return table_ != nullptr && resolved_ && number_ == 0; }
  // Goes on with another session than that of the cookie (API key, one-time token), nullptr: with none, as if the
  // cookie had not come; the client gets its cookie only when `sendCookie`.
  void use(std::shared_ptr<Session> session, bool sendCookie);
  // A request that asked for the session in any way gets its cookie with the answer: the Set-Cookie lines to append to
  // the head, each ended by CRLF; nothing when the client's cookie is right and fresh.
  void appendCookies(std::string& head);

 private:
  void resolve();
  void appendCookie(std::string_view name, std::chrono::minutes life, std::string& head) const;

  SessionTable* table_ = nullptr;
  std::string_view cookieHeader_;
  std::shared_ptr<Session> session_;
  Instant now_{};
  std::uint64_t number_ = 0;     // what the right cookie encrypts; 0: not known yet
  std::uint64_t presented_ = 0;  // what the client's cookie encrypts; 0: it has none that is valid
  bool secure_ = false, resolved_ = false, cookieIsRight_ = false, silent_ = false;
};

// Every session of the server. Thread-safe.
class SessionTable {
 public:
  explicit SessionTable(SessionOptions options);
  ~SessionTable();  // ends every session
  SessionTable(const SessionTable&) = delete;
  SessionTable& operator=(const SessionTable&) = delete;

  const std::string& cookieName() const { return cookieName_; }
  // legacyCookies, sameSite, idleTimeout and maxSessions in force from now on; the others stay. The idle timeout is
  // that of sessions made from now on.
  void apply(const SessionOptions& options);

  // A session without a client, e.g. that of an API key. nullptr when maxSessions is reached.
  std::shared_ptr<Session> create(Instant now);
  // The session of a cookie's value, its idle time counted anew; nullptr for a value never issued, an ended session and
  // a guest that has stored nothing.
  std::shared_ptr<Session> find(std::string_view cookieValue, Instant now);
  std::string cookieValue(const Session& session) const;
  void end(const std::shared_ptr<Session>& session);
  // Ends what has been idle too long. Call it about once a minute.
  void sweep(Instant now);

  std::size_t size() const;
  std::vector<std::shared_ptr<Session>> all() const;

  // `callback` runs once for each session that ends, on the thread that ends it and outside all locks of the table:
  // the place to release locks and drop entity sets. Register before the server starts.
  void onEnd(std::function<void(Session&)> callback) { onEnd_.push_back(std::move(callback)); }

 private:
  friend class Visit;
  struct Shard;
  struct Cipher;
  enum class Standing : std::uint8_t { Unknown, Guest, Known };
  struct Recognised {
    Standing standing = Standing::Unknown;
    std::uint64_t number = 0;
    std::shared_ptr<Session> session;
  };

  Recognised recognise(std::string_view cookieValue, Instant now);
  // The session of a number that has none yet. nullptr: maxSessions reached, or ended in this moment.
  std::shared_ptr<Session> materialise(std::uint64_t number, bool confirmed, Instant now);
  void boundUnconfirmed(const std::shared_ptr<Session>& session);
  std::uint64_t newNumber(Instant now);
  std::uint64_t rotate(const std::shared_ptr<Session>& session, Instant now);
  void appendCookieValue(std::uint64_t number, std::string& out) const;
  void finish(const std::vector<std::shared_ptr<Session>>& ended);
  Shard& shardOf(std::uint64_t number) const;

  std::chrono::minutes idleTimeout() const {
    return std::chrono::minutes(idleMinutes_.load(std::memory_order_relaxed));
  }
  // What a number without a session is remembered for.
  std::chrono::minutes guestTime() const;

  const SessionOptions options_;
  const std::string cookieName_;
  const std::string cookieScope_;  // "; Path=/; HttpOnly; SameSite="
  // The options that apply() changes.
  std::atomic<bool> legacyCookies_;
  std::atomic<SameSite> sameSite_;
  std::atomic<std::size_t> maxSessions_;
  std::atomic<std::int64_t> idleMinutes_;
  std::unique_ptr<Cipher> cipher_;
  std::unique_ptr<std::array<Shard, 16>> shards_;
  std::atomic<std::uint64_t> counter_{0};
  std::atomic<std::size_t> size_{0};
  std::mutex unconfirmedMutex_;
  std::vector<std::weak_ptr<Session>> unconfirmed_;  // ring, oldest at unconfirmedNext_ once full
  std::size_t unconfirmedNext_ = 0;
  std::vector<std::function<void(Session&)>> onEnd_;
};

template <class T>
Session::Key Session::keyOf() {
  static const char key = 0;
  return &key;
}

template <class T, class... Arguments>
std::shared_ptr<T> Session::slot(Arguments&&... arguments) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, value] : slots_) {
    if (key == keyOf<T>()) return std::static_pointer_cast<T>(value);
  }
  auto made = std::make_shared<T>(std::forward<Arguments>(arguments)...);
  slots_.emplace_back(keyOf<T>(), made);
  return made;
}

template <class T>
std::shared_ptr<T> Session::find() const {
  std::lock_guard lock(mutex_);
  for (const auto& [key, value] : slots_) {
    if (key == keyOf<T>()) return std::static_pointer_cast<T>(value);
  }
  return nullptr;
}

}  // namespace qodly::security
