// Projection of many records: values in one pass over the records, then one pass a relation for all of them together
// (orda.md 12.7, 13.12).
#include <algorithm>
#include <unordered_map>

#include "orda/attribute_paths.h"
#include "orda/entity_state.h"
#include "orda/projection.h"

namespace qodly::orda {

namespace {

constexpr std::size_t rowsAPass = 4096;

ResolvedPath keyPath(const DataClass& dataClass) {
  ResolvedPath path;
  path.dataClass = dataClass.index();
  path.attribute = dataClass.definition().primaryKey;
  return path;
}

// The rows of one pass: objects in the making and one column of cells a part.
class Rows {
 public:
  Rows(const DataClass& dataClass, std::span<const RecordNumber> numbers, const Projection& projection,
       ToObjectOptions options)
      : dataClass_(dataClass),
        numbers_(numbers),
        projection_(projection),
        options_(options),
        objects_(numbers.size()),
        columns_(projection.parts.size(), std::vector<Value>(numbers.size())) {}

  std::vector<Value> build() {
    readRecords();
    for (std::size_t i = 0; i < projection_.parts.size(); ++i) fillColumn(projection_.parts[i], columns_[i]);
    std::vector<Value> rows(numbers_.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (objects_[row]) rows[row] = assemble(row);
    }
    return rows;
  }

 private:
  const model::Attribute& attributeOf(const Projection::Part& part) const {
    return dataClass_.definition().attributes[part.attribute];
  }

  void readRecords() {
    Engine& engine = dataClass_.process().engine();
    const std::uint32_t index = dataClass_.index();
    const auto reader = dataClass_.process().read();
    reader->records(index, numbers_, [&](std::size_t row, const RecordView& view) {
      if (!view) return true;
      objects_[row] = Object::make();
      Value key;
      if (options_.withPrimaryKey) {
        key = engine.decode(view, index, dataClass_.definition().primaryKey).value_or(Value::null());
      }
      addSystemMembers(*objects_[row], options_, key, view.stamp());
      for (std::size_t i = 0; i < projection_.parts.size(); ++i) {
        const Projection::Part& part = projection_.parts[i];
        if (!attributeOf(part).isStorage() || !mayRead(part)) continue;
        columns_[i][row] = narrowed(part, engine.decode(view, index, part.attribute).value_or(Value::null()));
      }
      return true;
    });
  }

  bool mayRead(const Projection::Part& part) const {
    return dataClass_.process().allows(dataClass_.schema(), dataClass_.index(), part.attribute, Right::read);
  }

  // Cells of what may not be read stay null.
  void fillColumn(const Projection::Part& part, std::vector<Value>& cells) {
    if (!mayRead(part)) return;
    switch (attributeOf(part).kind) {
      case model::AttributeKind::relatedEntity:
        return fillToOne(part, cells);
      case model::AttributeKind::relatedEntities:
        return fillToMany(part, cells);
      case model::AttributeKind::alias:
        return fillAlias(part, cells);
      case model::AttributeKind::calculated:
        return fillThroughEntities(part, cells);
      case model::AttributeKind::storage:
        return;
    }
  }

  DataClass relatedClass(const Projection::Part& part) const {
    return DataClass(dataClass_.process(), dataClass_.schemaRef(), attributeOf(part).relatedClass);
  }

  // Full or simple objects of related records.
  std::vector<Value> related(const DataClass& end, std::span<const RecordNumber> numbers, const Projection* child) {
    if (!end.mayRead()) return std::vector<Value>(numbers.size());
    if (child != nullptr) return Rows(end, numbers, *child, options_).build();
    std::vector<Value> values = valuesAt(end, numbers, keyPath(end));
    for (Value& value : values) {
      if (!value.isUndefined()) value = simpleForm(std::move(value));
    }
    return values;
  }

  void fillToOne(const Projection::Part& part, std::vector<Value>& cells) {
    const auto numbers = followToOne(dataClass_, attributeOf(part).relation, numbers_);
    cells = related(relatedClass(part), numbers, part.child.get());
    for (Value& cell : cells) {
      if (cell.isUndefined()) cell = Value::null();
    }
  }

  void fillToMany(const Projection::Part& part, std::vector<Value>& cells) {
    std::vector<RecordNumber> flat;
    std::vector<std::size_t> ends;
    for (const auto& group : followToMany(dataClass_, attributeOf(part).relation, numbers_)) {
      flat.insert(flat.end(), group.begin(), group.end());
      ends.push_back(flat.size());
    }
    const std::vector<Value> values = related(relatedClass(part), flat, part.child.get());
    std::size_t next = 0;
    for (std::size_t row = 0; row < cells.size(); ++row) {
      auto list = Collection::make();
      for (; next < ends[row]; ++next) {
        if (!values[next].isUndefined()) list->push(values[next]);
      }
      cells[row] = Value::collection(list);
    }
  }

  void fillAlias(const Projection::Part& part, std::vector<Value>& cells) {
    const AccessLift lift(dataClass_.process());
    const auto path = resolvePath(*dataClass_.schema().model, dataClass_.index(), attributeOf(part).aliasPath);
    if (path && !path->crossesToMany() && !path->endsOnRelation()) {
      cells = valuesAt(dataClass_, numbers_, *path);
      for (Value& cell : cells) cell = narrowed(part, cell);
      return;
    }
    fillThroughEntities(part, cells);
  }

  void fillThroughEntities(const Projection::Part& part, std::vector<Value>& cells) {
    const std::vector<EntityRef> entities = loadAll(dataClass_, numbers_);
    for (std::size_t row = 0; row < entities.size(); ++row) {
      if (!entities[row]) continue;
      const Value value = entities[row]->get(part.attribute);
      cells[row] =
          value.type() == Type::handle ? projectHandle(value, part.child.get(), options_) : narrowed(part, value);
    }
  }

  Value assemble(std::size_t row) {
    Object& object = *objects_[row];
    for (std::size_t i = 0; i < projection_.parts.size(); ++i) {
      Value& cell = columns_[i][row];
      object.set(projection_.parts[i].name, cell.isUndefined() ? Value::null() : std::move(cell));
    }
    return Value::object(objects_[row]);
  }

  const DataClass& dataClass_;
  std::span<const RecordNumber> numbers_;
  const Projection& projection_;
  ToObjectOptions options_;
  std::vector<Ref<Object>> objects_;
  std::vector<std::vector<Value>> columns_;
};

}  // namespace

std::vector<Value> project(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                           const Projection& projection, ToObjectOptions options) {
  return Rows(dataClass, numbers, projection, options).build();
}

Value EntitySelection::toCollection(std::span<const std::string> filter, ToObjectOptions options, std::int64_t begin,
                                    std::optional<std::int64_t> howMany) const {
  auto result = Collection::make();
  const auto now = state_->dataClass.current();
  const auto first = static_cast<std::uint64_t>(std::max<std::int64_t>(begin, 0));
  if (!now || first >= length() || howMany.value_or(1) <= 0) return Value::collection(result);
  const std::uint64_t wanted = std::min(static_cast<std::uint64_t>(howMany.value_or(INT64_MAX)), length() - first);
  const std::vector<RecordNumber> numbers = state_->members.slice(first, wanted);
  const Projection projection = Projection::of(*now->schema().model, now->index(), filter);
  result->elements().reserve(numbers.size());
  for (std::size_t from = 0; from < numbers.size(); from += rowsAPass) {
    const auto pass = std::span(numbers).subspan(from, std::min(rowsAPass, numbers.size() - from));
    for (Value& row : orda::project(*now, pass, projection, options)) {
      if (!row.isUndefined()) result->push(std::move(row));
    }
  }
  return Value::collection(result);
}

}  // namespace qodly::orda
