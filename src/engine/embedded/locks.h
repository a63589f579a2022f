// Locks of records, in memory (orda.md 15.3).
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "orda/engine.h"

namespace qodly::engine {

// Thread-safe. Besides locks it knows which records are being committed at this moment, so that a lock is never granted
// on a record whose change is already under way.
class RecordLocks final : public orda::LockTable {
 public:
  std::optional<orda::LockInfo> lock(storage::RecordId id, const orda::LockInfo& by) override;
  bool unlock(storage::RecordId id, orda::Owner owner) override;
  std::optional<orda::LockInfo> holder(storage::RecordId id) const override;
  void releaseAll(orda::Owner owner) override;

  // nullopt: every record of the set is free for `owner` or `session`, and stays so until endCommit with the same ids.
  // Otherwise the first record that somebody else holds; nothing is held back then.
  std::optional<storage::RecordId> beginCommit(std::span<const storage::RecordId> ids, orda::Owner owner,
                                               orda::Owner session);
  void endCommit(std::span<const storage::RecordId> ids);

 private:
  struct Entry {
    orda::LockInfo holder;      // owner 0: not locked
    std::uint32_t count = 0;    // how often the owner locked it
    std::uint32_t commits = 0;  // commits under way
    orda::Owner committer = 0;  // whose, when there is only one
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<storage::RecordId, Entry> entries;
  };
  static constexpr std::size_t shardCount = 32;

  Shard& shardOf(storage::RecordId id) const;
  bool tryBegin(storage::RecordId id, orda::Owner owner, orda::Owner session);
  void end(storage::RecordId id);

  mutable std::array<Shard, shardCount> shards_;
};

}  // namespace qodly::engine
