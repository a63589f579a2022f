// One queue, first come first served: the jobs of several queries share the threads.
#include "engine/embedded/worker_pool.h"

#include <atomic>
#include <exception>
#include <memory>

#include "base/wait.h"

namespace qodly::engine {

namespace {

// What the callers and the workers of one run() share.
struct Job {
  std::atomic<unsigned> left;
  std::mutex mutex;
  std::exception_ptr failure;
  Completion<bool> done;

  explicit Job(unsigned slots) : left(slots) {}
};

void runSlot(Job& job, const std::function<void(unsigned)>& work, unsigned slot) {
  try {
    work(slot);
  } catch (...) {
    std::lock_guard lock(job.mutex);
    if (!job.failure) job.failure = std::current_exception();
  }
  if (job.left.fetch_sub(1, std::memory_order_acq_rel) == 1) job.done.set(true);
}

}  // namespace

WorkerPool::WorkerPool(unsigned threads) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(unsigned slots, const std::function<void(unsigned)>& work) {
  if (slots == 0) return;
  const auto job = std::make_shared<Job>(slots);
  {
    std::lock_guard lock(mutex_);
    for (unsigned slot = 0; slot < slots; ++slot) {
      queue_.emplace_back([job, &work, slot] { runSlot(*job, work, slot); });
    }
  }
  wake_.notify_all();
  job->done.wait();
  if (job->failure) std::rethrow_exception(job->failure);
}

void WorkerPool::serve() {
  while (true) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace qodly::engine
