// The queue in front of the one writing thread. What arrives while a group is being made durable forms the next group,
// so that many small commits share one disk flush; an idle queue starts at once. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/prepared_set.h"

namespace qodly::storage {

class CommitQueue {
 public:
  using Group = std::vector<std::unique_ptr<PreparedSet>>;
  // `commit` runs on the queue's thread: it applies a group, makes it durable and settles every set of it. It is called
  // with an empty group after wake().
  explicit CommitQueue(std::function<void(Group)> commit);
  ~CommitQueue();  // settles what was submitted

  // Waits while very much is queued, unless called on a fiber or on the queue's own thread.
  void submit(std::unique_ptr<PreparedSet> set);
  // Something other than change sets wants to be written.
  void wake();

 private:
  static constexpr std::size_t groupSets = 1024, groupBytes = std::size_t{64} << 20,
                               queuedBytes = std::size_t{256} << 20;
  void run();
  Group takeGroup();

  std::function<void(Group)> commit_;
  std::mutex mutex_;
  std::condition_variable arrived_, drained_;
  std::deque<std::unique_ptr<PreparedSet>> queue_;
  std::size_t bytes_ = 0;
  bool awake_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace qodly::storage
