#include "script/library/helper_threads.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumThreads = 64;
constexpr std::chrono::seconds idleTime{10};

// Its threads own it together with the pool's user, so that it may outlive the end of main().
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  void add(std::function<void()> job) {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (jobs_.size() <= idle_) {
      ready_.notify_one();
    } else if (threads_ < maximumThreads) {
      ++threads_;
      std::thread([pool = shared_from_this()] { pool->work(); }).detach();
    }
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      const bool any = ready_.wait_for(lock, idleTime, [this] { return !jobs_.empty(); });
      --idle_;
      if (!any) break;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
    --threads_;
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  std::size_t threads_ = 0, idle_ = 0;
};

}  // namespace

void runOnHelper(std::function<void()> job) {
  static const std::shared_ptr<Pool> pool = std::make_shared<Pool>();
  pool->add(std::move(job));
}

}  // namespace qodly::script::library
