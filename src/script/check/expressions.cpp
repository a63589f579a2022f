// Expressions: names that stand for nothing, operators and arguments that cannot work.
#include <algorithm>

#include <fmt/format.h>

#include "base/calendar.h"
#include "base/text.h"
#include "script/check/body_check.h"
#include "script/syntax/names.h"
#include "script/syntax/walk.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

// One function for each kind of node that is looked at; the parts are visited by expression().
struct BodyCheck::ExpressionChecker {
  BodyCheck& check;
  const Expression& where;

  template <class Other>
  void operator()(const Other&) const {}
  void operator()(const Name& node) const { check.checkName(where, node, false); }
  void operator()(const Call& node) const { check.checkCall(where, node); }
  void operator()(const Member& node) const { check.checkMember(where, node, false); }
  // e["name"] of what the model describes is e.name.
  void operator()(const Element& node) const {
    const auto* name = std::get_if<TextLiteral>(&node.index->node);
    const CheckType object = check.typeOf(*node.object);
    const bool isData = object.is(Kind::datastore) || object.is(Kind::dataClass) || object.is(Kind::entity) ||
                        object.is(Kind::selection);
    if (name == nullptr || !isData) return;
    check.checkMember(where, {.object = node.object, .name = name->value, .namePosition = node.index->where}, false);
  }
  void operator()(const Binary& node) const { check.checkBinary(node); }
};

void BodyCheck::expression(const Expression& node) {
  std::visit(ExpressionChecker{*this, node}, node.node);
  const auto* formula = std::get_if<Formula>(&node.node);
  formulaDepth_ += formula != nullptr ? 1 : 0;
  const auto* call = std::get_if<Call>(&node.node);
  forEachPart(
      node,
      [&](const Expression& each) {
        // The callee's own check is part of the call's.
        if (call == nullptr || &each != call->callee) return expression(each);
        if (const auto* member = std::get_if<Member>(&each.node)) return expression(*member->object);
        if (!std::holds_alternative<Name>(each.node)) expression(each);
      },
      [&](const Statement& each) { statement(each); });
  formulaDepth_ -= formula != nullptr ? 1 : 0;
}

void BodyCheck::checkName(const Expression& where, const Name& name, bool called) {
  switch (name.kind) {
    case NameKind::process:
      if (knowledge_.assignsProcess(name.text) || knowledge_.method(name.text) != nullptr) return;
      if (equalsIgnoringAsciiCase(name.text, "form")) return;
      findings_.warn(
          where.where, "unknown-variable",
          fmt::format("'{}' is no method, and no variable that anything assigns; local variables begin with '$'.",
                      name.text));
      return;
    case NameKind::method: {
      if (knowledge_.method(name.canonical) != nullptr) return;
      std::vector<std::string_view> known;
      for (const auto& [folded, header] : knowledge_.methods()) known.push_back(header.name);
      const std::string_view meant = nearest(name.text, known);
      findings_.warn(where.where, "unknown-method",
                     fmt::format("There is no method or command '{}'{}", name.text,
                                 meant.empty() ? "." : fmt::format("; did you mean '{}'?", meant)));
      return;
    }
    case NameKind::command:
      if (!called && formulaDepth_ > 0 && name.canonical == "currentMethodName") {
        findings_.warn(where.where, "not-in-formula", "currentMethodName cannot be used inside a formula.");
      }
      return;
    default:
      return;
  }
}

void BodyCheck::checkCall(const Expression& where, const Call& node) {
  if (const auto* member = std::get_if<Member>(&node.callee->node)) {
    checkMember(*member->object, *member, true);
    return checkFunctionCall(*member, node);
  }
  const auto* name = std::get_if<Name>(&node.callee->node);
  if (name == nullptr) return;
  checkName(*node.callee, *name, true);
  if (name->kind == NameKind::method) {
    if (const Header* header = knowledge_.method(name->canonical)) checkArguments(*header, node, header->name);
    return;
  }
  const vm::Builtins* builtins = knowledge_.builtins();
  if (name->kind != NameKind::command || builtins == nullptr) return;
  if (const auto index = builtins->command(name->canonical)) {
    return checkArguments(builtins->commands()[*index].signature, node, name->text);
  }
  // Commands of layers above the library are known by name only.
  const Names* names = builtins->names();
  const bool known = names != nullptr && names->find(NameSort::command, name->canonical) != nullptr;
  if (!known && !builtins->isUnavailable(name->canonical)) {
    findings_.warn(where.where, "unknown-command",
                   fmt::format("'{}' is no command that this server knows.", name->text));
  }
}

namespace {

bool isSum(BinaryOperator op) { return op == BinaryOperator::add || op == BinaryOperator::subtract; }

// Both types are known. Operators that only pictures and blobs have are left to the run.
bool works(BinaryOperator op, const CheckType& left, const CheckType& right) {
  const auto number = [](const CheckType& type) { return type.is(Kind::number) || type.is(Kind::time); };
  if (left.is(Kind::picture) || right.is(Kind::picture) || left.is(Kind::pointer) || right.is(Kind::pointer))
    return true;
  if (number(left) && number(right)) return true;
  if (isSum(op) && left.is(Kind::date)) {
    return right.is(Kind::number) || (op == BinaryOperator::subtract && right.is(Kind::date));
  }
  if (op == BinaryOperator::multiply)
    return (left.is(Kind::text) && number(right)) || (number(left) && right.is(Kind::text));
  if (op == BinaryOperator::add || op == BinaryOperator::modulo) return left.is(Kind::text) && right.is(Kind::text);
  if (op == BinaryOperator::bitAnd || op == BinaryOperator::bitOr)
    return left.is(Kind::boolean) && right.is(Kind::boolean);
  return false;
}

}  // namespace

void BodyCheck::checkBinary(const Binary& node) {
  const CheckType left = typeOf(*node.left);
  const CheckType right = typeOf(*node.right);
  const bool known = left.isKnown() && right.isKnown();
  const bool missing = left.is(Kind::null) || right.is(Kind::null);
  const bool arithmetic = node.op <= BinaryOperator::bitTest || node.op == BinaryOperator::bitAnd ||
                          node.op == BinaryOperator::bitXor || node.op == BinaryOperator::bitOr;
  const bool ordering = node.op >= BinaryOperator::less && node.op <= BinaryOperator::greaterOrEqual;
  if (arithmetic && known && !works(node.op, left, right)) {
    findings_.warn(node.opPosition, "wrong-operands",
                   fmt::format("This operator cannot combine {} and {}.", left.described(), right.described()));
  }
  if (ordering && missing) {
    findings_.warn(node.opPosition, "wrong-operands", "Nothing is less or greater than null.");
  } else if (ordering && known && left.kind != right.kind && !(accepts(left, right, false) && !left.is(Kind::date))) {
    findings_.warn(node.opPosition, "wrong-operands",
                   fmt::format("{} and {} have no order.", left.described(), right.described()));
  }
}

// if, while, until and cases want a Boolean (language.md 8).
void BodyCheck::checkCondition(const Expression& node) {
  const auto* binary = std::get_if<Binary>(&node.node);
  const bool byTruth =
      std::holds_alternative<Ternary>(node.node) ||
      (binary != nullptr && (binary->op == BinaryOperator::logicalAnd || binary->op == BinaryOperator::logicalOr));
  const CheckType type = typeOf(node);
  if (byTruth || !type.isKnown() || type.is(Kind::boolean) || type.is(Kind::null)) return;
  findings_.warn(node.where, "boolean-expected",
                 fmt::format("A condition is a Boolean; this is {}.", type.described()));
}

bool BodyCheck::mismatch(const CheckType& wanted, const Expression& value, bool parameter) {
  if (wanted.is(Kind::date)) {
    const auto* text = std::get_if<TextLiteral>(&value.node);
    if (text != nullptr) {
      constexpr std::size_t isoDay = 10;
      const std::string_view written = text->value;
      return written.size() < isoDay || !parseDate(written.substr(0, isoDay));
    }
  }
  return !accepts(wanted, typeOf(value), parameter);
}

}  // namespace qodly::script::check
