#include "tests/unit/query/show.h"

#include "base/json_writer.h"
#include "base/text.h"

namespace qodly::query::test {

namespace {

std::string text(const Placeholder& placeholder) { return ":" + placeholder.name; }

std::string text(const Literal& literal) { return test::show(literal.value); }

std::string text(const Operand& operand) {
  if (const auto* literal = std::get_if<Literal>(&operand)) return text(*literal);
  if (const auto* placeholder = std::get_if<Placeholder>(&operand)) return text(*placeholder);
  std::string list = "[";
  for (const auto& element : std::get<2>(operand)) {
    if (list.size() > 1) list += ",";
    list += std::visit([](const auto& held) { return text(held); }, element);
  }
  return list + "]";
}

std::string text(const std::variant<Path, Placeholder>& left) {
  if (const auto* path = std::get_if<Path>(&left)) return pathText(*path);
  return text(std::get<Placeholder>(left));
}

std::string joinChildren(std::string head, const std::vector<SyntaxNode>& children) {
  for (const SyntaxNode& child : children) head += " " + test::show(child);
  return head + ")";
}

std::string attributeText(const AttributeRef& reference, const model::Model& model) {
  std::string text = model.classes[reference.dataClass].attributes[reference.attribute].name;
  for (const ObjectStep& step : reference.object) {
    if (!step.name.empty()) text += "." + step.name;
    if (step.each) text += step.link != 0 ? std::string("[") + step.link + "]" : "[]";
  }
  return reference.length ? text + ".length" : text;
}

std::string conditionText(const Condition& condition, const model::Model& model) {
  std::string text = attributeText(condition.attribute, model) + " ";
  if (condition.constant) return text + (*condition.constant ? "always" : "never");
  text += std::string(canonical(condition.op)) + " ";
  if (condition.op == Operator::in) {
    text += "[";
    for (const Value& value : condition.list) text += (text.back() == '[' ? "" : ",") + test::show(value);
    text += "]";
  } else {
    text += test::show(condition.value);
  }
  if (condition.begins) text += " begins";
  if (condition.dayInterval) text += " day";
  return text;
}

std::string relationName(const Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  const std::uint32_t index = hop.toMany ? relation.oneToNAttribute : relation.nTo1Attribute;
  std::string text =
      index == model::noIndex ? std::string("?") : model.classes[nearClass(hop, model)].attributes[index].name;
  return hop.instance != 0 ? text + "{" + std::to_string(hop.instance) + "}" : text;
}

}  // namespace

std::string show(const Value& value) {
  std::string text;
  switch (value.type()) {
    case Type::null:
      return "null";
    case Type::boolean:
      return value.asBoolean() ? "true" : "false";
    case Type::integer:
      appendInteger(value.asInteger(), text);
      break;
    case Type::real:
      appendReal(value.asReal(), text);
      break;
    case Type::text:
      json::appendString(value.asText(), text);
      break;
    case Type::date:
      appendDate(value.asDate(), text);
      break;
    case Type::instant:
      appendInstant(value.asInstant(), text);
      break;
    case Type::time:
      appendDuration(value.asTime(), text);
      break;
    default:
      return std::string(name(value.type()));
  }
  return text;
}

std::string show(const SyntaxNode& node) {
  switch (node.kind) {
    case SyntaxNode::Kind::conjunction:
      return joinChildren("(and", node.children);
    case SyntaxNode::Kind::disjunction:
      return joinChildren("(or", node.children);
    case SyntaxNode::Kind::negation:
      return joinChildren(node.except ? "(except" : "(not", node.children);
    case SyntaxNode::Kind::formula:
      if (const auto* formula = std::get_if<std::string>(&node.formula)) return "eval{" + *formula + "}";
      return "eval " + text(std::get<Placeholder>(node.formula));
    case SyntaxNode::Kind::comparison:
      break;
  }
  return text(node.left) + " " + (node.begins ? "begin" : std::string(canonical(node.op))) + " " + text(node.right);
}

std::string show(const Syntax& syntax) {
  std::string shown = syntax.criteria ? show(*syntax.criteria) : "all";
  for (std::size_t i = 0; i < syntax.order.size(); ++i) {
    shown += (i == 0 ? " by " : ", ") + text(syntax.order[i].path) + (syntax.order[i].descending ? " desc" : "");
  }
  return shown;
}

std::string show(const Node& node, const model::Model& model) {
  const auto list = [&](std::string head) {
    for (const Node& child : node.children) head += " " + show(child, model);
    return head + ")";
  };
  switch (node.kind) {
    case Node::Kind::all:
      return "all";
    case Node::Kind::none:
      return "none";
    case Node::Kind::condition:
      return "{" + conditionText(node.condition, model) + "}";
    case Node::Kind::linked:
      return list("(linked");
    case Node::Kind::related:
      return "{" + relationName(node.hop, model) + (node.negative ? " != null}" : " == null}");
    case Node::Kind::join:
      return list("(" + relationName(node.hop, model) + ":");
    case Node::Kind::conjunction:
      return list("(and");
    case Node::Kind::disjunction:
      return list("(or");
    case Node::Kind::negation:
      return list(node.except ? "(except" : "(not");
    case Node::Kind::calculated:
      return "{calculated " + conditionText(node.condition, model) + "}";
    case Node::Kind::formula:
      return "{formula}";
  }
  return "?";
}

}  // namespace qodly::query::test
