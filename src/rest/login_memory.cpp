#include "rest/login_memory.h"

#include <charconv>

#include <fmt/format.h>

#include "rest/call.h"
#include "script/vm/runtime.h"
#include "security/throttle.h"

namespace qodly::rest {

namespace {

constexpr std::uint64_t largestJournal = 64U << 20U;  // bytes
constexpr std::uint64_t rewriteAt = 1U << 20U;
constexpr std::uint64_t longestLine = 200;  // of a usual record, sealed
constexpr std::size_t mostFailures = 100'000;

// "1795215600000 10.0.0.7": milliseconds since 1970, the client
std::string lineOf(LoginMemory::Clock::time_point at, const std::string& network) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  return fmt::format("{} {}", since.count(), network);
}

}  // namespace

LoginMemory::LoginMemory(std::unique_ptr<security::SealedJournal> journal, Clock::time_point now)
    : journal_(std::move(journal)) {
  for (const std::string& line : journal_->read(largestJournal)) {
    std::int64_t milliseconds = 0;
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), milliseconds);
    if (problem != std::errc() || end == line.data() + line.size()) continue;
    failures_.push_back({Clock::time_point(std::chrono::milliseconds(milliseconds)),
                         line.substr(static_cast<std::size_t>(end - line.data()) + 1)});
  }
  // A clock that was set back must not lock anybody out.
  std::erase_if(failures_, [now](const Failure& failure) { return failure.at > now; });
  forgetOld(now);
  rewrite();
}

void LoginMemory::forgetOld(Clock::time_point now) {
  while (!failures_.empty() && (now - failures_.front().at >= LoginAttempts::window || failures_.size() > mostFailures))
    failures_.pop_front();
}

// When the disk takes nothing any more, what fails is kept in memory alone.
void LoginMemory::rewrite() {
  std::vector<std::string> lines;
  lines.reserve(failures_.size());
  for (const Failure& failure : failures_) lines.push_back(lineOf(failure.at, failure.network));
  if (!journal_->replace(lines)) journal_.reset();
}

void LoginMemory::failed(const std::string& network, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  if (!journal_) return;
  failures_.push_back({now, network});
  forgetOld(now);
  const bool appended = journal_->append({lineOf(now, network)}, false).has_value();
  if (!appended || journal_->bytes() > rewriteAt + longestLine * failures_.size()) rewrite();
}

void LoginMemory::recall(LoginAttempts& attempts, Clock::time_point now, LoginAttempts::Clock::time_point then) const {
  std::lock_guard lock(mutex_);
  for (const Failure& failure : failures_) {
    attempts.failed(failure.network,
                    then - std::chrono::duration_cast<LoginAttempts::Clock::duration>(now - failure.at));
  }
}

std::int64_t loginPause(Call& call) {
  return call.services.loginAttempts.secondsToWait(security::networkOf(call.clientAddress()),
                                                   LoginAttempts::Clock::now());
}

void loginFailed(Call& call) {
  const std::string network = security::networkOf(call.clientAddress());
  call.services.loginAttempts.failed(network, LoginAttempts::Clock::now());
  const auto& runtime = call.services.options.scripts;
  if (auto* memory = runtime ? runtime->service<LoginMemory>() : nullptr)
    memory->failed(network, LoginMemory::Clock::now());
}

}  // namespace qodly::rest
