#include "app/session_keeper.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/user_service.h"
#include "base/text.h"
#include "rest/script_session.h"
#include "security/json_members.h"
#include "security/session_privileges.h"
#include "security/user_session.h"
#include "value/json.h"

namespace qodly::app {

namespace {

using security::integerMember;
using security::textMember;

constexpr std::uint64_t largestJournal = 1U << 30U;  // bytes
constexpr std::uint64_t rewriteAbove = 4U << 20U;
constexpr std::chrono::milliseconds leastPause{1000};
constexpr std::uint64_t passesOfAMinute = 60;
constexpr int pauseOfWork = 9;  // times the length of a pass: at most a tenth of a processor
constexpr std::int64_t usedExactness = 60'000, minute = 60'000;  // milliseconds
// How long requests that were sent at the same time with the old cookie find the session that the first has claimed.
constexpr std::int64_t claimTime = 60'000;
constexpr long holders = 2;  // of a session at rest: the table and the pass

std::string lineOf(std::string_view key, const Value& state) {
  const Ref<Object> line = Object::make();
  line->set("key", Value::text(key));
  if (!state.isUndefined()) line->set("state", state);
  return json::text(Value::object(line));
}

// When a session of before would have ended, in milliseconds.
std::int64_t endOf(const Object& state) {
  return integerMember(state, "used") + integerMember(state, "idleTimeout") * minute;
}

// Members of what is to be kept of a session, without its times; nothing: a guest with empty hands.
Ref<Object> stateOf(const security::Session& session, std::string& storage) {
  const Ref<Object> state = Object::make();
  const auto privileges = session.find<security::SessionPrivileges>();
  if (privileges && privileges->isLoggedIn()) {
    const security::SessionPrivileges::Grant granted = privileges->granted();
    state->set("loggedIn", Value::boolean(true));
    state->set("privileges", security::collectionOf(granted.privileges));
    state->set("roles", security::collectionOf(granted.roles));
    state->set("userName", Value::text(granted.userName.value_or("")));
  }
  const auto user = session.find<security::UserSession>();
  if (const auto who = user ? user->who() : std::nullopt) {
    state->set("userId", Value::text(who->userId));
    state->set("epoch", Value::integer(who->epoch));
    state->set("token", Value::text(who->token));
  }
  storage = rest::packedStorage(session);
  if (storage.size() > SessionKeeper::largestStorage) storage.clear();
  return state;
}

// A line of the journal that counts.
struct Line {
  std::string text;
  Value state;
};

// By key; a line without a state takes its key's away.
std::unordered_map<std::string, Line> newestLines(const security::SealedJournal& journal) {
  std::unordered_map<std::string, Line> newest;
  for (std::string& text : journal.read(largestJournal)) {
    const auto parsed = json::parse(text);
    if (!parsed || !parsed->isObject()) continue;
    const std::string key = textMember(parsed->asObject(), "key");
    const Value* state = parsed->asObject().find("state");
    if (state == nullptr || !state->isObject()) {
      newest.erase(key);
    } else {
      newest.insert_or_assign(key, Line{std::move(text), *state});
    }
  }
  return newest;
}

}  // namespace

std::vector<Value> keptSessions(const security::Instance& instance, const std::filesystem::path& file) {
  std::vector<Value> sessions;
  for (const auto& [key, line] : newestLines(security::SealedJournal(instance, file))) {
    sessions.push_back(line.state);
  }
  const std::int64_t now = qodly::Instant::now().ms;
  std::erase_if(sessions, [now](const Value& state) { return endOf(state.asObject()) < now; });
  return sessions;
}

SessionKeeper::SessionKeeper(const security::Instance& instance, std::filesystem::path file,
                             security::SessionTable& sessions, EndSessions end,
                             std::function<void(std::string_view)> tell)
    : sessions_(sessions),
      instance_(instance),
      end_(std::move(end)),
      tell_(std::move(tell)),
      journal_(instance, std::move(file)) {
  for (auto& [key, line] : newestLines(journal_)) {
    if (kept_.size() == most) break;
    kept_.emplace(key, Kept{std::move(line.text), endOf(line.state.asObject())});
  }
  endAsked();
  dropExpired(qodly::Instant::now().ms);
  thread_ = std::thread([this] { work(); });
}

SessionKeeper::~SessionKeeper() { stop(); }

void SessionKeeper::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SessionKeeper::work() {
  using Clock = std::chrono::steady_clock;
  Clock::duration pause = leastPause;
  while (true) {
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      last = wake_.wait_for(lock, pause, [this] { return stopping_; });
    }
    const Clock::time_point began = Clock::now();
    pass(last);
    if (last) return;
    pause = std::max<Clock::duration>(leastPause, (Clock::now() - began) * pauseOfWork);
  }
}

void SessionKeeper::pass(bool last) {
  const std::int64_t now = qodly::Instant::now().ms;
  ++passes_;
  endAsked();
  std::vector<std::string> lines;
  {
    std::lock_guard lock(mutex_);
    for (const std::string& key : gone_) lines.push_back(lineOf(key, {}));
    gone_.clear();
  }
  for (const auto& session : sessions_.all()) look(session, now, lines);
  forgetEnded(lines);
  if (passes_ % passesOfAMinute == 0 || last) dropExpired(now);
  const bool grown = journal_.bytes() > rewriteAbove + 3 * storageBytes_;
  Result<> written;
  if (whole_ || last || (grown && !lines.empty())) {
    written = rewrite(now);
  } else {
    written = journal_.append(lines, true);
  }
  // What could not be written is written with the next whole one.
  whole_ = !written;
  if (!written && !failing_ && tell_) tell_(fmt::format("Sessions are not kept: {}", written.error().text()));
  failing_ = !written;
}

void SessionKeeper::look(const std::shared_ptr<security::Session>& session, std::int64_t now,
                         std::vector<std::string>& lines) {
  const std::int64_t used = session->lastUsed().time_since_epoch().count();
  Written& known = written_[session->id()];
  known.pass = passes_;
  const bool busy = session.use_count() > holders;
  const bool untouched = known.checked != 0 && !busy && !known.busy && used < known.checked;
  if (untouched) return;
  known.busy = busy;
  known.checked = now;
  std::string storage;
  const Ref<Object> state = stateOf(*session, storage);
  if (storage.size() > known.bytes && storageBytes_ - known.bytes + storage.size() > mostStorage) storage.clear();
  storageBytes_ += storage.size() - known.bytes;
  known.bytes = storage.size();
  if (!storage.empty()) state->set("storage", Value::text(toBase64(storage)));
  if (const auto from = session->find<SessionAddress>(); from && state->size() != 0) {
    state->set("network", Value::text(from->network()));
  }
  const bool worth = state->size() != 0 && (!known.key.empty() || keys_ < most);
  const std::string key = worth ? security::sha256Hex(sessions_.cookieValue(*session)) : std::string();
  if (!known.key.empty() && known.key != key) lines.push_back(lineOf(known.key, {}));
  keys_ += static_cast<std::size_t>(worth) - static_cast<std::size_t>(!known.key.empty());
  if (!worth) {
    known.key.clear();
    return;
  }
  state->set("id", Value::text(session->id()));
  state->set("created", Value::integer(session->created().time_since_epoch().count()));
  state->set("idleTimeout", Value::integer(session->idleTimeout().count()));
  const std::size_t print = std::hash<std::string>()(json::text(Value::object(state)));
  if (known.key == key && known.print == print && used - known.used < usedExactness) return;
  known.key = key;
  known.print = print;
  known.used = used;
  state->set("used", Value::integer(used));
  lines.push_back(lineOf(key, Value::object(state)));
}

void SessionKeeper::forgetEnded(std::vector<std::string>& lines) {
  std::erase_if(written_, [&](const auto& entry) {
    const Written& known = entry.second;
    if (known.pass == passes_) return false;
    storageBytes_ -= known.bytes;
    if (known.key.empty()) return true;
    --keys_;
    lines.push_back(lineOf(known.key, {}));
    return true;
  });
}

// What `qodly session drop` asks for.
void SessionKeeper::endAsked() {
  for (const SessionEnd& asked : takeEnds(instance_)) end_(asked, forgetKept(asked));
}

// Sessions of before the start that have not come back: they never will. Gives the tokens of their sign-ins.
std::vector<std::string> SessionKeeper::forgetKept(const SessionEnd& asked) {
  std::vector<std::string> tokens;
  std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& entry) {
    const auto line = json::parse(entry.second.line);
    const Value state = line && line->isObject() ? line->asObject().get("state") : Value();
    if (!state.isObject()) return false;
    const bool meant = asked.id.empty() ? equalsIgnoringAsciiCase(textMember(state.asObject(), "userName"), asked.user)
                                        : textMember(state.asObject(), "id") == asked.id;
    if (!meant) return false;
    gone_.push_back(entry.first);
    if (std::string token = textMember(state.asObject(), "token"); !token.empty()) tokens.push_back(std::move(token));
    return true;
  });
  return tokens;
}

void SessionKeeper::dropExpired(std::int64_t now) {
  std::lock_guard lock(mutex_);
  std::erase_if(kept_, [now](const auto& entry) { return entry.second.until < now; });
  std::erase_if(claimed_, [now](const auto& entry) { return entry.second.until < now; });
  empty_ = kept_.empty() && claimed_.empty();
}

// Everything anew: what the sessions hold now, and what waits for those who have not come back yet.
Result<> SessionKeeper::rewrite(std::int64_t now) {
  written_.clear();
  storageBytes_ = keys_ = 0;
  std::vector<std::string> lines;
  for (const auto& session : sessions_.all()) look(session, now, lines);
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, kept] : kept_) lines.push_back(kept.line);
  }
  return journal_.replace(lines);
}

void SessionKeeper::restore(http::Request& request, const security::Roles& roles, security::Accounts& accounts,
                            const std::shared_ptr<script::vm::Runtime>& scripts) {
  if (empty_.load(std::memory_order_relaxed)) return;
  std::string_view cookie = UserService::cookie(request, sessions_.cookieName());
  if (cookie.empty()) cookie = UserService::cookie(request, "WASID4D");
  if (cookie.empty() || request.visit().known()) return;
  if (auto session = claim(security::sha256Hex(cookie), roles, accounts, scripts)) {
    request.visit().use(std::move(session), true);
  }
}

std::shared_ptr<security::Session> SessionKeeper::claim(const std::string& key, const security::Roles& roles,
                                                        security::Accounts& accounts,
                                                        const std::shared_ptr<script::vm::Runtime>& scripts) {
  std::lock_guard lock(mutex_);
  if (const auto found = claimed_.find(key); found != claimed_.end()) {
    auto session = found->second.session.lock();
    return session && !session->ended() ? session : nullptr;
  }
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  const auto line = json::parse(found->second.line);
  const Value state = line && line->isObject() ? line->asObject().get("state") : Value();
  auto session = state.isObject() ? bringBack(state.asObject(), roles, accounts, scripts) : nullptr;
  if (!session) return nullptr;
  kept_.erase(found);
  gone_.push_back(key);
  claimed_.insert_or_assign(key, Claimed{session, qodly::Instant::now().ms + claimTime});
  return session;
}

std::shared_ptr<security::Session> SessionKeeper::bringBack(const Object& state, const security::Roles& roles,
                                                            security::Accounts& accounts,
                                                            const std::shared_ptr<script::vm::Runtime>& scripts) const {
  const std::int64_t now = qodly::Instant::now().ms;
  if (endOf(state) < now) return nullptr;
  auto session = sessions_.create(security::Instant(std::chrono::milliseconds(now)));
  if (!session) return nullptr;
  session->setIdleTimeout(std::chrono::minutes(integerMember(state, "idleTimeout")));
  if (const std::string network = textMember(state, "network"); !network.empty()) {
    session->slot<SessionAddress>(network);
  }
  if (const std::string userId = textMember(state, "userId"); !userId.empty()) {
    const std::string token = textMember(state, "token");
    const auto standing = accounts.standing(userId, static_cast<std::uint32_t>(integerMember(state, "epoch")));
    // Who has logged out in the last second does not come back.
    const bool signedIn = token.empty() || accounts.signIns().find(token, accounts.now());
    if (standing && signedIn) security::UserSession::signIn(*session, roles, *standing, accounts, token);
  } else if (security::flagMember(state, "loggedIn")) {
    const auto privileges = session->slot<security::SessionPrivileges>();
    privileges->set(roles, {.privileges = security::textsMember(state, "privileges"),
                            .roles = security::textsMember(state, "roles"),
                            .userName = textMember(state, "userName")});
    security::SessionPrivileges none;  // what the session was before it came back is nobody's
    privileges->takeBefore(none);
  }
  const auto storage = fromBase64(textMember(state, "storage"));
  if (storage && !storage->empty() && scripts) rest::restoreStorage(*session, *storage, scripts);
  return session;
}

}  // namespace qodly::app
