// Wakes those who wait for a time without a thread of their own (parked fibers). One thread, started at first use.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace qodly::script::vm {

// Thread-safe. Calls run on the timer's thread, outside its lock, and must be short.
class Timer {
 public:
  using Clock = std::chrono::steady_clock;
  using Id = std::pair<Clock::time_point, std::uint64_t>;

  Timer() = default;
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  Id at(Clock::time_point when, std::function<void()> call);
  void cancel(const Id& id);  // the call may be running at the moment

 private:
  void run(const std::stop_token& stopping);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Id, std::function<void()>> calls_;
  std::uint64_t last_ = 0;
  std::jthread thread_;
};

}  // namespace qodly::script::vm
