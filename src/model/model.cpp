// The one table of attribute types, and look-ups by name.
#include "model/model.h"

#include <algorithm>
#include <array>

namespace qodly::model {

namespace {

struct TypeRow {
  AttributeType type;
  std::string_view restName;
  int fieldType;  // orda.md 4.4
  ColumnType column;
  bool numeric;
};

// In the order of AttributeType, so that a type is its own row number.
constexpr std::array<TypeRow, 14> types = {{
    {AttributeType::boolean, "bool", 6, ColumnType::boolean, false},
    {AttributeType::byte, "byte", 8, ColumnType::int8, true},
    {AttributeType::word, "word", 8, ColumnType::int16, true},
    {AttributeType::long32, "long", 9, ColumnType::int32, true},
    {AttributeType::long64, "long64", 25, ColumnType::int64, true},
    {AttributeType::number, "number", 1, ColumnType::real, true},
    {AttributeType::date, "date", 4, ColumnType::instant, false},
    {AttributeType::duration, "duration", 11, ColumnType::duration, true},
    {AttributeType::string, "string", 0, ColumnType::text, false},
    {AttributeType::text, "text", 2, ColumnType::text, false},
    {AttributeType::uuid, "uuid", 0, ColumnType::uuid, false},
    {AttributeType::object, "object", 38, ColumnType::object, false},
    {AttributeType::image, "image", 3, ColumnType::picture, false},
    {AttributeType::blob, "blob", 30, ColumnType::blob, false},
}};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (static_cast<std::size_t>(types[i].type) != i) return false;
  }
  return true;
}
static_assert(inOrder());

const TypeRow& row(AttributeType type) { return types[static_cast<std::size_t>(type)]; }

}  // namespace

std::string_view restTypeName(AttributeType type) { return row(type).restName; }

std::optional<AttributeType> typeFromRestName(std::string_view name) {
  const auto* found = std::ranges::find(types, name, &TypeRow::restName);
  if (found == types.end()) return std::nullopt;
  return found->type;
}

int languageFieldType(AttributeType type) { return row(type).fieldType; }

ColumnType columnType(const Attribute& attribute) {
  if (attribute.type == AttributeType::date && attribute.simpleDate) return ColumnType::date;
  return row(attribute.type).column;
}

bool isNumeric(AttributeType type) { return row(type).numeric; }

const Attribute* DataClass::find(std::string_view attribute) const {
  const std::uint32_t index = indexOf(attribute);
  return index == noIndex ? nullptr : &attributes[index];
}

std::uint32_t DataClass::indexOf(std::string_view attribute) const {
  const auto found = byName_.find(attribute);
  return found == byName_.end() ? noIndex : found->second;
}

void DataClass::buildIndex() {
  byName_.clear();
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].shadowed) byName_.emplace(attributes[i].name, i);
  }
}

const DataClass* Model::find(std::string_view className) const {
  const std::uint32_t index = indexOf(className);
  return index == noIndex ? nullptr : &classes[index];
}

std::uint32_t Model::indexOf(std::string_view className) const {
  const auto found = byName_.find(className);
  return found == byName_.end() ? noIndex : found->second;
}

void Model::buildIndex() {
  byName_.clear();
  for (std::uint32_t i = 0; i < classes.size(); ++i) byName_.emplace(classes[i].name, i);
}

}  // namespace qodly::model
