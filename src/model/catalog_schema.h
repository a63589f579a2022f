// The elements of the catalog and their attributes with defaults, in the order of project-format.md 4: the order in
// which new attributes are written, and the values that are left out.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace qodly::model {

struct AttributeRule {
  std::string_view name;
  std::string_view standard;  // default; "" = none, always written
};

// Empty for an element the format does not know.
std::span<const AttributeRule> attributeRules(std::string_view element);
std::vector<std::string_view> attributeOrder(std::string_view element);
// True when `value` says the same as leaving the attribute out.
bool isDefault(std::string_view element, std::string_view attribute, std::string_view value);

}  // namespace qodly::model
