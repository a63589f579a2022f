// What the functions of collections have in common (classes.md 1): the receiver's elements, results plain or shared,
// positions, paths.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/collation.h"
#include "script/library/property_path.h"
#include "script/vm/native.h"
#include "script/vm/process.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

// The elements of a collection as they stand now. Of a plain one they are looked at where they are, so nothing that may
// run code of the application is allowed meanwhile; of a shared one, or when `copied`, they are a copy.
class Elements {
 public:
  explicit Elements(const Collection& collection, bool copied = false);
  std::span<const Value> span() const { return span_; }
  std::size_t size() const { return span_.size(); }
  const Value& operator[](std::size_t index) const { return span_[index]; }

 private:
  std::vector<Value> copy_;
  std::span<const Value> span_;
};

inline Collection& receiver(const vm::Call& call) { return call.self().asCollection(); }
const Collation& collationOf(const vm::Call& call);

std::size_t sizeOf(const Collection& collection);

// One element of a collection that may be shared and may have shrunk: undefined behind its end.
Value elementAt(const Collection& collection, std::size_t index);

// The value as an element of a container: undefined becomes null, what may not be shared is refused.
Result<Value> elementFor(vm::Process& process, const Collection& collection, const Value& value);

// A new plain collection. Error -20019 when it passes the process's memory.
Result<Value> plainResult(vm::Process& process, std::vector<Value> elements);
// The same, shared and in the receiver's group when the receiver is shared. The elements come from the receiver.
Result<Value> likeReceiver(const vm::Call& call, std::vector<Value> elements);

// Changes a collection under its lock, which is taken when it is shared: `change(elements)` must not run code of the
// application nor look into other containers.
template <class Change>
Result<> changeElements(vm::Process& process, Collection& collection, Change&& change) {
  auto guard = vm::WriteGuard::take(process, collection, true);
  if (!guard) return std::unexpected(guard.error());
  change(collection.elements());
  return {};
}

// A number given as a position: fractions are cut off, huge ones limited to what fits.
std::int64_t positionGiven(const vm::Call& call, std::size_t argument, std::int64_t fallback);
// NORM-A (classes.md 1.7): negative ones count from the end; the result lies in 0..size.
std::size_t insertionPosition(std::int64_t given, std::size_t size);
// NORM-B: where a search begins; size or more: nowhere.
std::size_t searchPosition(std::int64_t given, std::size_t size);

// Reads members through the machine: getters, entities, shared objects.
class MachineMembers final : public MemberSource {
 public:
  explicit MachineMembers(vm::Process& process) : process_(process) {}
  Value member(const Value& owner, std::string_view name) override;
  bool computes(const Value& owner) const override;

 private:
  vm::Process& process_;
};

// What a path leads to in every element, undefined as nullptr. The elements must stay where they are.
class PathValues {
 public:
  PathValues(vm::Process& process, std::span<const Value> elements) : source_(process), elements_(elements) {}
  // Error wrongArgument, or the one that a getter raised.
  Result<std::vector<const Value*>> at(std::string_view path);
  Result<std::vector<const Value*>> at(std::vector<std::string> levels);

 private:
  Result<std::vector<const Value*>> read(const PropertyPath& path);

  MachineMembers source_;
  std::span<const Value> elements_;
  std::deque<Value> computed_;  // values that live in no element
};

// True when reading members of some element may run code of the application.
bool mayCompute(std::span<const Value> elements);

}  // namespace qodly::script::library
