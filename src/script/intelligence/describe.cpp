#include "script/intelligence/describe.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/keywords.h"

namespace qodly::script::intelligence {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

std::string declaredName(TypeWord word, std::string_view className) {
  if (word == TypeWord::userClass) return fmt::format("cs.{}", className);
  if (word == TypeWord::builtInClass) return fmt::format("4D.{}", className);
  if (word == TypeWord::none) return "variant";
  return std::string(typeSpelling(word, Surface::qodlyScript));
}

// "// text", "/* text */": the text.
std::string_view withoutMarks(std::string_view comment) {
  if (comment.starts_with("/*")) {
    comment.remove_prefix(2);
    if (comment.ends_with("*/")) comment.remove_suffix(2);
  } else {
    while (comment.starts_with('/')) comment.remove_prefix(1);
  }
  return trim(comment);
}

}  // namespace

std::string typeName(const CheckType& type) {
  static constexpr std::array<std::string_view, 13> words{"variant",    "null",   "boolean",  "number", "string",
                                                          "date",       "time",   "picture",  "blob",   "pointer",
                                                          "collection", "object", "datastore"};
  switch (type.kind) {
    case Kind::dataClass:
      return fmt::format("dataclass {}", type.name);
    case Kind::entity:
      return fmt::format("cs.{}Entity", type.name);
    case Kind::selection:
      return fmt::format("cs.{}Selection", type.name);
    case Kind::classValue:
      return fmt::format("class {}", type.name);
    case Kind::nativeClass:
      return fmt::format("class 4D.{}", type.name);
    case Kind::instance:
      return fmt::format("cs.{}", type.name);
    case Kind::native:
      return fmt::format("4D.{}", type.name);
    default:
      return std::string(words.at(static_cast<std::size_t>(type.kind)));
  }
}

std::string typeName(const TypeRef& declared, const CheckType& type) {
  const bool telling =
      declared.word != TypeWord::none && declared.word != TypeWord::variant && declared.word != TypeWord::object;
  return telling || !type.isKnown() ? declaredName(declared.word, declared.className) : typeName(type);
}

std::string signatureOf(std::string_view title, const check::Header& header) {
  std::string text = fmt::format("{}(", title);
  for (const compile::ParameterInfo& each : header.parameters) {
    if (!text.ends_with('(')) text += ", ";
    text += each.name;
    if (!each.type.isVariant()) text += fmt::format(" : {}", declaredName(each.type.word, each.type.className));
  }
  if (header.takesMore) text += header.parameters.empty() ? "..." : ", ...";
  text += ')';
  if (header.hasResult) text += fmt::format(" : {}", declaredName(header.result.word, header.result.className));
  return text;
}

std::string signatureOf(const Knowledge& knowledge, const CheckType& object, const MemberFact& fact) {
  switch (fact.kind) {
    case MemberFact::Kind::function:
      return signatureOf(fact.name, *fact.header);
    case MemberFact::Kind::nativeFunction:
      return fmt::format("{}{}", fact.name, fact.row->signature);
    case MemberFact::Kind::nativeProperty:
      return fmt::format("{} : {}{}", fact.name, fact.propertyRow->type,
                         fact.propertyRow->set == nullptr ? " (read-only)" : "");
    case MemberFact::Kind::classWord:
      if (fact.row != nullptr) return fmt::format("new{}", fact.row->signature);
      if (fact.header != nullptr) return signatureOf("new", *fact.header);
      if (fact.name == "new") return "new()";
      break;
    case MemberFact::Kind::property:
      if (fact.declared != nullptr) {
        return fmt::format("{} : {}", fact.name, declaredName(fact.declared->word, fact.declared->className));
      }
      break;
    case MemberFact::Kind::dataClass:
      return fmt::format("{} : dataclass", fact.name);
    case MemberFact::Kind::getter:
    case MemberFact::Kind::alias:
    case MemberFact::Kind::assigned:
    case MemberFact::Kind::attribute:
      break;
  }
  return fmt::format("{} : {}", fact.name, typeName(typeOf(knowledge, object, fact)));
}

std::string_view documentationOf(const MemberFact& fact) {
  if (fact.row != nullptr) return fact.row->doc;
  if (fact.propertyRow != nullptr) return fact.propertyRow->doc;
  if (fact.attribute != nullptr) return fact.attribute->comment;
  return fact.dataClass != nullptr ? std::string_view(fact.dataClass->comment) : std::string_view();
}

std::string commentAbove(const Tree& tree, const Function& function) {
  std::vector<std::string_view> lines;
  std::uint32_t wanted = function.where.line;
  for (auto each = tree.comments.rbegin(); each != tree.comments.rend(); ++each) {
    if (each->where.offset >= function.where.offset) continue;
    const std::uint32_t lastLine = tree.lineOf(each->end == 0 ? 0 : each->end - 1);
    if (!each->ownLine || lastLine + 1 != wanted || each->text.starts_with("//%")) break;
    lines.push_back(withoutMarks(each->text));
    wanted = each->where.line;
  }
  std::string text;
  for (auto each = lines.rbegin(); each != lines.rend(); ++each) text += fmt::format("{}\n", *each);
  return std::string(trim(text));
}

}  // namespace qodly::script::intelligence
