// A few threads for work that takes long or waits for others (password hashes, directories), so that no thread that
// serves requests does. Whoever calls run() waits parked when it is a request (base/wait.h).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/wait.h"

namespace qodly::security {

// Thread-safe.
class Workers {
 public:
  // waiting: jobs that may wait for a thread; further ones are refused.
  explicit Workers(std::size_t threads = 4, std::size_t waiting = 64);
  ~Workers();  // finishes what has begun and what waits
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // false: too much waits already; the job will not run.
  bool post(std::function<void()> job);

  // What `work` gives, computed on one of the threads; nothing when too much waits already.
  template <class Work>
  auto run(Work work) -> std::optional<decltype(work())> {
    using Result = decltype(work());
    auto done = std::make_shared<Completion<std::optional<Result>>>();
    // `work` may refer to the caller's stack: the caller waits until the job has ended.
    const bool taken = post([done, &work] { done->set(std::optional<Result>(work())); });
    return taken ? done->wait() : std::nullopt;
  }

 private:
  void serve();

  std::size_t waiting_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace qodly::security
