#include "rest/looker.h"

#include <optional>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/syntax.h"
#include "rest/attributes_filter.h"
#include "rest/entity_pieces.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/filter.h"
#include "rest/scalar_json.h"
#include "rest/selection_json.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

struct Column {
  std::string name;
  std::vector<query::Hop> hops;  // N->1 only
  std::uint32_t dataClass = model::noIndex, attribute = model::noIndex;
  std::vector<std::string> properties;  // inside an object attribute
};

struct ColumnKind {
  std::string_view dataType, conceptType, group, type;
};

ColumnKind kindOf(const model::Attribute& attribute) {
  if (model::isNumeric(attribute.type) || attribute.type == model::AttributeType::duration) {
    return {"NUMBER", "METRIC", "NUMERIC", "NUMBER"};
  }
  if (attribute.type == model::AttributeType::boolean) return {"BOOLEAN", "DIMENSION", "BOOLEAN", "BOOLEAN"};
  if (attribute.type == model::AttributeType::date) {
    return {"STRING", "DIMENSION", "DATETIME", attribute.simpleDate ? "YEAR_MONTH_DAY" : "YEAR_MONTH_DAY_SECOND"};
  }
  return {"STRING", "DIMENSION", "TEXT", "TEXT"};
}

bool isColumn(const model::Attribute& attribute) {
  return attribute.isStorage() && attribute.type != model::AttributeType::image &&
         attribute.type != model::AttributeType::blob;
}

// nullopt: a relation, picture, blob or 1->N path, which the format leaves out.
std::optional<Column> columnOf(const model::Model& model, std::uint32_t dataClass, const query::Path& path,
                               std::string_view name) {
  Column column{
      .name = std::string(name), .hops = {}, .dataClass = dataClass, .attribute = model::noIndex, .properties = {}};
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::uint32_t index = visibleAttribute(model, column.dataClass, path[i].name);
    const auto target = targetOf(model, column.dataClass, index);
    if (!target || target->crossesToMany()) return std::nullopt;
    column.hops.insert(column.hops.end(), target->hops.begin(), target->hops.end());
    const auto& end = target->in(model);
    if (end.kind == model::AttributeKind::relatedEntity) {
      column.hops.push_back(hopOf(end));
      column.dataClass = end.relatedClass;
      continue;
    }
    if (!isColumn(end)) return std::nullopt;
    column.dataClass = target->dataClass;
    column.attribute = target->attribute;
    for (std::size_t step = i + 1; step < path.size(); ++step) column.properties.push_back(path[step].name);
    return column;
  }
  return std::nullopt;
}

Result<std::vector<Column>> columnsOf(const Call& call, const Source& source) {
  std::vector<std::string_view> names;
  for (const std::string_view list : source.lists) {
    for (const std::string_view name : listItems(list)) names.push_back(name);
  }
  for (const std::string_view name : listItems(call.parameters.text(Parameter::attributes))) {
    if (name != "*") names.push_back(name);
  }
  const auto& definition = call.model().classes[source.dataClass];
  if (names.empty()) {
    // What was not named and may not be read is left out; what was named is refused below.
    for (std::uint32_t i = 0; i < definition.attributes.size(); ++i) {
      const auto& attribute = definition.attributes[i];
      const bool readable = demand(call, source.dataClass, i, orda::Right::read).has_value();
      if (readable && isVisible(call.model(), attribute)) names.push_back(attribute.name);
    }
  }
  std::vector<Column> columns;
  for (const std::string_view name : names) {
    const auto path = query::parsePath(name);
    if (!path) return std::unexpected(attributeNotFound(name, definition.name));
    if (auto unknown = unknownStep(call.model(), source.dataClass, *path)) return std::unexpected(*unknown);
    if (auto named = demandSteps(call, source.dataClass, *path); !named) return std::unexpected(named.error());
    if (auto column = columnOf(call.model(), source.dataClass, *path, name)) columns.push_back(std::move(*column));
  }
  return columns;
}

void appendCompactDay(Date date, std::string& out) {
  const auto day = date.isNone() ? Date::Civil{0, 0, 0} : date.civil();
  fmt::format_to(std::back_inserter(out), "\"{:04}{:02}{:02}\"", day.year, day.month, day.day);
}

// YYYYMMDDhhmmss of the instant in UTC.
void appendCompactInstant(Instant instant, std::string& out) {
  std::string iso;
  appendInstant(instant, iso);
  out += '"';
  for (const char c : iso.substr(0, iso.find('.'))) {
    if (c >= '0' && c <= '9') out += c;
  }
  out += '"';
}

Value propertyOf(Value value, const std::vector<std::string>& properties) {
  for (const std::string& property : properties) {
    if (!value.isObject()) return {};
    value = value.asObject().get(property);
  }
  return value;
}

void appendCell(const Value& value, std::string& out) {
  switch (value.type()) {
    case Type::date:
      appendCompactDay(value.asDate(), out);
      return;
    case Type::instant:
      appendCompactInstant(value.asInstant(), out);
      return;
    case Type::object:
    case Type::collection:
      json::appendString(json::text(value), out);
      return;
    default:
      appendValue(value, out);
  }
}

void appendSchema(const Call& call, std::span<const Column> columns, std::string& out) {
  out += R"({"schema":[)";
  for (const Column& column : columns) {
    if (&column != columns.data()) out += ',';
    const ColumnKind kind = kindOf(call.model().classes[column.dataClass].attributes[column.attribute]);
    out += R"({"name":)";
    json::appendString(column.name, out);
    fmt::format_to(std::back_inserter(out),
                   R"(,"dataType":"{}","semantics":{{"conceptType":"{}","semanticGroup":"{}","semanticType":"{}"}}}})",
                   kind.dataType, kind.conceptType, kind.group, kind.type);
  }
  out += ']';
}

storage::RecordView behind(const Call& call, const Column& column, storage::RecordView record, orda::Reader& reader) {
  for (const query::Hop& hop : column.hops) {
    const auto& relation = call.model().relations[hop.relation];
    const auto key = call.engine().decode(record, relation.sourceClass, relation.sourceAttribute);
    if (!key || key->isMissing()) return {};
    const auto& keyAttribute =
        call.model().classes[relation.destinationClass].attributes[relation.destinationAttribute];
    const auto wanted = convertTo(model::columnType(keyAttribute), *key);
    if (!wanted || wanted->isMissing()) return {};
    const auto number = reader.findUnique(relation.destinationClass, relation.destinationAttribute, *wanted);
    if (number == storage::noRecord) return {};
    record = reader.record(relation.destinationClass, number);
    if (!record) return {};
  }
  return record;
}

Result<> appendRow(Call& call, std::span<const Column> columns, const storage::RecordView& record, orda::Reader& reader,
                   std::string& out) {
  out += R"({"values":[)";
  for (const Column& column : columns) {
    if (&column != columns.data()) out += ',';
    const storage::RecordView target = behind(call, column, record, reader);
    if (!target) {
      out += "null";
      continue;
    }
    auto value = call.engine().decode(target, column.dataClass, column.attribute);
    if (!value) return std::unexpected(value.error());
    appendCell(propertyOf(std::move(*value), column.properties), out);
  }
  out += "]}";
  return {};
}

}  // namespace

Result<> answerLooker(Call& call, const Source& source) {
  const auto columns = columnsOf(call, source);
  if (!columns) return std::unexpected(columns.error());
  const Page page = pageOf(call.parameters);
  const auto numbers = source.members.slice(page.skip, page.top);
  std::string& out = call.json();
  appendSchema(call, *columns, out);
  out += R"(,"rows":[)";
  const auto reader = call.read();
  Result<> failure;
  bool first = true;
  reader->records(source.dataClass, numbers, [&](std::size_t, const storage::RecordView& record) {
    if (!record) return true;
    if (!first) out += ',';
    first = false;
    failure = appendRow(call, *columns, record, *reader, out);
    return failure.has_value();
  });
  if (!failure) return failure;
  out += fmt::format(R"(],"filtersApplied":false,"__COUNT":{},"__FIRST":{}}})", source.members.size(), page.skip);
  return {};
}

}  // namespace qodly::rest
