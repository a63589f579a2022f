// The tables of project-format.md 4.2 to 4.12.
#include "model/catalog_schema.h"

#include <algorithm>

namespace qodly::model {

namespace {

constexpr AttributeRule base[] = {
    {"name", ""},
    {"uuid", ""},
    {"collation_locale", ""},
    {"collator_ignores_middle_wildchar", "false"},
    {"consider_only_dead_chars_for_keywords", "false"},
};
constexpr AttributeRule table[] = {
    {"name", ""},
    {"uuid", ""},
    {"id", ""},
    {"hide_in_REST", "false"},
    {"leave_tag_on_delete", "false"},
    {"prevent_journaling", "false"},
    {"keep_record_stamps", "true"},
    {"keep_record_sync_info", "false"},
    {"sql_schema_id", "1"},
    {"sql_schema_name", "DEFAULT_SCHEMA"},
    {"encryptable", "false"},
};
constexpr AttributeRule field[] = {
    {"name", ""},
    {"uuid", ""},
    {"type", ""},
    {"id", ""},
    {"limiting_length", "0"},
    {"unique", "false"},
    {"autosequence", "false"},
    {"autogenerate", "false"},
    {"store_as_UUID", "false"},
    {"not_null", "false"},
    {"never_null", "false"},
    {"hide_in_REST", "false"},
    {"text_switch_size", "0"},
    {"blob_switch_size", "0"},
    {"outside_blob", "false"},
    {"store_as_utf8", "false"},
    {"styled_text", "false"},
    // Properties the original format has no place for (project-format.md 6).
    {"defaultValue", ""},
    {"minValue", ""},
    {"maxValue", ""},
    {"simpleDate", "true"},
};
constexpr AttributeRule primaryKey[] = {{"field_name", ""}, {"field_uuid", ""}};
constexpr AttributeRule relation[] = {
    {"uuid", ""},
    {"name_Nto1", ""},
    {"name_1toN", ""},
    {"auto_load_Nto1", "false"},
    {"auto_load_1toN", "false"},
    {"foreign_key", "false"},
    {"integrity", "none"},
    {"state", ""},
};
constexpr AttributeRule index[] = {
    {"kind", ""}, {"type", "7"}, {"unique_keys", "false"}, {"name", ""}, {"uuid", ""},
};
constexpr AttributeRule reference[] = {{"uuid", ""}, {"name", ""}};

struct ElementRule {
  std::string_view element;
  std::span<const AttributeRule> attributes;
};
constexpr ElementRule elements[] = {
    {"base", base},         {"table", table}, {"field", field},         {"primary_key", primaryKey},
    {"relation", relation}, {"index", index}, {"field_ref", reference}, {"table_ref", reference},
};

}  // namespace

std::span<const AttributeRule> attributeRules(std::string_view element) {
  const auto* found = std::ranges::find(elements, element, &ElementRule::element);
  return found == std::end(elements) ? std::span<const AttributeRule>() : found->attributes;
}

std::vector<std::string_view> attributeOrder(std::string_view element) {
  std::vector<std::string_view> order;
  for (const AttributeRule& rule : attributeRules(element)) order.push_back(rule.name);
  return order;
}

bool isDefault(std::string_view element, std::string_view attribute, std::string_view value) {
  const auto rules = attributeRules(element);
  const auto found = std::ranges::find(rules, attribute, &AttributeRule::name);
  return found != rules.end() && !found->standard.empty() && found->standard == value;
}

}  // namespace qodly::model
