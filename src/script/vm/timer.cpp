#include "script/vm/timer.h"

#include <utility>

namespace qodly::script::vm {

Timer::~Timer() {
  thread_.request_stop();
  changed_.notify_all();
}

Timer::Id Timer::at(Clock::time_point when, std::function<void()> call) {
  const std::lock_guard guard(mutex_);
  const Id id{when, ++last_};
  calls_.emplace(id, std::move(call));
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
  } else if (calls_.begin()->first == id) {
    changed_.notify_all();
  }
  return id;
}

void Timer::cancel(const Id& id) {
  const std::lock_guard guard(mutex_);
  calls_.erase(id);
}

void Timer::run(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (!stopping.stop_requested()) {
    if (calls_.empty()) {
      changed_.wait(lock, stopping, [this] { return !calls_.empty(); });
      continue;
    }
    const auto first = calls_.begin();
    const Clock::time_point when = first->first.first;
    if (Clock::now() < when) {
      changed_.wait_until(lock, stopping, when,
                          [this, when] { return !calls_.empty() && calls_.begin()->first.first < when; });
      continue;
    }
    const std::function<void()> call = std::move(first->second);
    calls_.erase(first);
    lock.unlock();
    call();
    lock.lock();
  }
}

}  // namespace qodly::script::vm
