#include "rest/live/changes.h"

#include "rest/entity_json.h"

namespace qodly::rest::live {

namespace {

bool same(const storage::Field& left, const storage::Field& right) {
  if (left.present != right.present) return false;
  return !left.present || (left.type == right.type && left.external == right.external && left.bytes == right.bytes);
}

}  // namespace

std::vector<bool> Changes::changedAttributes(const orda::RecordChange& change) const {
  if (change.before.empty() || change.after.empty()) return {};
  const auto layouts = engine_.layouts(change.dataClass);
  const storage::RecordView before(change.before, *layouts), after(change.after, *layouts);
  const auto& columns = schema_->columns[change.dataClass];
  std::vector<bool> changed(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    changed[i] = columns[i] != 0 && !same(before.field(columns[i]), after.field(columns[i]));
  }
  return changed;
}

void Changes::add(const orda::CommittedChanges& committed) {
  for (const std::uint32_t dataClass : committed.crowded) crowded_.insert(dataClass);
  for (const orda::RecordChange& change : committed.changes) {
    if (isCrowded(change.dataClass)) continue;
    auto& records = classes_[change.dataClass];
    const auto [place, isNew] = records.try_emplace(change.number);
    ChangedRecord& record = place->second;
    if (isNew) numbers_[change.dataClass].add(change.number);
    const std::vector<bool> attributes = changedAttributes(change);
    if (isNew) {
      record = {.attributes = attributes, .before = change.before};
    } else if (attributes.empty()) {
      record.attributes.clear();
    } else {
      for (std::size_t i = 0; i < record.attributes.size(); ++i) {
        record.attributes[i] = record.attributes[i] || attributes[i];
      }
    }
    if (records.size() > maximumRecords) crowded_.insert(change.dataClass);
  }
  for (const std::uint32_t dataClass : crowded_) {
    classes_.erase(dataClass);
    numbers_.erase(dataClass);
  }
}

const std::map<orda::RecordNumber, ChangedRecord>& Changes::of(std::uint32_t dataClass) const {
  static const std::map<orda::RecordNumber, ChangedRecord> nothing;
  const auto known = classes_.find(dataClass);
  return known == classes_.end() ? nothing : known->second;
}

const orda::Bitmap& Changes::numbers(std::uint32_t dataClass) const {
  static const orda::Bitmap nothing;
  const auto known = numbers_.find(dataClass);
  return known == numbers_.end() ? nothing : known->second;
}

Value Changes::valueBefore(std::uint32_t dataClass, std::uint32_t attribute, const ChangedRecord& record) const {
  if (record.before.empty()) return Value::null();
  const auto layouts = engine_.layouts(dataClass);
  const auto value = engine_.decode(storage::RecordView(record.before, *layouts), dataClass, attribute);
  return value ? *value : Value::null();
}

std::string Changes::keyBefore(std::uint32_t dataClass, const ChangedRecord& record) const {
  const std::uint32_t key = schema_->model->classes[dataClass].primaryKey;
  if (key == model::noIndex) return {};
  const Value value = valueBefore(dataClass, key, record);
  return value.isMissing() ? std::string() : keyText(value);
}

}  // namespace qodly::rest::live
