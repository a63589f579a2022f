// One way to wait for something that another thread finishes. On an ordinary thread a wait blocks; inside a request
// fiber it parks the fiber and lets the thread serve others (design: "a blocking call parks the coroutine, not the
// thread"). The layer that runs fibers (http) installs a Waiter for the duration of each fiber.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace qodly {

// Implemented by a fiber scheduler. park(arm) suspends the calling fiber after calling arm(resume); whoever holds
// `resume` calls it exactly once, from any thread, to continue the fiber.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void park(const std::function<void(std::function<void()> resume)>& arm) = 0;

  // The waiter of the running fiber, or nullptr on an ordinary thread.
  static Waiter* current();
  // Installs `waiter` for this thread and returns the previous one. The fiber scheduler calls it at every switch.
  static Waiter* install(Waiter* waiter);
};

// A value that one thread sets once and one other waits for. Both sides hold it by std::shared_ptr.
template <class T>
class Completion {
 public:
  void set(T value) {
    std::function<void()> resume;
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      resume = std::exchange(resume_, nullptr);
    }
    if (resume) {
      resume();
    } else {
      ready_.notify_one();
    }
  }

  T wait() {
    if (Waiter* waiter = Waiter::current()) {
      waiter->park([this](std::function<void()> resume) {
        {
          std::lock_guard lock(mutex_);
          if (!value_) {
            resume_ = std::move(resume);
            return;
          }
        }
        resume();
      });
    } else {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return value_.has_value(); });
    }
    return std::move(*value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::optional<T> value_;
  std::function<void()> resume_;
};

}  // namespace qodly
