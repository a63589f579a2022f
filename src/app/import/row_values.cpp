// Reading rows into values.
#include "app/import/row_values.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/save_rules.h"
#include "storage/store.h"

namespace qodly::app {

namespace {

constexpr std::size_t maximumKnownKeys = 100'000;

Value scalar(const Cell& cell) { return cell.text.empty() && !cell.quoted ? Value::null() : Value::text(cell.text); }
const Value& scalar(const Value& value) { return value; }

// The key in what a row gives for a relation: a key itself, or an object with one (REST forms).
Value keyIn(const Value& given, std::string_view keyAttribute) {
  if (!given.isObject()) return given;
  const Object& object = given.asObject();
  if (const Value key = object.get("__KEY"); !key.isUndefined()) return key;
  if (const Value key = object.get(keyAttribute); !key.isUndefined()) return key;
  const Value deferred = object.get("__deferred");
  return deferred.isObject() ? deferred.asObject().get("__KEY") : given;
}

}  // namespace

RowValues::RowValues(orda::Datastore& datastore, std::uint32_t dataClass, ColumnMap& map, CellOptions options)
    : datastore_(datastore),
      schema_(datastore.schema()),
      dataClass_(dataClass),
      map_(map),
      options_(std::move(options)),
      values_(schema_->model->classes[dataClass].attributes.size()) {}

void RowValues::bind(const std::vector<std::string>& columns) {
  columns_.clear();
  for (const std::string& column : columns) {
    const Target* target = map_.find(column);
    columns_.push_back(target != nullptr ? std::optional(*target) : std::nullopt);
  }
}

// The foreign key for the key of a related entity, which must exist (orda.md 5.3). Entities of the same dataclass may
// come later in the file, so theirs are not looked up.
Result<Value> RowValues::foreignKey(const Target& target, const Value& key) {
  const model::Model& model = *schema_->model;
  const model::Relation& relation = model.relations[target.relation];
  const model::DataClass& related = model.classes[relation.destinationClass];
  const model::Attribute& destination = related.attributes[relation.destinationAttribute];
  auto wanted = orda::assignable(related, destination, keyIn(key, destination.name));
  if (!wanted || wanted->isMissing()) return wanted;
  if (relation.destinationClass != dataClass_) {
    std::string known = std::to_string(target.relation) + ':';
    known += storage::indexKey(model::columnType(destination), *wanted, datastore_.collation()).bytes;
    if (!knownKeys_.contains(known)) {
      const auto reader = datastore_.engine().read();
      if (reader->findUnique(relation.destinationClass, relation.destinationAttribute, *wanted) == storage::noRecord) {
        return std::unexpected(
            Error(code::keyNotFound, "dbmg",
                  fmt::format("{}.{}: there is no {} with the key {}", model.classes[dataClass_].name,
                              model.classes[dataClass_].attributes[relation.nTo1Attribute].name, related.name,
                              wanted->isText() ? wanted->asText() : "given")));
      }
      if (knownKeys_.size() >= maximumKnownKeys) knownKeys_.clear();
      knownKeys_.insert(std::move(known));
    }
  }
  return std::move(*wanted);
}

template <class Source>
Result<> RowValues::assign(const Target& target, const Source& source) {
  const model::DataClass& definition = schema_->model->classes[dataClass_];
  const model::Attribute& attribute = definition.attributes[target.attribute];
  Result<Value> value = Value();
  if (target.relation == model::noIndex) {
    value = valueOf(source, definition, attribute, options_);
  } else {
    auto key = foreignKey(target, scalar(source));
    if (!key) return std::unexpected(key.error());
    value = orda::assignable(definition, attribute, *key);
  }
  if (!value) return std::unexpected(value.error());
  values_[target.attribute] = std::move(*value);
  return {};
}

Result<> RowValues::readObject(const Object& object) {
  for (const Object::Member& member : object.members()) {
    const Target* target = map_.find(member.name);
    if (target == nullptr) continue;
    if (auto done = assign(*target, member.value); !done) return done;
  }
  for (const ColumnMap::Path& path : map_.paths()) {
    const Object* at = &object;
    Value value;
    for (std::size_t i = 0; at != nullptr && i < path.steps.size(); ++i) {
      value = at->get(path.steps[i]);
      at = value.isObject() ? &value.asObject() : nullptr;
      if (at == nullptr && i + 1 < path.steps.size()) value = {};
    }
    if (value.isUndefined()) continue;
    if (auto done = assign(path.target, value); !done) return done;
  }
  return {};
}

Result<> RowValues::read(const Row& row) {
  std::ranges::fill(values_, Value());
  if (row.object.isObject()) return readObject(row.object.asObject());
  for (std::size_t i = 0; i < row.cells.size() && i < columns_.size(); ++i) {
    if (!columns_[i]) continue;
    if (auto done = assign(*columns_[i], row.cells[i]); !done) return done;
  }
  return {};
}

std::vector<Value> RowValues::handOver() {
  for (const Value& value : values_) publish(value);
  return std::exchange(values_, std::vector<Value>(values_.size()));
}

}  // namespace qodly::app
