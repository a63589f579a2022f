#include "security/session.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "security/session_cipher.h"
#include "security/session_privileges.h"
#include "security/session_shard.h"

namespace qodly::security {

namespace {

constexpr std::chrono::minutes minimumIdleTimeout{60};
constexpr std::chrono::minutes maximumIdleTimeout{366 * 24 * 60};
// A guest that is still there after this time gets a session object, which then counts its idle time exactly.
constexpr std::chrono::minutes statelessTime{5};
// The cookie is sent again when it is this old, so that a client that is active never loses it.
constexpr std::chrono::minutes cookieRefresh{5};
constexpr std::chrono::seconds oldValueTime{60};

// A number is the second of its making (32 bits) and a counter (32 bits): unique for the life of the process.
constexpr unsigned counterBits = 32;

Instant issuedAt(std::uint64_t number) { return Instant(std::chrono::seconds(number >> counterBits)); }

std::string cookieSafe(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
    safe += plain ? c : '_';
  }
  return safe;
}

// Calls visit(name, value) for each cookie of the header until it returns false.
template <class Visitor>
void forEachCookie(std::string_view header, Visitor&& visit) {
  while (!header.empty()) {
    const std::size_t semicolon = header.find(';');
    const std::string_view pair = header.substr(0, semicolon);
    header = semicolon == std::string_view::npos ? std::string_view() : header.substr(semicolon + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (!visit(trim(pair.substr(0, equals)), value)) return;
  }
}

constexpr std::string_view sameSiteName(SameSite sameSite) {
  constexpr std::array<std::string_view, 3> names{"Strict", "Lax", "None"};
  return names[static_cast<std::size_t>(sameSite)];
}

}  // namespace

Session::Session(std::uint64_t number, Instant now, std::chrono::minutes idleTimeout)
    : id_(newUuid()),
      created_(now),
      number_(number),
      lastUsed_(now.time_since_epoch().count()),
      cookieSent_(issuedAt(number).time_since_epoch().count()),
      idleMinutes_(std::max(idleTimeout, minimumIdleTimeout).count()) {}

void Session::setIdleTimeout(std::chrono::minutes timeout) {
  idleMinutes_.store(std::clamp(timeout, minimumIdleTimeout, maximumIdleTimeout).count(), std::memory_order_relaxed);
  cookieSent_.store(0, std::memory_order_relaxed);
}

Instant Session::lastUsed() const {
  return Instant(std::chrono::milliseconds(lastUsed_.load(std::memory_order_relaxed)));
}

std::string Session::expirationDate() const {
  using namespace std::chrono;
  const Instant end = expiration();
  const sys_days day = floor<days>(end);
  const year_month_day date(day);
  const hh_mm_ss clock(end - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

SessionTable::SessionTable(SessionOptions options)
    : options_(std::move(options)),
      cookieName_(options_.cookieName.empty() ? "4DSID_" + cookieSafe(options_.applicationName) : options_.cookieName),
      cookieScope_(fmt::format("; Path={}{}{}; HttpOnly; SameSite=", options_.cookiePath,
                               options_.cookieDomain.empty() ? "" : "; Domain=", options_.cookieDomain)),
      legacyCookies_(options_.legacyCookies),
      sameSite_(options_.sameSite),
      maxSessions_(options_.maxSessions),
      idleMinutes_(std::max(options_.idleTimeout, minimumIdleTimeout).count()),
      cipher_(std::make_unique<Cipher>()),
      shards_(std::make_unique<std::array<Shard, 16>>()) {
  unconfirmed_.resize(std::max<std::size_t>(1, options_.maxUnconfirmedSessions));
}

void SessionTable::apply(const SessionOptions& options) {
  legacyCookies_ = options.legacyCookies;
  sameSite_ = options.sameSite;
  maxSessions_ = options.maxSessions;
  idleMinutes_ = std::max(options.idleTimeout, minimumIdleTimeout).count();
}

std::chrono::minutes SessionTable::guestTime() const { return idleTimeout() + statelessTime; }

SessionTable::~SessionTable() {
  std::vector<std::shared_ptr<Session>> rest = all();
  for (const auto& session : rest) session->ended_.store(true, std::memory_order_release);
  finish(rest);
}

SessionTable::Shard& SessionTable::shardOf(std::uint64_t number) const { return (*shards_)[number % shards_->size()]; }

std::uint64_t SessionTable::newNumber(Instant now) {
  const auto second =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  const std::uint64_t count = counter_.fetch_add(1, std::memory_order_relaxed) + 1;
  return second << counterBits | (count & 0xFFFF'FFFFu);
}

void SessionTable::appendCookieValue(std::uint64_t number, std::string& out) const { cipher_->append(number, out); }

std::string SessionTable::cookieValue(const Session& session) const {
  std::string value;
  appendCookieValue(session.number_.load(std::memory_order_relaxed), value);
  return value;
}

std::shared_ptr<Session> SessionTable::create(Instant now) {
  const std::uint64_t number = newNumber(now);
  return materialise(number, true, now);
}

SessionTable::Recognised SessionTable::recognise(std::string_view cookieValue, Instant now) {
  const std::optional<std::uint64_t> number = cipher_->read(cookieValue);
  if (!number) return {};
  std::shared_ptr<Session> expired;
  {
    Shard& shard = shardOf(*number);
    std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(*number);
    if (at == shard.entries.end()) {
      const bool alive = now - issuedAt(*number) <= guestTime();
      return {alive ? Standing::Guest : Standing::Unknown, *number, nullptr};
    }
    const Shard::Entry& entry = at->second;
    if (!entry.session || entry.session->ended()) return {};
    if (entry.until != Instant() && entry.until < now) return {};
    if (entry.session->expiration() >= now) {
      Session& session = *entry.session;
      session.lastUsed_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
      if (!session.confirmed_.load(std::memory_order_relaxed)) session.confirm();
      return {Standing::Known, *number, entry.session};
    }
    expired = entry.session;
  }
  end(expired);
  return {};
}

std::shared_ptr<Session> SessionTable::find(std::string_view cookieValue, Instant now) {
  return recognise(cookieValue, now).session;
}

std::shared_ptr<Session> SessionTable::materialise(std::uint64_t number, bool confirmed, Instant now) {
  Shard& shard = shardOf(number);
  std::shared_ptr<Session> session;
  {
    std::lock_guard lock(shard.mutex);
    const auto [at, isNew] = shard.entries.try_emplace(number);
    if (!isNew) {
      // Another request of the same guest was faster, or the session has ended in this moment.
      return at->second.session && !at->second.session->ended() ? at->second.session : nullptr;
    }
    const std::size_t before = size_.fetch_add(1, std::memory_order_relaxed);
    if (const std::size_t limit = maxSessions_.load(std::memory_order_relaxed); limit != 0 && before >= limit) {
      size_.fetch_sub(1, std::memory_order_relaxed);
      shard.entries.erase(at);
      return nullptr;
    }
    session = std::make_shared<Session>(number, now, idleTimeout());
    session->confirmed_.store(confirmed, std::memory_order_relaxed);
    at->second.session = session;
  }
  if (!confirmed) boundUnconfirmed(session);
  return session;
}

void SessionTable::boundUnconfirmed(const std::shared_ptr<Session>& session) {
  std::shared_ptr<Session> oldest;
  {
    std::lock_guard lock(unconfirmedMutex_);
    std::weak_ptr<Session>& place = unconfirmed_[unconfirmedNext_];
    unconfirmedNext_ = (unconfirmedNext_ + 1) % unconfirmed_.size();
    oldest = place.lock();
    place = session;
  }
  if (oldest && !oldest->confirmed_.load(std::memory_order_relaxed)) end(oldest);
}

void SessionTable::end(const std::shared_ptr<Session>& session) {
  if (session->ended_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t number = session->number_.load(std::memory_order_relaxed);
  {
    Shard& shard = shardOf(number);
    std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(number);
    // The value stays known as an ended one for as long as it could be taken for that of a guest.
    if (at != shard.entries.end()) {
      at->second.session.reset();
      at->second.until = issuedAt(number) + guestTime();
    }
  }
  finish({session});
}

void SessionTable::finish(const std::vector<std::shared_ptr<Session>>& ended) {
  size_.fetch_sub(ended.size(), std::memory_order_relaxed);
  for (const auto& session : ended) {
    for (const auto& callback : onEnd_) callback(*session);
  }
}

// Under the old value stands for a while what the session was before: with the rights that it had then, and nothing
// else of it. Requests that were on their way are answered, and whoever has planted or seen the value gains nothing.
std::uint64_t SessionTable::rotate(const std::shared_ptr<Session>& session, Instant now) {
  const std::uint64_t fresh = newNumber(now);
  {
    Shard& shard = shardOf(fresh);
    std::lock_guard lock(shard.mutex);
    shard.entries[fresh].session = session;
  }
  const std::uint64_t old = session->number_.exchange(fresh, std::memory_order_acq_rel);
  auto before = std::make_shared<Session>(old, now, idleTimeout());
  before->confirm();
  // Its cookie is not sent: it would take the place of the new one.
  before->cookieSent_.store((now + oldValueTime).time_since_epoch().count(), std::memory_order_relaxed);
  if (const auto privileges = session->find<SessionPrivileges>()) {
    privileges->takeBefore(*before->slot<SessionPrivileges>());
  }
  Shard& shard = shardOf(old);
  std::lock_guard lock(shard.mutex);
  const auto at = shard.entries.find(old);
  if (at == shard.entries.end()) return fresh;
  at->second = {std::move(before), now + oldValueTime};
  size_.fetch_add(1, std::memory_order_relaxed);
  return fresh;
}

void SessionTable::sweep(Instant now) {
  std::vector<std::shared_ptr<Session>> expired;
  for (Shard& shard : *shards_) {
    std::lock_guard lock(shard.mutex);
    for (auto at = shard.entries.begin(); at != shard.entries.end();) {
      auto& [number, entry] = *at;
      const Instant forgotten = issuedAt(number) + guestTime();
      const bool isOld = entry.until != Instant() && entry.until < now;
      if (entry.session && entry.session->ended()) entry = {nullptr, forgotten};
      if (entry.session && (isOld || entry.session->expiration() < now)) expired.push_back(entry.session);
      at = !entry.session && forgotten < now ? shard.entries.erase(at) : std::next(at);
    }
  }
  for (const auto& session : expired) end(session);
}

std::size_t SessionTable::size() const { return size_.load(std::memory_order_relaxed); }

std::vector<std::shared_ptr<Session>> SessionTable::all() const {
  std::vector<std::shared_ptr<Session>> sessions;
  for (Shard& shard : *shards_) {
    std::lock_guard lock(shard.mutex);
    for (const auto& [number, entry] : shard.entries) {
      // What stands under a value that has been replaced is no session of its own.
      if (entry.session && entry.until == Instant() && !entry.session->ended()) sessions.push_back(entry.session);
    }
  }
  return sessions;
}

Visit::Visit(SessionTable& table, std::string_view cookieHeader, bool secure, Instant now)
    : table_(&table), cookieHeader_(cookieHeader), now_(now), secure_(secure) {}

void Visit::resolve() {
  if (resolved_ || table_ == nullptr) return;
  resolved_ = true;
  bool named = false;  // the right value came under the name that is sent today
  forEachCookie(cookieHeader_, [&](std::string_view name, std::string_view value) {
    const bool own = name == table_->cookieName();
    if (!own && name != "WASID4D" && name != "WASID") return true;
    SessionTable::Recognised found = table_->recognise(value, now_);
    if (found.standing == SessionTable::Standing::Unknown) return true;
    if (found.standing == SessionTable::Standing::Guest && number_ != 0) return true;
    number_ = found.number;
    session_ = std::move(found.session);
    named = own;
    return session_ == nullptr;
  });
  presented_ = number_;
  cookieIsRight_ = number_ != 0 && (named || table_->legacyCookies_.load(std::memory_order_relaxed));
  // Somebody who comes back after minutes is a browser: from now on the idle time is counted exactly.
  if (!session_ && number_ != 0 && now_ - issuedAt(number_) > statelessTime) {
    session_ = table_->materialise(number_, true, now_);
  }
}

std::shared_ptr<Session> Visit::session() {
  resolve();
  if (session_ || table_ == nullptr) return session_;
  const bool returned = number_ != 0 && presented_ == number_;
  if (number_ == 0) number_ = table_->newNumber(now_);
  session_ = table_->materialise(number_, returned, now_);
  if (!session_ && !returned) number_ = 0;
  return session_;
}

std::shared_ptr<Session> Visit::known() {
  resolve();
  if (table_ == nullptr || number_ != 0) return session_;
  if (table_->maxSessions_.load(std::memory_order_relaxed) != 0) return session();
  number_ = table_->newNumber(now_);
  return session_;
}

void Visit::use(std::shared_ptr<Session> session, bool sendCookie) {
  resolved_ = true;
  // A value that this request has made is known to nobody yet.
  const bool known = session != session_ || number_ == presented_;
  session_ = std::move(session);
  // Who asked for no cookie, an API key for one, is not given one later on either.
  silent_ = silent_ || !sendCookie;
  const bool raised = session_ && !silent_ && session_->rotation_.exchange(false, std::memory_order_acq_rel);
  if (raised && known) {
    number_ = table_->rotate(session_, now_);
  } else {
    const auto privileges = raised ? session_->find<SessionPrivileges>() : nullptr;
    SessionPrivileges forgotten;
    if (privileges) privileges->takeBefore(forgotten);
    number_ = session_ ? session_->number_.load(std::memory_order_relaxed) : 0;
  }
  cookieIsRight_ = false;
}

void Visit::appendCookies(std::string& head) {
  if (!resolved_ || silent_ || number_ == 0) return;
  std::chrono::minutes life = table_->idleTimeout();
  if (session_) {
    if (session_->ended()) return;
    // Another request has raised the rights of the session: the new value is told by that one alone.
    if (session_->number_.load(std::memory_order_relaxed) != number_) return;
    life = session_->idleTimeout();
    const std::int64_t now = now_.time_since_epoch().count();
    const bool fresh =
        now - session_->cookieSent_.load(std::memory_order_relaxed) < std::chrono::milliseconds(cookieRefresh).count();
    if (cookieIsRight_ && number_ == presented_ && fresh) return;
    session_->cookieSent_.store(now, std::memory_order_relaxed);
  } else if (cookieIsRight_) {
    return;
  }
  appendCookie(table_->cookieName(), life, head);
  if (table_->legacyCookies_.load(std::memory_order_relaxed)) appendCookie("WASID4D", life, head);
}

void Visit::appendCookie(std::string_view name, std::chrono::minutes life, std::string& head) const {
  const SameSite sameSite = table_->sameSite_.load(std::memory_order_relaxed);
  head.append("Set-Cookie: ").append(name).append("=");
  table_->appendCookieValue(number_, head);
  head.append(table_->cookieScope_).append(sameSiteName(sameSite)).append("; Max-Age=");
  appendInteger(std::chrono::seconds(life).count(), head);
  if (secure_ || sameSite == SameSite::None) head.append("; Secure");
  head.append("\r\n");
}

}  // namespace qodly::security
