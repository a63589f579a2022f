// What committed change sets held, for those who pass changes on as they happen (live updates, pages.md 5.6). An engine
// that can tell it implements ChangeSource beside Engine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orda/engine.h"

namespace qodly::orda {

struct RecordChange {
  std::uint32_t dataClass = model::noIndex;
  RecordNumber number = 0;
  storage::Change::Kind kind = storage::Change::Kind::insert;
  std::string before{};  // the record as it was; empty for an insert
  std::string after{};   // as it was written, without stamp and time; empty for a removal
};

// One committed change set. Immutable.
struct CommittedChanges {
  // Beyond these a dataclass is only named: who follows it looks again.
  static constexpr std::size_t maximumTold = 1000;         // changes of one dataclass
  static constexpr std::size_t maximumBytes = 4ull << 20;  // of records, before and after

  std::shared_ptr<const Schema> schema;  // whose class indexes are used
  std::vector<RecordChange> changes;
  std::vector<std::uint32_t> crowded;  // dataclasses that are only named

  bool empty() const { return changes.empty() && crowded.empty(); }
  bool isCrowded(std::uint32_t dataClass) const { return std::ranges::find(crowded, dataClass) != crowded.end(); }
};

class ChangeSource {
 public:
  using Follower = std::function<void(std::shared_ptr<const CommittedChanges>)>;

  virtual ~ChangeSource() = default;
  // Told on the commit thread, in the order of the commits, when they are durable: it must be quick and must not call
  // back into the engine. Costs a read for each written record as long as anybody follows. The destruction of the
  // token ends it.
  virtual std::shared_ptr<void> follow(Follower follower) = 0;
};

// nullptr: the engine cannot tell.
ChangeSource* changeSource(Engine& engine);

}  // namespace qodly::orda
