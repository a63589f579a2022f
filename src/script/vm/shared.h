// Shared objects and collections (language.md 18): several processes hold the same container. Writing needs the lock
// of its group (`use`); reading needs none, but happens under the group's data guard, so that a reader never sees a
// container in the middle of a change.
#pragma once

#include <memory>
#include <shared_mutex>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

// Makes an empty container shared, in a group of its own.
Value newSharedObject();
Value newSharedCollection();
bool isShared(const Value& value);
// The object or collection of the value; nullptr when it is neither.
const Container* containerOf(const Value& value);

// For native functions that read a container which may be shared: holds the data guard for its lifetime, nothing for a
// plain one. Take it only around the reading itself: never while calling back into scripts, waiting, or reading
// another container.
class ReadGuard {
 public:
  explicit ReadGuard(const Container& container);

 private:
  Ref<Box> group_;
  std::shared_lock<std::shared_mutex> lock_;
};

// For native functions that change a container. Plain: no effect. Shared: the process must hold the group's lock
// (error -20013), and the data guard is held exclusively; same cautions.
class WriteGuard {
 public:
  // lockAutomatically: take the group's lock for the call when the process does not hold it (push and the other
  // functions of collections do; assignments do not).
  static Result<WriteGuard> take(Process& process, const Container& container, bool lockAutomatically = false);
  WriteGuard(WriteGuard&&) noexcept;
  ~WriteGuard();

 private:
  WriteGuard() = default;
  struct State;
  std::unique_ptr<State> state_;
};

// What storing `value` in `container` needs: for a plain container the value itself (undefined becomes null in
// collections by the caller); for a shared one the value checked (error -10721 of language.md 18: "not supported value
// type in a shared object or shared collection"), blobs boxed, and the groups joined (error -20014). Integers become
// numbers and times marked numbers (language.md 3).
Result<Value> valueForContainer(Process& process, const Container& container, const Value& value);
// The same for a plain container, where nothing can fail.
Value plainForContainer(Process& process, const Value& value);

}  // namespace qodly::script::vm
