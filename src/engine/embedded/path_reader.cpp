// Related entities are looked up once for each distinct key.
#include "engine/embedded/path_reader.h"

#include "engine/embedded/interval.h"
#include "engine/embedded/joins.h"
#include "value/convert.h"

namespace qodly::engine {

RelationWalk::RelationWalk(const std::vector<query::Hop>& hops, View& view) : view_(view) {
  for (const query::Hop& hop : hops) {
    const model::Relation& relation = view.model().relations[hop.relation];
    steps_.push_back({relation.sourceClass,
                      relation.sourceAttribute,
                      relation.destinationClass,
                      relation.destinationAttribute,
                      {},
                      {}});
  }
}

RecordNumber RelationWalk::target(RecordNumber number, const RecordView& record) {
  RecordView at = record;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    number = next(steps_[i], at);
    if (number == storage::noRecord) return number;
    if (i + 1 < steps_.size()) at = view_.record(steps_[i].toClass, number);
  }
  return number;
}

RecordNumber RelationWalk::next(Step& step, const RecordView& record) {
  const Value key = readAttribute(record, view_.catalog().attribute(step.fromClass, step.fromAttribute), view_);
  if (key.isMissing()) return storage::noRecord;
  if (key.isText()) {
    const auto [found, isNew] = step.byText.try_emplace(std::string(key.asText()), storage::noRecord);
    if (isNew) found->second = lookUp(step, key);
    return found->second;
  }
  const auto stored = storedInteger(key);
  if (!stored) return lookUp(step, key);
  const auto [found, isNew] = step.byInteger.try_emplace(*stored, storage::noRecord);
  if (isNew) found->second = lookUp(step, key);
  return found->second;
}

RecordNumber RelationWalk::lookUp(const Step& step, const Value& key) {
  const auto converted = convertTo(view_.catalog().attribute(step.toClass, step.toAttribute).type, key);
  if (!converted || converted->isMissing()) return storage::noRecord;
  std::vector<RecordNumber> found;
  collectByKey(step.toClass, step.toAttribute, *converted, view_, found);
  return found.empty() ? storage::noRecord : found.front();
}

Value readAttribute(const RecordView& record, const StoredAttribute& attribute, View& view) {
  const storage::Field field = record.field(attribute.column);
  Value value = Value::null();
  if (field.present) {
    if (field.type == attribute.type && !field.external) {
      value = storage::toValue(field);
    } else if (Result<Value> loaded = storage::loadField(field, attribute.type, view.blobs()); loaded) {
      value = std::move(*loaded);
    } else {
      view.fail(loaded.error());
    }
  }
  return value.isMissing() && attribute.neverNull ? blankOf(attribute.type) : value;
}

namespace {

using Steps = std::span<const query::ObjectStep>;

void walk(PackedView at, Steps steps, bool length, std::vector<Value>& values) {
  if (steps.empty()) {
    if (length) {
      if (at.type() == Type::collection) values.push_back(Value::integer(at.size()));
    } else if (at.type() != Type::undefined) {
      values.push_back(at.unpack());
    }
    return;
  }
  if (at.type() != Type::object) return;
  const PackedView member = at.member(steps.front().name);
  if (!steps.front().each) {
    walk(member, steps.subspan(1), length, values);
    return;
  }
  if (member.type() != Type::collection) return;
  for (std::uint32_t i = 0; i < member.size(); ++i) walk(member.element(i), steps.subspan(1), length, values);
}

}  // namespace

void collectObjectValues(PackedView object, const query::AttributeRef& attribute, std::vector<Value>& values) {
  walk(object, attribute.object, attribute.length, values);
}

void collectObjectValues(const Value& value, const query::AttributeRef& attribute, std::vector<Value>& values) {
  if (attribute.object.empty()) {
    if (!value.isMissing()) values.push_back(value);
    return;
  }
  std::string packed;
  if (value.isMissing() || !pack(value, packed)) return;
  collectObjectValues(PackedView(packed), attribute, values);
}

}  // namespace qodly::engine
