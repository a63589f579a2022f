// Expressions to text: operators and the parentheses a surface needs, literals, lists (language.md 6.1, 29, 31).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/syntax/printer_state.h"

namespace qodly::script::syntax {

namespace {

struct OperatorRow {
  std::string_view qodlyScript, fourD;
  int level;  // language.md 6.1
};
// In the order of BinaryOperator.
constexpr auto operators = std::to_array<OperatorRow>({
    {"^", "^", 13},   {"*", "*", 12},   {"/", "/", 12},   {"\\", "\\", 12}, {"%", "%", 12},
    {"*+", "*+", 12}, {"*|", "*|", 12}, {"+", "+", 11},   {"-", "-", 11},   {"<<", "<<", 10},
    {">>", ">>", 10}, {"?+", "?+", 10}, {"?-", "?-", 10}, {"??", "??", 10}, {"<", "<", 9},
    {"<=", "<=", 9},  {">", ">", 9},    {">=", ">=", 9},  {"==", "=", 8},   {"!=", "#", 8},
    {"&", "&", 7},    {"^|", "^|", 6},  {"|", "|", 5},    {"&&", "&&", 4},  {"||", "||", 3},
});
static_assert(operators.size() == static_cast<std::size_t>(BinaryOperator::logicalOr) + 1);

const OperatorRow& rowOf(BinaryOperator op) { return operators[static_cast<std::size_t>(op)]; }

template <class... Kinds>
bool isAny(const Expression& expression) {
  return (std::holds_alternative<Kinds>(expression.node) || ...);
}

// The members that may be called: `(...)` behind any other expression is not a call.
bool isCallable(const Expression& callee) {
  return isAny<Name, Member, Element, Call, Super, Dereference, Formula, BraceElement, ParameterNumber,
               ParameterIndirect>(callee);
}

}  // namespace

void Printer::expression(const Expression& expression) { grouped(expression, false); }

// With the parentheses it was written in, or the ones the surface needs.
void Printer::grouped(const Expression& expression, bool parentheses) {
  if (parentheses || expression.parenthesised) {
    write("(");
    ++brackets_;
    std::visit([&](const auto& kind) { node(kind, expression); }, expression.node);
    --brackets_;
    write(")");
  } else {
    std::visit([&](const auto& kind) { node(kind, expression); }, expression.node);
  }
  line_ = std::max(line_, tree_.lineOf(expression.end > 0 ? expression.end - 1 : 0));
}

// Where `.`, `[`, `{` or `->` follows.
void Printer::operand(const Expression& expression) {
  grouped(expression, isAny<Binary, Ternary, Unary, AddressOf, NumberLiteral>(expression));
}

bool Printer::needsParentheses(const Expression& child, BinaryOperator parent, bool right) const {
  if (isAny<Ternary>(child)) return true;
  const auto* binary = std::get_if<Binary>(&child.node);
  if (binary == nullptr) return false;
  if (fourD_) return right;  // left to right
  const int childLevel = rowOf(binary->op).level;
  const int level = rowOf(parent).level;
  if (childLevel != level) return childLevel < level;
  return (parent == BinaryOperator::power) != right;
}

void Printer::node(const Binary& binary, const Expression&) {
  grouped(*binary.left, needsParentheses(*binary.left, binary.op, false));
  const OperatorRow& row = rowOf(binary.op);
  const std::string_view sign = fourD_ ? row.fourD : row.qodlyScript;
  // In .4dm operators stand close, except where signs would run together.
  const auto* unary = std::get_if<Unary>(&binary.right->node);
  const bool spaced = !fourD_ || sign.starts_with('?') || isAny<AddressOf>(*binary.right) ||
                      (unary != nullptr && !binary.right->parenthesised) ||
                      isAny<TimeLiteral, DateLiteral>(*binary.right);
  if (spaced) write(" ");
  write(sign);
  if (spaced) write(" ");
  breakBefore(binary.right->where);
  const std::size_t from = out_.size();
  grouped(*binary.right, needsParentheses(*binary.right, binary.op, true));
  if (out_[from] == '<' && !spaced) out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(from), ' ');  // <>name
}

void Printer::criterion(std::string_view sign, const Unary& unary) {
  if (!fourD_) loss(unary.operand->where, "Criteria of record commands have no QodlyScript form.");
  write(sign);
  expression(*unary.operand);
}

void Printer::node(const Unary& unary, const Expression&) {
  switch (unary.op) {
    case UnaryOperator::minus:
      write("-");
      break;
    case UnaryOperator::plus:
      write("+");
      break;
    case UnaryOperator::criterionAnd:
      return criterion("& ", unary);
    case UnaryOperator::criterionOr:
      return criterion("| ", unary);
    case UnaryOperator::criterionExcept:
      return criterion("# ", unary);
  }
  grouped(*unary.operand, isAny<Binary, Ternary>(*unary.operand));
}

void Printer::node(const Ternary& ternary, const Expression&) {
  grouped(*ternary.condition, isAny<Ternary>(*ternary.condition));
  write(" ? ");
  breakBefore(ternary.whenTrue->where);
  expression(*ternary.whenTrue);
  write(" : ");
  breakBefore(ternary.whenFalse->where);
  expression(*ternary.whenFalse);
}

void Printer::node(const Member& member, const Expression&) {
  operand(*member.object);
  breakBefore(member.namePosition);
  write(".");
  write(member.name);
}

void Printer::node(const Element& element, const Expression&) {
  operand(*element.object);
  write("[");
  ++brackets_;
  expression(*element.index);
  --brackets_;
  write("]");
}

void Printer::node(const CharacterAt& character, const Expression&) {
  operand(*character.text);
  write("[[");
  expression(*character.index);
  write("]]");
}

void Printer::node(const BraceElement& element, const Expression&) {
  operand(*element.object);
  write("{");
  expression(*element.index);
  write("}");
}

void Printer::node(const Call& call, const Expression& whole) {
  grouped(*call.callee, !isCallable(*call.callee));
  write("(");
  list(call.arguments, whole.parenthesised ? 0 : whole.end);
  write(")");
}

// Items with separators; a line break before the closing sign where the source has one. `end`: offset behind that sign.
void Printer::list(Expressions items, std::uint32_t end) {
  ++brackets_;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) write(separator());
    breakBefore(items[i]->where);
    expression(*items[i]);
  }
  breakBeforeEnd(end);
  --brackets_;
}

void Printer::node(const CollectionLiteral& literal, const Expression& whole) {
  write("[");
  list(literal.elements, whole.parenthesised ? 0 : whole.end);
  write("]");
}

void Printer::node(const ObjectLiteral& literal, const Expression& whole) {
  write("{");
  ++brackets_;
  for (std::size_t i = 0; i < literal.pairs.size(); ++i) {
    const ObjectPair& pair = literal.pairs[i];
    if (i > 0) write(separator());
    breakBefore(pair.where);
    const bool plain = !pair.key.empty() && !(pair.key.front() >= '0' && pair.key.front() <= '9') &&
                       nameLength(pair.key, 0) == pair.key.size();
    plain ? write(pair.key) : text(pair.key);
    write(": ");
    breakBefore(pair.value->where);
    expression(*pair.value);
  }
  if (!whole.parenthesised) breakBeforeEnd(whole.end);
  --brackets_;
  write("}");
}

void Printer::node(const OperatorArgument& argument, const Expression&) {
  write(fourD_ ? rowOf(argument.op).fourD : rowOf(argument.op).qodlyScript);
}

void Printer::node(const TryExpression& attempt, const Expression&) {
  write(fourD_ ? "Try(" : "try(");
  expression(*attempt.operand);
  write(")");
}

void Printer::formula(const Formula& formula) {
  if (tree_.kind != UnitKind::formula) write(fourD_ ? "Formula(" : "formula(");
  if (formula.hasReturn) write("return ");
  if (formula.assignment != nullptr) {
    assignment(std::get<Assignment>(formula.assignment->node));
  } else {
    expression(*formula.expression);
  }
  if (tree_.kind != UnitKind::formula) write(")");
}

void Printer::node(const AddressOf& address, const Expression&) {
  write("->");
  grouped(*address.target, isAny<Binary, Ternary, Unary>(*address.target));
}

void Printer::node(const Dereference& dereference, const Expression&) {
  operand(*dereference.pointer);
  write("->");
}

void Printer::node(const TableReference& reference, const Expression& whole) {
  const bool known = names_.find(NameSort::table, reference.table) != nullptr;
  const bool numbered = reference.number > 0 && (!fourD_ || !known);
  write(numbered ? fmt::format("[{}:{}]", reference.table, reference.number) : fmt::format("[{}]", reference.table));
  write(reference.field);
  const bool severalWords = reference.field.find(' ') != std::string_view::npos;
  if (severalWords && fourD_ && reference.fieldNumber > 0) write(fmt::format(":{}", reference.fieldNumber));
  const bool oneWord = !reference.table.empty() &&
                       !(reference.table.front() >= '0' && reference.table.front() <= '9') &&
                       nameLength(reference.table, 0) == reference.table.size();
  if (!fourD_ && (!numbered || severalWords || !oneWord)) {
    loss(whole.where, fmt::format("The reference to the table [{}] has no QodlyScript form.", reference.table));
  }
}

void Printer::node(const ParameterNumber& parameter, const Expression&) { write(fmt::format("${}", parameter.number)); }

void Printer::node(const ParameterIndirect& parameter, const Expression&) {
  write("${");
  expression(*parameter.number);
  write("}");
}

// --- literals

void Printer::number(const NumberLiteral& literal) { write(literal.text); }

void Printer::text(std::string_view value) {
  constexpr std::string_view escapeLetters = "nNtTrR\\\"";
  out_.push_back('"');
  for (std::size_t i = 0; i < value.size(); ++i) {
    switch (value[i]) {
      case '\n':
        out_ += "\\n";
        break;
      case '\r':
        out_ += "\\r";
        break;
      case '\t':
        out_ += "\\t";
        break;
      case '"':
        out_ += "\\\"";
        break;
      case '\\': {
        // A backslash that escapes nothing may stand alone: regular expressions stay readable.
        const bool alone = i + 1 < value.size() && escapeLetters.find(value[i + 1]) == std::string_view::npos &&
                           value[i + 1] != '\n' && value[i + 1] != '\r' && value[i + 1] != '\t';
        out_ += alone ? "\\" : "\\\\";
        break;
      }
      default:
        out_.push_back(value[i]);
    }
  }
  out_.push_back('"');
}

void Printer::node(const DateLiteral& literal, const Expression&) {
  if (literal.value.isNone()) return write("!00-00-00!");
  const Date::Civil day = literal.value.civil();
  write(fmt::format("!{:04}-{:02}-{:02}!", day.year, day.month, day.day));
}

void Printer::node(const TimeLiteral& literal, const Expression&) {
  const std::int64_t seconds = literal.value.ms / 1000;
  write(fmt::format("?{:02}:{:02}:{:02}?", seconds / 3600, seconds / 60 % 60, seconds % 60));
}

void Printer::node(const BooleanLiteral& literal, const Expression&) {
  write(fourD_ ? (literal.value ? "True" : "False") : (literal.value ? "true" : "false"));
}

}  // namespace qodly::script::syntax
