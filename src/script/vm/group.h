// The lock group of shared containers (language.md 18): one lock for all containers that were put into each other.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;
class Event;

// Groups that were joined point to the group they are part of now; root() follows. Thread-safe.
class Group final : public Box {
 public:
  enum class Sort : std::uint8_t { ordinary, store };  // store: `storage`, whose values keep their own groups

  explicit Group(Sort sort = Sort::ordinary) : sort_(sort) {}

  static Ref<Group> of(const Container& container);  // as it stands at the container; null for a plain one
  static Ref<Group> root(Ref<Group> group);

  bool isStore() const { return sort_ == Sort::store; }

  // Takes the write lock, waiting at most 60 s (error -20018) or until the process is stopped (1006). Counted.
  static Result<> lock(Process& process, const Ref<Group>& group);
  static void unlock(Process& process, const Ref<Group>& group);
  static bool heldBy(const Process& process, const Ref<Group>& group);

  // The value's group and the container's become one. Error -20014 when both have several members.
  static Result<> join(Process& process, const Ref<Group>& container, const Ref<Group>& value);

  // A shared object under construction may still become part of the group of what is put into it.
  void setConstructing(bool constructing);

  std::shared_mutex& data() { return data_; }
  bool isJoined() const;

 private:
  const Sort sort_;
  mutable std::mutex mutex_;
  Ref<Group> joined_;  // the group this is part of; null for a root
  std::size_t members_ = 1;
  Process* owner_ = nullptr;
  std::size_t depth_ = 0;
  bool constructing_ = false;
  std::deque<std::shared_ptr<Event>> waiting_;
  std::shared_mutex data_;  // guards the content of the containers, for moments only
};

}  // namespace qodly::script::vm
