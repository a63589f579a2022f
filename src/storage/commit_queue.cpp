#include "storage/commit_queue.h"

#include "base/wait.h"

namespace qodly::storage {

CommitQueue::CommitQueue(std::function<void(Group)> commit) : commit_(std::move(commit)), thread_([this] { run(); }) {}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void CommitQueue::submit(std::unique_ptr<PreparedSet> set) {
  {
    std::unique_lock lock(mutex_);
    const bool mayWait = Waiter::current() == nullptr && std::this_thread::get_id() != thread_.get_id();
    if (mayWait) drained_.wait(lock, [this] { return bytes_ < queuedBytes; });
    bytes_ += set->bytes;
    queue_.push_back(std::move(set));
  }
  arrived_.notify_one();
}

void CommitQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    awake_ = true;
  }
  arrived_.notify_one();
}

CommitQueue::Group CommitQueue::takeGroup() {
  Group group;
  std::size_t bytes = 0;
  while (!queue_.empty() && group.size() < groupSets &&
         (group.empty() || bytes + queue_.front()->bytes <= groupBytes)) {
    bytes += queue_.front()->bytes;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  bytes_ -= bytes;
  awake_ = false;
  return group;
}

void CommitQueue::run() {
  for (;;) {
    Group group;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return !queue_.empty() || awake_ || stopping_; });
      if (queue_.empty() && !awake_) return;
      group = takeGroup();
    }
    drained_.notify_all();
    commit_(std::move(group));
  }
}

}  // namespace qodly::storage
