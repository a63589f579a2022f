// Which records a table holds, kept as a bitmap from commit to commit, so that "all entities" does not read the table.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "orda/record_set.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace qodly::engine {

// Insertions and removals of one change set.
struct MembershipChange {
  std::vector<storage::RecordId> inserted, removed;
  bool empty() const { return inserted.empty() && removed.empty(); }
};

MembershipChange membershipChange(const storage::ChangeSet& changes);

// Thread-safe. A bitmap stands for every commit that has been reported; it serves a reader whose snapshot includes all
// of them, while no other commit is under way. All other readers count for themselves.
class Membership {
 public:
  using Members = std::shared_ptr<const orda::Bitmap>;

  // Around a commit: before it is handed to the store, and when it is durable or refused. `snapshot`: of a scope opened
  // after the commit.
  void begin(const MembershipChange& change);
  void end(const MembershipChange& change, bool committed, std::uint64_t snapshot);

  // The members of `table` as a reader of `snapshot` sees them; null when not known. Ask after opening the scope.
  Members find(storage::TableId table, std::uint64_t snapshot);
  // Offers what such a reader has found by itself.
  void offer(storage::TableId table, std::uint64_t snapshot, const orda::Bitmap& members);

 private:
  struct Table {
    std::uint32_t underWay = 0;    // commits begun and not ended
    std::uint64_t lastChange = 0;  // a snapshot that includes every ended commit
    std::shared_ptr<orda::Bitmap> members;
  };
  static bool serves(const Table& table, std::uint64_t snapshot) {
    return table.underWay == 0 && snapshot >= table.lastChange;
  }

  std::mutex mutex_;
  std::unordered_map<storage::TableId, Table> tables_;
};

}  // namespace qodly::engine
