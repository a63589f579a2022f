// Fibers: stacks of their own for code that may wait. A pool belongs to one thread and every fiber of it runs only
// there. A fiber is a worker that runs one task after the other, so starting a task that never waits costs two switches
// of stack (some nanoseconds) and no allocation.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/file_bytes.h"

namespace qodly::http {

class Request;

inline constexpr std::size_t fiberStackBytes = 256 * 1024;

// What runs on a fiber. It must not let an exception out.
class FiberTask {
 public:
  virtual ~FiberTask() = default;
  virtual void run() = 0;
  // On the thread's own stack, when a run() that had parked has come to its end. The task may be destroyed in it.
  virtual void ended() = 0;
  // Of a task that answers `request`: the file that holds its body; nullptr for every other.
  virtual std::shared_ptr<const FileBytes> bodyFile(const Request& /*request*/) const { return nullptr; }
};

// Not thread-safe, except for what waiting fibers' resume functions do.
class FiberPool {
 public:
  // wake: makes the thread call resumeReady() soon. Called from any thread.
  explicit FiberPool(std::function<void()> wake);
  ~FiberPool();  // no fiber may be parked
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  // Runs the task until it ends (true) or parks (false: ended() follows later).
  bool start(FiberTask& task);
  // Continues the parked fibers whose wait is over.
  void resumeReady();

  // The task that the calling fiber runs; nullptr on an ordinary thread.
  static FiberTask* running();
  // Readable from any thread.
  std::size_t parked() const { return parked_.load(std::memory_order_relaxed); }

 private:
  class Fiber;
  friend class Fiber;
  bool enter(Fiber& fiber);
  void release(std::unique_ptr<Fiber> fiber);
  void ready(Fiber& fiber);

  std::function<void()> wake_;
  std::vector<std::unique_ptr<Fiber>> idle_;
  std::atomic<std::size_t> parked_{0};
  std::mutex readyMutex_;
  std::vector<Fiber*> ready_, resuming_;
};

}  // namespace qodly::http
