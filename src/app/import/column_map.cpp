// Matching of names.
#include "app/import/column_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "model/name_lookup.h"
#include "orda/change_tracking.h"

namespace qodly::app {

Result<ColumnMap> ColumnMap::make(const model::Model& model, std::uint32_t dataClass,
                                  std::span<const std::string> mappings) {
  ColumnMap map(model, dataClass);
  for (const std::string& mapping : mappings) {
    if (auto added = map.add(mapping); !added) return std::unexpected(added.error());
  }
  return map;
}

Result<> ColumnMap::add(std::string_view mapping) {
  const std::size_t equals = mapping.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    return std::unexpected(
        Error(code::wrongArgument, "dbmg", fmt::format("--map \"{}\" is not of the form COLUMN=ATTRIBUTE.", mapping)));
  }
  const std::string_view column = trim(mapping.substr(0, equals));
  const std::string_view attribute = trim(mapping.substr(equals + 1));
  if (attribute.empty()) {
    entries_[std::string(column)] = {std::nullopt, true};
    return {};
  }
  const auto target = targetNamed(attribute);
  if (!target) {
    return std::unexpected(Error(code::attributeNotFound, "dbmg",
                                 fmt::format("{} has no attribute \"{}\" that can be stored. It has: {}.",
                                             definition().name, attribute, attributeNames())));
  }
  if (!taken_.insert(target->attribute).second) {
    return std::unexpected(
        Error(code::wrongArgument, "dbmg",
              fmt::format("Two columns are mapped to {}.{}; an attribute takes one.", definition().name, attribute)));
  }
  entries_[std::string(column)] = {*target, false};
  if (column.find('.') != std::string_view::npos) {
    Path path{{}, *target};
    for (const std::string_view step : split(column, '.')) path.steps.emplace_back(step);
    pathRoots_.insert(path.steps.front());
    paths_.push_back(std::move(path));
  }
  return {};
}

std::optional<Target> ColumnMap::targetNamed(std::string_view name) const {
  const model::DataClass& dataClass = definition();
  std::uint32_t index = dataClass.indexOf(name);
  for (std::uint32_t i = 0; index == model::noIndex && i < dataClass.attributes.size(); ++i) {
    const model::Attribute& candidate = dataClass.attributes[i];
    if (!candidate.shadowed && model::equalsIgnoringCase(candidate.name, name)) index = i;
  }
  if (index == model::noIndex) return std::nullopt;
  const model::Attribute& attribute = dataClass.attributes[index];
  if (orda::isSystemAttribute(dataClass, attribute)) return std::nullopt;
  if (attribute.isStorage()) return Target{index, model::noIndex};
  if (attribute.kind != model::AttributeKind::relatedEntity) return std::nullopt;
  return Target{model_->relations[attribute.relation].sourceAttribute, attribute.relation};
}

std::optional<Target> ColumnMap::automatic(std::string_view column) const {
  if (column == "__KEY") return Target{definition().primaryKey, model::noIndex};
  if (column.starts_with("__")) return std::nullopt;
  return targetNamed(column);
}

const Target* ColumnMap::find(std::string_view column) {
  auto known = entries_.find(column);
  if (known == entries_.end()) {
    Entry entry{automatic(column), false};
    if (entry.target && !taken_.insert(entry.target->attribute).second) entry.target.reset();
    known = entries_.emplace(std::string(column), entry).first;
  }
  const Entry& entry = known->second;
  if (!entry.target) return nullptr;
  matched_ = true;
  return &*entry.target;
}

std::vector<std::string> ColumnMap::knownNames() const {
  std::vector<std::string> names;
  for (const model::Attribute& attribute : definition().attributes) names.push_back(attribute.name);
  for (const auto& [column, entry] : entries_) names.push_back(column);
  return names;
}

std::vector<std::string> ColumnMap::unmatched() const {
  std::vector<std::string> names;
  for (const auto& [column, entry] : entries_) {
    if (!entry.target && !entry.leftOut && !column.starts_with("__") && !pathRoots_.contains(column)) {
      names.push_back(column);
    }
  }
  std::ranges::sort(names);
  return names;
}

std::string ColumnMap::attributeNames() const {
  std::string names;
  for (const model::Attribute& attribute : definition().attributes) {
    if (attribute.kind == model::AttributeKind::relatedEntities || attribute.shadowed) continue;
    if (!names.empty()) names += ", ";
    names += attribute.name;
  }
  return names;
}

}  // namespace qodly::app
