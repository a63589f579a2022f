// Entries exist only while a record is locked or being committed.
#include "engine/embedded/locks.h"

namespace qodly::engine {

using orda::LockInfo;
using orda::Owner;
using storage::RecordId;

RecordLocks::Shard& RecordLocks::shardOf(RecordId id) const {
  return shards_[(id.number ^ id.table * 7u) % shardCount];
}

std::optional<LockInfo> RecordLocks::lock(RecordId id, const LockInfo& by) {
  Shard& shard = shardOf(id);
  std::lock_guard guard(shard.mutex);
  Entry& entry = shard.entries[id];
  if (entry.count != 0 && entry.holder.owner != by.owner) return entry.holder;
  if (entry.commits != 0 && entry.committer != by.owner) {
    LockInfo saving;
    saving.owner = entry.committer;
    return saving;
  }
  if (entry.count == 0) entry.holder = by;
  ++entry.count;
  return std::nullopt;
}

bool RecordLocks::unlock(RecordId id, Owner owner) {
  Shard& shard = shardOf(id);
  std::lock_guard guard(shard.mutex);
  const auto found = shard.entries.find(id);
  if (found == shard.entries.end() || found->second.count == 0 || found->second.holder.owner != owner) return false;
  if (--found->second.count == 0 && found->second.commits == 0) shard.entries.erase(found);
  return true;
}

std::optional<LockInfo> RecordLocks::holder(RecordId id) const {
  Shard& shard = shardOf(id);
  std::lock_guard guard(shard.mutex);
  const auto found = shard.entries.find(id);
  if (found == shard.entries.end() || found->second.count == 0) return std::nullopt;
  return found->second.holder;
}

void RecordLocks::releaseAll(Owner owner) {
  for (Shard& shard : shards_) {
    std::lock_guard guard(shard.mutex);
    for (auto at = shard.entries.begin(); at != shard.entries.end();) {
      Entry& entry = at->second;
      if (entry.count != 0 && entry.holder.owner == owner) entry.count = 0;
      at = entry.count == 0 && entry.commits == 0 ? shard.entries.erase(at) : std::next(at);
    }
  }
}

bool RecordLocks::tryBegin(RecordId id, Owner owner, Owner session) {
  Shard& shard = shardOf(id);
  std::lock_guard guard(shard.mutex);
  Entry& entry = shard.entries[id];
  const bool foreign =
      entry.count != 0 && entry.holder.owner != owner && (session == 0 || entry.holder.owner != session);
  if (foreign) return false;
  entry.committer = entry.commits == 0 || entry.committer == owner ? owner : 0;
  ++entry.commits;
  return true;
}

void RecordLocks::end(RecordId id) {
  Shard& shard = shardOf(id);
  std::lock_guard guard(shard.mutex);
  const auto found = shard.entries.find(id);
  if (found == shard.entries.end()) return;
  if (--found->second.commits == 0 && found->second.count == 0) shard.entries.erase(found);
}

std::optional<RecordId> RecordLocks::beginCommit(std::span<const RecordId> ids, Owner owner, Owner session) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (tryBegin(ids[i], owner, session)) continue;
    endCommit(ids.first(i));
    return ids[i];
  }
  return std::nullopt;
}

void RecordLocks::endCommit(std::span<const RecordId> ids) {
  for (const RecordId id : ids) end(id);
}

}  // namespace qodly::engine
