// Reading columns of entities.
#include "app/output/entity_columns.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "orda/change_tracking.h"
#include "value/json.h"
#include "value/media_name.h"

namespace qodly::app {

namespace {

bool isUnprintable(model::AttributeType type) {
  return type == model::AttributeType::image || type == model::AttributeType::blob ||
         type == model::AttributeType::object;
}

// The content as a data URI; a file kept by reference stays its path.
std::string dataUri(const BlobBox& content) {
  if (!content.path.empty()) return content.path;
  const std::string_view type = withoutMediaName(content.mediaType);
  return fmt::format("data:{};base64,{}", type.empty() ? "application/octet-stream" : type, toBase64(content.bytes));
}

std::string durationText(std::int64_t milliseconds) {
  std::string text;
  appendDuration({milliseconds}, text);
  const std::int64_t rest = milliseconds % 1000;
  if (rest != 0) text += fmt::format(".{:03}", rest < 0 ? -rest : rest);
  return text;
}

}  // namespace

void appendJson(const Value& value, std::string& out) {
  const bool binary = value.type() == Type::blob || value.type() == Type::picture;
  if (binary) {
    json::appendString(dataUri(value.asBlob()), out);
  } else if (value.isUndefined()) {
    out += "null";
  } else {
    json::append(value, out);
  }
}

std::string cellText(const Value& value) {
  std::string text;
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return text;
    case Type::text:
      return std::string(value.asText());
    case Type::boolean:
      return value.asBoolean() ? "true" : "false";
    case Type::integer:
      appendInteger(value.asInteger(), text);
      return text;
    case Type::real:
      appendReal(value.asReal(), text);
      return text;
    case Type::date:
      appendDate(value.asDate(), text);
      return text;
    case Type::instant:
      appendInstant(value.asInstant(), text);
      return text;
    case Type::time:
      return durationText(value.asTime().ms);
    case Type::blob:
    case Type::picture:
      return dataUri(value.asBlob());
    case Type::object:
    case Type::collection:
    case Type::handle:
      json::append(value, text);
      return text;
  }
  return text;
}

Result<EntityColumns> EntityColumns::make(const orda::DataClass& dataClass, std::span<const std::string> names) {
  EntityColumns columns(dataClass);
  for (const std::string& name : names) {
    if (auto added = columns.add(name); !added) return std::unexpected(added.error());
  }
  if (!names.empty()) return columns;
  const model::DataClass& definition = dataClass.definition();
  for (std::uint32_t i = 0; i < definition.attributes.size(); ++i) {
    const model::Attribute& attribute = definition.attributes[i];
    if (!attribute.isStorage() || orda::isSystemAttribute(definition, attribute)) continue;
    columns.columns_.push_back({i, {}});
    columns.names_.push_back(attribute.name);
  }
  return columns;
}

Result<> EntityColumns::add(const std::string& name) {
  const model::Model& model = *dataClass_.schema().model;
  const model::DataClass& definition = dataClass_.definition();
  const std::uint32_t index = definition.indexOf(name);
  names_.push_back(name);
  if (index != model::noIndex) {
    const model::Attribute& attribute = definition.attributes[index];
    if (attribute.isStorage()) {
      columns_.push_back({index, {}});
      return {};
    }
    if (attribute.kind == model::AttributeKind::relatedEntity) {
      columns_.push_back({model.relations[attribute.relation].sourceAttribute, {}});
      return {};
    }
  } else if (const std::size_t dot = name.find('.');
             dot != std::string::npos && definition.indexOf(name.substr(0, dot)) != model::noIndex) {
    columns_.push_back({model::noIndex, name});
    return {};
  }
  std::string known;
  for (const model::Attribute& attribute : definition.attributes) {
    if (attribute.kind == model::AttributeKind::relatedEntities || attribute.shadowed) continue;
    known += (known.empty() ? "" : ", ") + attribute.name;
  }
  return std::unexpected(
      Error(code::attributeNotFound, "dbmg",
            fmt::format("{} has no attribute \"{}\" that can be listed. It has: {}.", definition.name, name, known)));
}

void EntityColumns::dropUnprintable() {
  const auto& attributes = dataClass_.definition().attributes;
  for (std::size_t i = columns_.size(); i-- > 0;) {
    if (columns_[i].attribute == model::noIndex || !isUnprintable(attributes[columns_[i].attribute].type)) continue;
    columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(i));
    names_.erase(names_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Result<bool> EntityColumns::visitBatch(std::span<const storage::RecordNumber> numbers,
                                       const std::function<bool(std::span<const Value> values)>& visit) const {
  // Values of paths, by column, one for each entity of the batch that exists.
  std::vector<Value> paths(columns_.size());
  const bool crosses = std::ranges::any_of(columns_, [](const Column& column) { return !column.path.empty(); });
  if (crosses) {
    const auto batch = dataClass_.select(orda::RecordSet::ordered({numbers.begin(), numbers.end()}))->clean();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].path.empty()) continue;
      auto values = batch->extract(columns_[i].path, true);
      if (!values) return std::unexpected(values.error());
      paths[i] = std::move(*values);
    }
  }
  orda::Engine& engine = dataClass_.process().engine();
  const auto reader = dataClass_.process().read();
  std::vector<Value> values(columns_.size());
  std::optional<Error> failure;
  std::size_t row = 0;
  bool goOn = true;
  reader->records(dataClass_.index(), numbers, [&](std::size_t, const storage::RecordView& record) {
    if (!record) return true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].path.empty()) {
        const bool there = paths[i].isCollection() && row < paths[i].asCollection().size();
        values[i] = there ? paths[i].asCollection().elements()[row] : Value::null();
        continue;
      }
      auto value = engine.decode(record, dataClass_.index(), columns_[i].attribute);
      if (!value) {
        failure = value.error();
        return false;
      }
      values[i] = std::move(*value);
    }
    ++row;
    goOn = visit(values);
    return goOn;
  });
  if (failure) return std::unexpected(*failure);
  return goOn;
}

Result<> EntityColumns::forEach(const orda::EntitySelection& selection, std::uint64_t count,
                                const std::function<bool(std::span<const Value> values)>& visit) const {
  const orda::RecordSet& members = selection.members();
  const std::uint64_t end = std::min<std::uint64_t>(count, members.size());
  for (std::uint64_t from = 0; from < end; from += batchRows) {
    const auto numbers = members.slice(from, std::min(batchRows, end - from));
    const auto more = visitBatch(numbers, visit);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  return {};
}

}  // namespace qodly::app
