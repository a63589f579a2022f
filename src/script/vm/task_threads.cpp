#include <chrono>

#include "script/vm/process_list.h"

namespace qodly::script::vm {

namespace {

constexpr std::chrono::seconds idleTime{5};

}  // namespace

TaskThreads::~TaskThreads() { finish(); }

void TaskThreads::run(std::function<void()> task) {
  std::vector<std::thread> ended;
  {
    const std::lock_guard guard(mutex_);
    if (finishing_) return;
    tasks_.push_back(std::move(task));
    ended.swap(ended_);
    if (idle_ >= tasks_.size() || threads_.size() >= most_) {
      changed_.notify_one();
    } else {
      std::thread thread([this] { work(); });
      const auto id = thread.get_id();
      threads_.emplace(id, std::move(thread));
    }
  }
  for (std::thread& thread : ended) thread.join();
}

void TaskThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    const bool woken = changed_.wait_for(lock, idleTime, [this] { return finishing_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) {
      if (woken && !finishing_) continue;
      break;
    }
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
  // finish() joins those that are still listed.
  const auto self = threads_.find(std::this_thread::get_id());
  if (self != threads_.end() && !finishing_) {
    ended_.push_back(std::move(self->second));
    threads_.erase(self);
  }
}

void TaskThreads::finish() {
  std::map<std::thread::id, std::thread> threads;
  std::vector<std::thread> ended;
  {
    const std::lock_guard guard(mutex_);
    finishing_ = true;
    threads.swap(threads_);
    ended.swap(ended_);
    changed_.notify_all();
  }
  for (auto& [id, thread] : threads) thread.join();
  for (std::thread& thread : ended) thread.join();
}

}  // namespace qodly::script::vm
