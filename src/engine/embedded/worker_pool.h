// The threads that run sequential passes and sorts. Fixed in number; owned by the engine.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace qodly::engine {

// Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(unsigned threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  unsigned size() const { return static_cast<unsigned>(threads_.size()); }

  // Calls work(0) ... work(slots - 1), each once, on threads of the pool, and waits until all have returned (a fiber
  // parks). The first exception thrown by one of them is thrown on. Never called from inside a worker.
  void run(unsigned slots, const std::function<void(unsigned slot)>& work);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace qodly::engine
