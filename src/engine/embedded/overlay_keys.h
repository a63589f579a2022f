// Records of open transactions by the value of an attribute: what makes the uniqueness check of each save in a large
// transaction a look-up.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "engine/embedded/catalog.h"
#include "orda/engine.h"
#include "storage/store.h"

namespace qodly::engine {

// Thread-safe; an overlay itself is used by one thread at a time.
class OverlayKeys {
 public:
  // A record that the overlay holds under `key`, noRecord when there is none. `key` has the attribute's type.
  storage::RecordNumber find(const orda::Overlay& overlay, const ClassStorage& place, const StoredAttribute& attribute,
                             const Value& key, const storage::Store& store);

 private:
  using Numbers = std::unordered_multimap<std::string, storage::RecordNumber>;
  // One attribute in one change set; may hold more than is true any more, never less.
  struct Column {
    Numbers numbers;
    std::size_t seen = 0;  // of ChangeSet::log()
  };
  struct Level {
    std::weak_ptr<const storage::ChangeSet> changes;
    std::map<std::pair<storage::TableId, storage::ColumnId>, Column> columns;
  };

  Level& levelOf(const std::shared_ptr<storage::ChangeSet>& changes);

  std::mutex mutex_;
  std::unordered_map<const storage::ChangeSet*, Level> levels_;
};

}  // namespace qodly::engine
