// Syntax trees and plans as short texts, so that a test compares one string.
#pragma once

#include <string>

#include "query/plan.h"
#include "query/syntax.h"

namespace qodly::query::test {

std::string show(const Value& value);
std::string show(const SyntaxNode& node);
std::string show(const Syntax& syntax);
std::string show(const Node& node, const model::Model& model);

}  // namespace qodly::query::test
