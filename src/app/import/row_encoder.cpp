// Encoding of rows.
#include "app/import/row_encoder.h"

#include "base/text.h"
#include "orda/save_rules.h"

namespace qodly::app {

namespace {

constexpr std::int64_t nothing = INT64_MIN;

}  // namespace

RowEncoder::RowEncoder(orda::Datastore& datastore, std::uint32_t dataClass, bool writes)
    : engine_(datastore.engine()),
      schema_(datastore.schema()),
      dataClass_(dataClass),
      writes_(writes),
      definition_(schema_->model->classes[dataClass]),
      builder_(engine_.currentLayout(dataClass)),
      highest_(definition_.attributes.size(), nothing) {}

void RowEncoder::raiseSequences() {
  for (std::uint32_t i = 0; i < highest_.size(); ++i) {
    if (highest_[i] == nothing) continue;
    if (writes_) engine_.raiseSequence(dataClass_, i, highest_[i]);
    highest_[i] = nothing;
  }
}

// What a new entity stores: the given value, the default, then the automatic ones.
Value RowEncoder::firstValue(std::uint32_t attribute, const Value& given) {
  const model::Attribute& definition = definition_.attributes[attribute];
  Value value = given.isUndefined() ? orda::defaultValue(definition) : given;
  if (!orda::isAutomatic(definition)) return value;
  if (!value.isMissing()) {
    if (definition.autosequence && value.isNumber()) {
      highest_[attribute] = std::max(highest_[attribute], static_cast<std::int64_t>(value.asNumber()));
    }
    return value;
  }
  if (definition.autogenerate) return Value::text(newUuid());
  // In a dry run any number stands for the one that would be given.
  if (!writes_) return Value::integer(1);
  raiseSequences();
  return Value::integer(engine_.nextSequence(dataClass_, attribute));
}

Result<> RowEncoder::put(EncodedRow& row, std::uint32_t attribute, const Value& value) {
  const model::Attribute& definition = definition_.attributes[attribute];
  if (auto sound = orda::checkConstraints(definition_, definition, value); !sound) return sound;
  if (definition.unique && !value.isMissing()) row.unique.emplace_back(attribute, value);
  if (!writes_) return {};
  return engine_.encode(builder_, dataClass_, attribute, value);
}

Result<EncodedRow> RowEncoder::insert(std::span<const Value> values) {
  builder_.reset();
  EncodedRow row;
  for (std::uint32_t i = 0; i < definition_.attributes.size(); ++i) {
    const model::Attribute& attribute = definition_.attributes[i];
    if (!attribute.isStorage()) continue;
    const bool counted = !writes_ && attribute.autosequence && values[i].isMissing();
    const Value value = firstValue(i, values[i]);
    if (counted || (value.isMissing() && !orda::isMandatory(definition_, attribute))) continue;
    if (auto done = put(row, i, value); !done) return std::unexpected(done.error());
  }
  if (!writes_) return row;
  row.change.kind = storage::Change::Kind::insert;
  row.change.record = builder_.finish();
  row.change.newStamp = 1;
  row.id = {schema_->tables[dataClass_], engine_.reserve(dataClass_)};
  return row;
}

Result<EncodedRow> RowEncoder::update(storage::RecordNumber number, const storage::RecordView& stored,
                                      std::span<const Value> values) {
  builder_.reset();
  builder_.copyFrom(stored);
  EncodedRow row;
  for (std::uint32_t i = 0; i < definition_.attributes.size(); ++i) {
    if (values[i].isUndefined() || !definition_.attributes[i].isStorage()) continue;
    if (auto done = put(row, i, values[i]); !done) return std::unexpected(done.error());
  }
  if (!writes_) return row;
  row.id = {schema_->tables[dataClass_], number};
  row.change.kind = storage::Change::Kind::update;
  row.change.record = builder_.finish();
  row.change.expectedStamp = stored.stamp();
  row.change.newStamp = stored.stamp() + 1;
  std::string same = row.change.record;
  storage::patchStamp(same, stored.stamp(), stored.savedAt());
  row.unchanged = same == stored.bytes();
  return row;
}

}  // namespace qodly::app
