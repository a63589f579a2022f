#include "security/directory.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/directory_file.h"
#include "security/file_lock.h"

namespace qodly::security {

namespace {

constexpr std::int64_t lookEvery = 1000;  // milliseconds
constexpr std::size_t maximumEmail = 254;

std::int64_t steadyNow() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

std::string nowText() {
  std::string text;
  appendInstant(qodly::Instant::now(), text);
  return text;
}

Error unknownUser() { return directoryError("E_UNKNOWN_USER", "There is no such user."); }

Error duplicate(const std::string& email) {
  return directoryError("E_DUPLICATE", fmt::format("There is already a user {}.", email));
}

}  // namespace

Error directoryError(std::string_view code, std::string_view message) {
  return {code::wrongArgument, "rest", fmt::format("{}: {}", code, message)};
}

Result<std::string> normaliseEmail(std::string_view text) {
  std::string email = lowerAscii(trim(text));
  const std::size_t at = email.rfind('@');
  const bool hasDomain = at != std::string::npos && at > 0 && email.find('.', at + 2) != std::string::npos &&
                         email.back() != '.' && email[at + 1] != '.';
  const bool isClean = isValidUtf8(email) && std::ranges::none_of(email, [](char c) {
                         return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '<' || c == '>' || c == ',' ||
                                c == ';' || c == '"';
                       });
  if (!hasDomain || !isClean || email.size() > maximumEmail) {
    return std::unexpected(directoryError("E_EMAIL", "That is no e-mail address: name@example.com is expected."));
  }
  return email;
}

const Assignment* User::in(std::string_view environment) const {
  const auto found = std::ranges::find_if(
      assignments, [&](const Assignment& each) { return equalsIgnoringAsciiCase(each.environment, environment); });
  return found == assignments.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Directory>> Directory::open(const Instance& instance) {
  std::unique_ptr<Directory> directory(new Directory(instance));
  std::lock_guard lock(directory->mutex_);
  if (auto loaded = directory->load(); !loaded) return std::unexpected(loaded.error());
  return directory;
}

Directory::Version Directory::onDisk() const {
  struct stat status {};
  if (::stat(file().c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_size};
}

Result<> Directory::load() {
  const Version version = onDisk();
  auto state = std::make_shared<State>();
  if (version != Version{}) {
    auto content = readFile(file());
    if (!content) return std::unexpected(content.error());
    auto users = readDirectory(*content);
    if (!users) return std::unexpected(users.error());
    for (User& each : *users) {
      auto user = std::make_shared<const User>(std::move(each));
      state->byId.emplace(user->id, user);
      state->byEmail.emplace(user->email, user);
    }
  }
  version_ = version;
  state_ = std::move(state);
  generation_.fetch_add(1, std::memory_order_release);
  return {};
}

Result<> Directory::store(const State& state) {
  std::vector<UserRef> all;
  all.reserve(state.byEmail.size());
  for (const auto& [email, user] : state.byEmail) all.push_back(user);
  std::ranges::sort(all, {}, [](const UserRef& user) -> const std::string& { return user->email; });
  return writePrivateFile(file(), writeDirectory(all));
}

// A file that another program has changed is read again; one that cannot be read leaves the users known before.
void Directory::refresh() {
  std::int64_t due = nextLook_.load(std::memory_order_relaxed);
  const std::int64_t time = steadyNow();
  if (time < due || !nextLook_.compare_exchange_strong(due, time + lookEvery)) return;
  std::lock_guard lock(mutex_);
  if (onDisk() != version_) (void)load();
}

std::uint64_t Directory::generation() {
  refresh();
  return generation_.load(std::memory_order_acquire);
}

std::vector<UserRef> Directory::users() {
  refresh();
  std::vector<UserRef> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [email, user] : state_->byEmail) all.push_back(user);
  }
  std::ranges::sort(all, {}, [](const UserRef& user) -> const std::string& { return user->email; });
  return all;
}

UserRef Directory::find(std::string_view email) {
  refresh();
  std::lock_guard lock(mutex_);
  const auto found = state_->byEmail.find(lowerAscii(trim(email)));
  return found == state_->byEmail.end() ? nullptr : found->second;
}

UserRef Directory::byId(std::string_view id) {
  refresh();
  std::lock_guard lock(mutex_);
  const auto found = state_->byId.find(std::string(id));
  return found == state_->byId.end() ? nullptr : found->second;
}

UserRef Directory::first(const State& state, const std::function<bool(const User&)>& test) {
  for (const auto& [id, user] : state.byId) {
    if (test(*user)) return user;
  }
  return nullptr;
}

UserRef Directory::byExternalId(std::string_view provider, std::string_view id) {
  refresh();
  std::lock_guard lock(mutex_);
  return first(*state_, [&](const User& user) {
    const auto found = user.externalIds.find(std::string(provider));
    return found != user.externalIds.end() && found->second == id;
  });
}

UserRef Directory::byPasskey(std::string_view credentialId) {
  refresh();
  std::lock_guard lock(mutex_);
  return first(*state_, [&](const User& user) {
    return std::ranges::any_of(user.passkeys, [&](const Passkey& each) { return each.id == credentialId; });
  });
}

UserRef Directory::byLink(std::string_view tokenDigest) {
  refresh();
  std::lock_guard lock(mutex_);
  return first(*state_, [&](const User& user) { return user.link && user.link->digest == tokenDigest; });
}

Result<> Directory::update(const std::function<Result<>(State&)>& change) {
  std::lock_guard lock(mutex_);
  const auto single = FileLock::take(file());
  if (!single) return std::unexpected(single.error());
  if (onDisk() != version_) {
    if (auto loaded = load(); !loaded) return loaded;
  }
  auto state = std::make_shared<State>(*state_);
  if (auto changed = change(*state); !changed) return changed;
  if (auto stored = store(*state); !stored) return stored;
  version_ = onDisk();
  state_ = std::move(state);
  generation_.fetch_add(1, std::memory_order_release);
  return {};
}

Result<UserRef> Directory::add(User user) {
  auto email = normaliseEmail(user.email);
  if (!email) return std::unexpected(email.error());
  user.email = std::move(*email);
  user.id = newUuid();
  user.createdAt = nowText();
  auto added = std::make_shared<const User>(std::move(user));
  auto done = update([&](State& state) -> Result<> {
    if (state.byEmail.contains(added->email)) return std::unexpected(duplicate(added->email));
    if (state.byId.size() >= maximumUsers) {
      return std::unexpected(
          directoryError("E_LIMIT", fmt::format("The directory has {} users, no more fit.", maximumUsers)));
    }
    state.byId.emplace(added->id, added);
    state.byEmail.emplace(added->email, added);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return added;
}

Result<UserRef> Directory::change(std::string_view id, const std::function<Result<>(User&)>& change) {
  UserRef changed;
  auto done = update([&](State& state) -> Result<> {
    const auto found = state.byId.find(std::string(id));
    if (found == state.byId.end()) return std::unexpected(unknownUser());
    const UserRef before = found->second;
    auto user = std::make_shared<User>(*before);
    if (auto result = change(*user); !result) return result;
    user->id = before->id;
    if (user->email != before->email) {
      auto email = normaliseEmail(user->email);
      if (!email) return std::unexpected(email.error());
      user->email = std::move(*email);
      if (user->email != before->email && state.byEmail.contains(user->email)) {
        return std::unexpected(duplicate(user->email));
      }
    }
    state.byEmail.erase(before->email);
    changed = user;
    state.byEmail[changed->email] = changed;
    found->second = changed;
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return changed;
}

Result<> Directory::remove(std::string_view id) {
  return update([&](State& state) -> Result<> {
    const auto found = state.byId.find(std::string(id));
    if (found == state.byId.end()) return std::unexpected(unknownUser());
    state.byEmail.erase(found->second->email);
    state.byId.erase(found);
    return {};
  });
}

}  // namespace qodly::security
