#include "engine/embedded/changes.h"

namespace qodly::engine {

std::vector<orda::ChangeEvent> eventsOf(const storage::ChangeSet& changes, const orda::Schema& schema) {
  std::vector<orda::ChangeEvent> events;
  events.reserve(changes.changes().size());
  storage::TableId table = 0;
  std::uint32_t dataClass = model::noIndex;
  for (const auto& [id, change] : changes.changes()) {
    if (id.table != table) {
      table = id.table;
      dataClass = schema.classOf(table);
    }
    if (dataClass != model::noIndex) events.push_back({dataClass, id.number, change.kind, change.newStamp});
  }
  return events;
}

std::shared_ptr<const orda::CommittedChanges> contentOf(const storage::ChangeSet& changes, orda::Reader& before,
                                                        std::shared_ptr<const orda::Schema> schema) {
  auto content = std::make_shared<orda::CommittedChanges>();
  std::vector<std::size_t> told(schema->tables.size());
  std::size_t bytes = 0;
  storage::TableId table = 0;
  std::uint32_t dataClass = model::noIndex;
  for (const auto& [id, change] : changes.changes()) {
    if (id.table != table) {
      table = id.table;
      dataClass = schema->classOf(table);
    }
    if (dataClass == model::noIndex) continue;
    if (told[dataClass] == orda::CommittedChanges::maximumTold || bytes > orda::CommittedChanges::maximumBytes) {
      if (!content->isCrowded(dataClass)) content->crowded.push_back(dataClass);
      continue;
    }
    ++told[dataClass];
    orda::RecordChange one{.dataClass = dataClass, .number = id.number, .kind = change.kind};
    if (change.kind != storage::Change::Kind::insert) {
      if (const auto record = before.record(dataClass, id.number)) one.before = record.bytes();
    }
    one.after = change.record;
    bytes += one.before.size() + one.after.size();
    content->changes.push_back(std::move(one));
  }
  std::erase_if(content->changes, [&](const auto& change) { return content->isCrowded(change.dataClass); });
  content->schema = std::move(schema);
  return content;
}

}  // namespace qodly::engine
