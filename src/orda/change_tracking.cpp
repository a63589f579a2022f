#include "orda/change_tracking.h"

#include <mutex>

#include <fmt/format.h>

#include "base/text.h"
#include "orda/status.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

constexpr std::string_view stampProperty = "globalStamp";

bool isTracked(const model::Model& model) {
  for (const model::DataClass& dataClass : model.classes) {
    if (globalStampOf(dataClass) != model::noIndex) return true;
  }
  return false;
}

bool concerns(const ChangeSet& changes, const Schema& schema) {
  if (!isTracked(*schema.model)) return false;
  TableId last = 0;
  for (const auto& [id, change] : changes.changes()) {
    if (id.table == last) continue;
    last = id.table;
    const std::uint32_t index = schema.classOf(id.table);
    if (index != model::noIndex && globalStampOf(schema.model->classes[index]) != model::noIndex) return true;
  }
  return false;
}

// Gives one written record its global stamp.
Result<> stampRecord(Engine& engine, std::uint32_t index, std::uint32_t attribute, std::uint64_t stamp,
                     std::string& record) {
  const auto layouts = engine.layouts(index);
  storage::RecordBuilder builder(engine.currentLayout(index));
  builder.copyFrom(RecordView(record, *layouts));
  const Value value = Value::integer(static_cast<std::int64_t>(stamp));
  if (auto done = engine.encode(builder, index, attribute, value); !done) return done;
  record = builder.finish();
  return {};
}

struct DroppedRecord {
  std::string key;
  std::string_view className;
  std::uint32_t tableNumber = 0;
  std::uint64_t stamp = 0;
};

// Adds the __DeletedRecords entity of one drop.
Result<> recordDrop(Engine& engine, const Schema& schema, std::uint32_t deleted, const DroppedRecord& dropped,
                    ChangeSet& changes) {
  const model::DataClass& log = schema.model->classes[deleted];
  storage::RecordBuilder builder(engine.currentLayout(deleted));
  const auto put = [&](std::string_view name, const Value& value) -> Result<> {
    const std::uint32_t attribute = log.indexOf(name);
    if (attribute == model::noIndex || !log.attributes[attribute].isStorage()) return {};
    return engine.encode(builder, deleted, attribute, value);
  };
  const std::pair<std::string_view, Value> fields[] = {
      {log.key().name, Value::integer(engine.nextSequence(deleted, log.primaryKey))},
      {"__PrimaryKey", Value::text(dropped.key)},
      {"__Stamp", Value::integer(static_cast<std::int64_t>(dropped.stamp))},
      {"__TableName", Value::text(dropped.className)},
      {"__TableNumber", Value::integer(dropped.tableNumber)},
  };
  for (const auto& [name, value] : fields) {
    if (auto done = put(name, value); !done) return done;
  }
  storage::Change change;
  change.record = builder.finish();
  change.newStamp = 1;
  changes.put({schema.tables[deleted], engine.reserve(deleted)}, std::move(change));
  return {};
}

Engine::Outcome refused(Error error) {
  storage::CommitFailure failure;
  failure.error = std::move(error);
  return std::unexpected(std::move(failure));
}

}  // namespace

std::uint32_t globalStampOf(const model::DataClass& dataClass) {
  const std::uint32_t index = dataClass.indexOf(globalStampAttribute);
  return index != model::noIndex && dataClass.attributes[index].isStorage() ? index : model::noIndex;
}

bool isSystemAttribute(const model::DataClass& dataClass, const model::Attribute& attribute) {
  return attribute.name == globalStampAttribute || dataClass.name == deletedRecordsClass;
}

std::uint64_t ChangeTracking::stamp() const {
  if (!isTracked(*engine_.schema()->model)) return 0;
  const auto stored = engine_.property(stampProperty);
  const auto number = stored ? parseInteger(*stored) : std::nullopt;
  return number ? static_cast<std::uint64_t>(*number) : 1;
}

Result<> ChangeTracking::setStamp(std::uint64_t stamp) {
  if (!isTracked(*engine_.schema()->model)) return {};
  std::lock_guard turn(order_);
  return engine_.setProperty(stampProperty, std::to_string(stamp));
}

Engine::Outcome ChangeTracking::commit(ChangeSet changes, Owner owner, Owner session) {
  const auto schema = engine_.schema();
  if (!concerns(changes, *schema)) return engine_.commit(std::move(changes), owner, session);
  std::lock_guard turn(order_);
  return commitStamped(std::move(changes), *schema, owner, session);
}

Engine::Outcome ChangeTracking::commitStamped(ChangeSet changes, const Schema& schema, Owner owner, Owner session) {
  std::uint64_t next = stamp();
  const std::uint32_t deleted = schema.model->indexOf(deletedRecordsClass);
  std::vector<DroppedRecord> drops;
  {
    const auto reader = engine_.read();
    for (auto& [id, change] : changes.changes()) {
      const std::uint32_t index = schema.classOf(id.table);
      if (index == model::noIndex) continue;
      const model::DataClass& dataClass = schema.model->classes[index];
      const std::uint32_t attribute = globalStampOf(dataClass);
      if (attribute == model::noIndex) continue;
      if (change.kind != storage::Change::Kind::remove) {
        if (auto done = stampRecord(engine_, index, attribute, next++, change.record); !done)
          return refused(done.error());
        continue;
      }
      const RecordView view = reader->record(index, id.number);
      if (!view || deleted == model::noIndex) continue;
      const auto key = engine_.decode(view, index, dataClass.primaryKey);
      drops.push_back({key ? valueText(*key) : std::string(), dataClass.name, dataClass.tableNumber, next++});
    }
  }
  for (const DroppedRecord& dropped : drops) {
    if (auto done = recordDrop(engine_, schema, deleted, dropped, changes); !done) return refused(done.error());
  }
  changes.setProperty(std::string(stampProperty), std::to_string(next));
  return engine_.commit(std::move(changes), owner, session);
}

}  // namespace qodly::orda
