// Names and opposites of the comparators (query.md 6).
#include <array>

#include "query/syntax.h"

namespace qodly::query {

std::string_view canonical(Operator op) {
  static constexpr std::array<std::string_view, 10> names{"==", "===", "!=", "!==", "<", "<=", ">", ">=", "IN", "%"};
  return names[static_cast<std::size_t>(op)];
}

bool isNegative(Operator op) { return op == Operator::notEqual || op == Operator::notIdentical; }

Operator negated(Operator op) {
  switch (op) {
    case Operator::equal:
      return Operator::notEqual;
    case Operator::identical:
      return Operator::notIdentical;
    case Operator::notEqual:
      return Operator::equal;
    case Operator::notIdentical:
      return Operator::identical;
    default:
      return op;
  }
}

}  // namespace qodly::query
