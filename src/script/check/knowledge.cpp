// Reading headers, and answering what names stand for.
#include "script/check/knowledge.h"

#include <algorithm>

#include "script/compile/scope.h"
#include "script/syntax/names.h"
#include "script/syntax/walk.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

// A body that looks at its arguments by number takes any.
bool looksAtArguments(const Expression& node);
bool looksAtArguments(const Statement& node);

template <class Node>
bool partsLookAtArguments(const Node& node) {
  bool found = false;
  forEachPart(
      node, [&](const Expression& each) { found = found || looksAtArguments(each); },
      [&](const Statement& each) { found = found || looksAtArguments(each); });
  return found;
}

bool looksAtArguments(const Expression& node) {
  if (std::holds_alternative<Formula>(node.node)) return false;
  if (std::holds_alternative<ParameterIndirect>(node.node)) return true;
  const auto* number = std::get_if<ParameterNumber>(&node.node);
  if (number != nullptr && number->number > 0) return true;
  const auto* name = std::get_if<Name>(&node.node);
  if (name != nullptr && (name->canonical == "countParameters" || name->canonical == "copyParameters")) return true;
  return partsLookAtArguments(node);
}

bool looksAtArguments(const Statement& node) {
  if (const auto* declaration = std::get_if<VariableDeclaration>(&node.node)) {
    for (const DeclaredName& each : declaration->names) {
      const bool parameter = each.kind == DeclaredName::Kind::parameter && each.number > 0;
      if (parameter || each.kind == DeclaredName::Kind::variadic) return true;
    }
  }
  return partsLookAtArguments(node);
}

Header headerOf(const Function& node, std::string_view name) {
  Header header;
  header.name = std::string(name);
  header.kind = node.kind;
  header.modifiers = node.modifiers;
  for (const Parameter& each : node.parameters) {
    header.parameters.push_back({std::string(each.name), compile::declaredType(each.type), false});
  }
  header.takesMore = node.variadic || node.broken ||
                     std::ranges::any_of(node.body, [](const Statement* each) { return looksAtArguments(*each); });
  header.result = compile::declaredType(node.result.type);
  header.hasResult = node.hasResult;
  return header;
}

template <class Row>
const Row* rowOf(std::span<const Row> rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? nullptr : &*found;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view written, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest = 64;
  if (written.size() < 3 || written.size() > longest) return {};
  const std::string folded = foldName(written);
  std::string_view best;
  std::size_t least = written.size() < 5 ? 2 : 3;  // less than this
  for (const std::string_view each : known) {
    if (each.size() + 2 < written.size() || each.size() > written.size() + 2) continue;
    const std::size_t away = distance(folded, foldName(each));
    if (away < least) {
      least = away;
      best = each;
    }
  }
  return best;
}

void Knowledge::add(const Tree& tree, std::string_view name) {
  if (tree.kind == UnitKind::classFile) return addClass(tree, name);
  if (tree.function == nullptr) return;
  methods_.insert_or_assign(foldName(name), headerOf(*tree.function, name));
  notice(tree.function->body, nullptr);
}

void Knowledge::addClass(const Tree& tree, std::string_view name) {
  ClassHeader header;
  header.name = std::string(name);
  header.extends = std::string(tree.extends);
  for (const ClassMember& each : tree.members) {
    if (const auto* property = std::get_if<const Property*>(&each)) {
      const bool inferred = (*property)->type.word == TypeWord::none && (*property)->initialiser != nullptr;
      const auto type =
          inferred ? compile::inferredType(*(*property)->initialiser) : compile::declaredType((*property)->type);
      for (const DeclaredName& item : (*property)->names) header.properties.emplace(item.text, type);
      continue;
    }
    if (const auto* alias = std::get_if<const Alias*>(&each)) {
      header.aliases.emplace((*alias)->name);
      continue;
    }
    const Function& node = *std::get<const Function*>(each);
    const Header made = headerOf(node, node.name);
    switch (node.kind) {
      case FunctionKind::constructor:
        header.isShared = node.modifiers.shared || node.modifiers.session;
        header.isSingleton = node.modifiers.singleton || node.modifiers.session;
        header.constructor = made;
        break;
      case FunctionKind::getter:
        header.getters.insert_or_assign(made.name, made);
        break;
      case FunctionKind::setter:
        header.setters.insert(made.name);
        break;
      case FunctionKind::function:
        header.functions.insert_or_assign(made.name, made);
        break;
      default:
        break;
    }
    notice(node.body, &header);
  }
  classes_.insert_or_assign(std::string(name), std::move(header));
}

namespace {

struct Noticed {
  std::unordered_set<std::string>& processNames;
  std::unordered_set<std::string>* members;

  void target(const Expression* node) const {
    if (node == nullptr) return;
    const auto* name = std::get_if<Name>(&node->node);
    if (name != nullptr && name->kind == NameKind::process) processNames.insert(foldName(name->text));
    const auto* member = std::get_if<Member>(&node->node);
    if (member != nullptr && members != nullptr && std::holds_alternative<This>(member->object->node)) {
      members->emplace(member->name);
    }
  }

  void statement(const Statement& node) const {
    if (const auto* assignment = std::get_if<Assignment>(&node.node)) target(assignment->target);
    if (const auto* loop = std::get_if<For>(&node.node)) target(loop->counter);
    if (const auto* loop = std::get_if<ForEach>(&node.node)) target(loop->item);
    if (const auto* declaration = std::get_if<VariableDeclaration>(&node.node)) {
      for (const DeclaredName& each : declaration->names) {
        if (each.kind == DeclaredName::Kind::process) processNames.insert(foldName(each.text));
      }
    }
    forEachPart(
        node, [this](const Expression& each) { expression(each); }, [this](const Statement& each) { statement(each); });
  }

  // Whatever is given to a command or pointed to may be written.
  void expression(const Expression& node) const {
    if (const auto* call = std::get_if<Call>(&node.node)) {
      const auto* callee = std::get_if<Name>(&call->callee->node);
      if (callee != nullptr && callee->kind == NameKind::command) {
        for (const Expression* each : call->arguments) target(each);
      }
    }
    if (const auto* address = std::get_if<AddressOf>(&node.node)) target(address->target);
    forEachPart(
        node, [this](const Expression& each) { expression(each); }, [this](const Statement& each) { statement(each); });
  }
};

}  // namespace

void Knowledge::notice(Block block, ClassHeader* owner) {
  const Noticed noticed{processNames_, owner == nullptr ? nullptr : &owner->assigned};
  for (const Statement* each : block) noticed.statement(*each);
}

const Header* Knowledge::method(std::string_view name) const {
  const auto found = methods_.find(foldName(name));
  return found == methods_.end() ? nullptr : &found->second;
}

const ClassHeader* Knowledge::userClass(std::string_view name) const {
  const auto found = classes_.find(std::string(name));
  return found == classes_.end() ? nullptr : &found->second;
}

const model::DataClass* Knowledge::dataClass(std::string_view name) const {
  return model_ == nullptr ? nullptr : model_->find(name);
}

bool Knowledge::assignsProcess(std::string_view name) const { return processNames_.contains(foldName(name)); }

bool Knowledge::hasClass(std::string_view name) const {
  return userClass(name) != nullptr || !typeOfThis(name).is(Kind::instance);
}

CheckType Knowledge::typeOfThis(std::string_view className) const {
  if (className == "DataStore") return {Kind::datastore, {}};
  if (dataClass(className) != nullptr) return {Kind::dataClass, std::string(className)};
  for (const auto& [ending, kind] : {std::pair{std::string_view("Entity"), Kind::entity},
                                     std::pair{std::string_view("Selection"), Kind::selection}}) {
    if (!className.ends_with(ending)) continue;
    const std::string_view base = className.substr(0, className.size() - ending.size());
    if (dataClass(base) != nullptr) return {kind, std::string(base)};
  }
  return {Kind::instance, std::string(className)};
}

CheckType Knowledge::typeOfClass(std::string_view name) const {
  // A class of another component: nothing is known of it.
  if (name.find('.') != std::string_view::npos) return {Kind::object, {}};
  const CheckType made = typeOfThis(name);
  return made.is(Kind::instance) && userClass(name) == nullptr ? CheckType{Kind::object, {}} : made;
}

CheckType Knowledge::typeOf(const compile::DeclaredType& type) const {
  switch (type.word) {
    case TypeWord::text:
      return {Kind::text, {}};
    case TypeWord::real:
    case TypeWord::integer:
      return {Kind::number, {}};
    case TypeWord::boolean:
      return {Kind::boolean, {}};
    case TypeWord::date:
      return {Kind::date, {}};
    case TypeWord::time:
      return {Kind::time, {}};
    case TypeWord::object:
      return {Kind::object, {}};
    case TypeWord::collection:
      return {Kind::collection, {}};
    case TypeWord::picture:
      return {Kind::picture, {}};
    case TypeWord::blob:
      return {Kind::blob, {}};
    case TypeWord::pointer:
      return {Kind::pointer, {}};
    case TypeWord::userClass:
      return typeOfClass(type.className);
    case TypeWord::builtInClass: {
      const vm::NativeClass* native = nativeClass(type.className);
      return native == nullptr ? CheckType{Kind::object, {}} : CheckType{Kind::native, std::string(native->name)};
    }
    case TypeWord::none:
    case TypeWord::variant:
      break;
  }
  return {};
}

const vm::NativeClass* Knowledge::nativeClass(std::string_view name) const {
  return builtins_ == nullptr ? nullptr : builtins_->nativeClass(name);
}

const vm::FunctionRow* Knowledge::nativeFunction(std::string_view className, std::string_view name) const {
  constexpr int deepest = 8;
  const vm::NativeClass* at = nativeClass(className);
  for (int level = 0; at != nullptr && level < deepest; ++level) {
    if (const vm::FunctionRow* found = rowOf(at->functions, name)) return found;
    if (at->superclass == at->name) break;
    at = nativeClass(at->superclass);
  }
  return nullptr;
}

const vm::PropertyRow* Knowledge::nativeProperty(std::string_view className, std::string_view name) const {
  constexpr int deepest = 8;
  const vm::NativeClass* at = nativeClass(className);
  for (int level = 0; at != nullptr && level < deepest; ++level) {
    if (const vm::PropertyRow* found = rowOf(at->properties, name)) return found;
    if (at->superclass == at->name) break;
    at = nativeClass(at->superclass);
  }
  return nullptr;
}

CheckType Knowledge::typeOf(const vm::TypeSet& types) const {
  if (types.any || types.text.find('|') != std::string::npos) return {};
  if (types.text.starts_with("4D.")) {
    const vm::NativeClass* native = nativeClass(std::string_view(types.text).substr(3));
    return native == nullptr ? CheckType{Kind::object, {}} : CheckType{Kind::native, std::string(native->name)};
  }
  if (types.text.starts_with("cs.")) return typeOfClass(std::string_view(types.text).substr(3));
  static const std::unordered_map<std::string_view, Kind> words{
      {"string", Kind::text}, {"number", Kind::number},   {"integer", Kind::number},  {"boolean", Kind::boolean},
      {"date", Kind::date},   {"time", Kind::time},       {"object", Kind::object},   {"collection", Kind::collection},
      {"blob", Kind::blob},   {"picture", Kind::picture}, {"pointer", Kind::pointer}, {"function", Kind::object}};
  const auto found = words.find(types.text);
  return found == words.end() ? CheckType{} : CheckType{found->second, {}};
}

}  // namespace qodly::script::check
