// The engine-neutral parts of the Engine interface: finding a dataclass by its table, and reads through the stack of
// open change sets.
#include "orda/engine.h"

#include <algorithm>

#include "orda/change_source.h"

namespace qodly::orda {

ChangeSource* changeSource(Engine& engine) { return dynamic_cast<ChangeSource*>(&engine); }

std::uint32_t Schema::classOf(TableId table) const {
  const auto found = std::ranges::find(tables, table);
  return found == tables.end() ? model::noIndex : static_cast<std::uint32_t>(found - tables.begin());
}

const storage::Change* Overlay::find(RecordId id) const {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (const storage::Change* change = (*level)->find(id)) return change;
  }
  return nullptr;
}

namespace {

// The changes of one table in one level, consumed from the lowest record number on.
struct LevelCursor {
  std::map<RecordId, storage::Change>::const_iterator next, end;
};

}  // namespace

void Overlay::forEach(TableId table, const std::function<void(RecordNumber, const storage::Change&)>& visit) const {
  std::vector<LevelCursor> cursors;
  cursors.reserve(levels_.size());
  for (const auto& level : levels_) {
    const auto& changes = level->changes();
    cursors.push_back({changes.lower_bound({table, 0}), changes.upper_bound({table, storage::noRecord})});
  }
  while (true) {
    RecordNumber lowest = storage::noRecord;
    const storage::Change* effective = nullptr;
    for (const LevelCursor& cursor : cursors) {  // outermost first: a later cursor at the same number wins
      if (cursor.next == cursor.end) continue;
      const RecordNumber number = cursor.next->first.number;
      if (effective == nullptr || number <= lowest) {
        lowest = number;
        effective = &cursor.next->second;
      }
    }
    if (effective == nullptr) return;
    visit(lowest, *effective);
    for (LevelCursor& cursor : cursors) {
      if (cursor.next != cursor.end && cursor.next->first.number == lowest) ++cursor.next;
    }
  }
}

}  // namespace qodly::orda
