// Readers share the bitmap; a commit changes it in place only while nobody else holds it.
#include "engine/embedded/membership.h"

namespace qodly::engine {

using storage::RecordId;
using storage::TableId;

MembershipChange membershipChange(const storage::ChangeSet& changes) {
  MembershipChange result;
  for (const auto& [id, change] : changes.changes()) {
    if (change.kind == storage::Change::Kind::insert) result.inserted.push_back(id);
    if (change.kind == storage::Change::Kind::remove) result.removed.push_back(id);
  }
  return result;
}

namespace {

// Calls visit(table, ids of that table); ids come ordered by table.
template <class Visit>
void forEachTable(std::span<const RecordId> ids, const Visit& visit) {
  while (!ids.empty()) {
    std::size_t count = 1;
    while (count < ids.size() && ids[count].table == ids.front().table) ++count;
    visit(ids.front().table, ids.first(count));
    ids = ids.subspan(count);
  }
}

}  // namespace

void Membership::begin(const MembershipChange& change) {
  const std::lock_guard lock(mutex_);
  const auto count = [&](TableId table, std::span<const RecordId>) { ++tables_[table].underWay; };
  forEachTable(change.inserted, count);
  forEachTable(change.removed, count);
}

void Membership::end(const MembershipChange& change, bool committed, std::uint64_t snapshot) {
  const std::lock_guard lock(mutex_);
  const auto apply = [&](bool insert) {
    return [&, insert](TableId id, std::span<const RecordId> records) {
      Table& table = tables_[id];
      --table.underWay;
      if (!committed) return;
      table.lastChange = std::max(table.lastChange, snapshot);
      if (!table.members) return;
      if (table.members.use_count() != 1) table.members = std::make_shared<orda::Bitmap>(*table.members);
      for (const RecordId record : records) {
        if (insert) {
          table.members->add(record.number);
        } else {
          table.members->remove(record.number);
        }
      }
    };
  };
  forEachTable(change.inserted, apply(true));
  forEachTable(change.removed, apply(false));
}

Membership::Members Membership::find(TableId id, std::uint64_t snapshot) {
  const std::lock_guard lock(mutex_);
  const Table& table = tables_[id];
  return serves(table, snapshot) ? table.members : nullptr;
}

void Membership::offer(TableId id, std::uint64_t snapshot, const orda::Bitmap& members) {
  const std::lock_guard lock(mutex_);
  Table& table = tables_[id];
  if (table.members || !serves(table, snapshot)) return;
  table.members = std::make_shared<orda::Bitmap>(members);
  table.members->runOptimize();
}

}  // namespace qodly::engine
