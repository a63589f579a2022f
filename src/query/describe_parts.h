// Pieces of the texts and objects that describe plans, shared by the plan, the path and their extended forms. Internal
// to query/.
#pragma once

#include <string>
#include <string_view>

#include "query/plan.h"

namespace qodly::query {

struct JoinFields {
  std::string_view leftTable, leftField, rightTable, rightField;
};

JoinFields joinFields(const Hop& hop, const model::Model& model);
std::string_view relationAttributeName(const Hop& hop, const model::Model& model);
std::string attributeText(const AttributeRef& reference, const model::Model& model);
const Value& shownValue(const Condition& condition);
std::string_view shownOperator(const Condition& condition);
bool hasExcept(const Node& node);
Value describeNode(const Node& node, const model::Model& model);

}  // namespace qodly::query
