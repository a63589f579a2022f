#include "script/intelligence/occurrences.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "script/compile/scope.h"
#include "script/intelligence/body_types.h"
#include "script/syntax/deep_stack.h"
#include "script/syntax/names.h"
#include "script/syntax/walk.h"

namespace qodly::script::intelligence {

using namespace syntax;
using check::Knowledge;

namespace {

// Functions, properties and aliases of a class that is extended belong to the topmost class that has them.
std::string rootOwner(const Knowledge& knowledge, std::string_view owner, std::string_view name) {
  constexpr int deepest = 64;
  std::string_view root = owner;
  const check::ClassHeader* at = knowledge.userClass(owner);
  for (int level = 0; at != nullptr && level < deepest; ++level) {
    const bool has = at->functions.contains(name) || at->getters.contains(name) || at->properties.contains(name) ||
                     at->setters.contains(std::string(name)) || at->assigned.contains(std::string(name)) ||
                     at->aliases.contains(std::string(name));
    if (has) root = at->name;
    at = at->extends.empty() ? nullptr : knowledge.userClass(at->extends);
  }
  return std::string(root);
}

class Reader {
 public:
  Reader(const Tree& tree, std::string_view name, const Knowledge& knowledge)
      : tree_(tree), text_(*tree.text), name_(name), knowledge_(knowledge) {}

  std::vector<Occurrence> run() {
    const auto functions = functionsOf(tree_);
    for (; function_ < functions.size(); ++function_) body(*functions[function_]);
    if (tree_.kind == UnitKind::classFile) classParts();
    std::ranges::stable_sort(found_, {}, &Occurrence::begin);
    return std::move(found_);
  }

 private:
  Occurrence& add(std::uint32_t begin, std::size_t length, Symbol symbol) {
    const std::uint32_t end = static_cast<std::uint32_t>(std::min<std::size_t>(begin + length, text_.size()));
    return found_.emplace_back(
        Occurrence{.begin = begin, .end = end, .symbol = std::move(symbol), .function = function_});
  }

  void addLocal(std::uint32_t offset, std::string_view name, bool dollar, bool declares) {
    if (name.empty()) return;
    if (offset < text_.size() && text_[offset] == '$') ++offset;
    add(offset, name.size(), {Symbol::Kind::local, std::to_string(function_), compile::Scope::key(name, dollar)})
        .declares = declares;
  }

  void addClass(std::uint32_t offset, std::string_view name) {
    const bool file = knowledge_.userClass(name) != nullptr;
    if (!file && !knowledge_.hasClass(name)) return;
    add(offset, name.size(), {file ? Symbol::Kind::userClass : Symbol::Kind::dataClass, {}, std::string(name)});
  }

  void addType(const TypeRef& type) {
    if (type.where.line == 0 || type.className.empty()) return;
    const auto dot = text_.find('.', type.where.offset);
    if (dot == std::string_view::npos) return;
    std::size_t at = text_.find_first_not_of(" \t", dot + 1);
    if (at == std::string_view::npos || text_.substr(at, type.className.size()) != type.className) return;
    const auto offset = static_cast<std::uint32_t>(at);
    if (type.word == TypeWord::userClass) addClass(offset, type.className);
    if (type.word == TypeWord::builtInClass) {
      add(offset, type.className.size(), {Symbol::Kind::nativeClass, {}, std::string(type.className)});
    }
  }

  std::string_view className() const {
    return tree_.kind == UnitKind::classFile ? std::string_view(name_) : std::string_view();
  }

  void body(const Function& function) {
    const BodyTypes types(knowledge_, className(), &function);
    types_ = &types;
    if (!function.name.empty() && function.kind != FunctionKind::event) {
      add(nameOffset(tree_, function), function.name.size(), memberSymbol(name_, function.name)).declares = true;
    } else if (function.kind == FunctionKind::method) {
      add(function.where.offset, 0, {Symbol::Kind::method, {}, foldName(name_)}).declares = true;
    }
    for (const Parameter& each : function.parameters) parameter(each);
    addType(function.variadicType);
    if (!function.result.name.empty())
      addLocal(function.result.where.offset, function.result.name, function.result.dollar, true);
    addType(function.result.type);
    for (const Statement* each : function.body) statement(*each);
    types_ = nullptr;
  }

  void parameter(const Parameter& each) {
    addLocal(each.where.offset, each.name, each.dollar, true);
    addType(each.type);
  }

  Symbol memberSymbol(std::string_view owner, std::string_view name) const {
    return {Symbol::Kind::member, rootOwner(knowledge_, owner, name), std::string(name)};
  }

  // Where the parent's name stands in `extends Parent` or `class extends Parent`.
  std::uint32_t parentOffset() const {
    std::size_t at = tree_.extendsPosition.offset;
    for (bool behindExtends = false; at < text_.size() && !behindExtends;) {
      const std::size_t length = std::max<std::size_t>(nameLength(text_, at), 1);
      behindExtends = equalsIgnoringAsciiCase(text_.substr(at, length), "extends");
      at = std::min(text_.find_first_not_of(" \t", at + length), text_.size());
    }
    return static_cast<std::uint32_t>(at);
  }

  void classParts() {
    if (!tree_.extends.empty()) addClass(parentOffset(), tree_.extends);
    for (const ClassMember& each : tree_.members) {
      if (const auto* property = std::get_if<const Property*>(&each)) {
        for (const DeclaredName& item : (*property)->names) {
          add(item.where.offset, item.text.size(), memberSymbol(name_, item.text)).declares = true;
        }
        addType((*property)->type);
        if ((*property)->initialiser == nullptr) continue;
        const BodyTypes types(knowledge_, className(), nullptr);
        types_ = &types;
        expression(*(*property)->initialiser, false);
        types_ = nullptr;
      } else if (const auto* alias = std::get_if<const Alias*>(&each)) {
        const auto at = text_.find((*alias)->name, text_.find("lias", (*alias)->where.offset) + 4);
        if (at == std::string_view::npos) continue;
        add(static_cast<std::uint32_t>(at), (*alias)->name.size(), memberSymbol(name_, (*alias)->name)).declares = true;
      }
    }
  }

  void statement(const Statement& node) {
    if (const auto* declaration = std::get_if<VariableDeclaration>(&node.node)) {
      for (const DeclaredName& each : declaration->names) {
        const bool dollar = each.kind == DeclaredName::Kind::dollarLocal;
        if (dollar || each.kind == DeclaredName::Kind::local) addLocal(each.where.offset, each.text, dollar, true);
      }
      addType(declaration->type);
    }
    const auto* assignment = std::get_if<Assignment>(&node.node);
    const auto* target = assignment == nullptr ? nullptr : std::get_if<Member>(&assignment->target->node);
    forEachPart(
        node,
        [&](const Expression& each) {
          const std::size_t before = found_.size();
          expression(each, false);
          const bool own = target != nullptr && &each == assignment->target &&
                           std::holds_alternative<This>(target->object->node) && found_.size() > before;
          if (own) found_.back().assigns = true;
        },
        [&](const Statement& each) { statement(each); });
  }

  void expression(const Expression& node, bool called) {
    const auto* call = std::get_if<Call>(&node.node);
    forEachPart(
        node, [&](const Expression& each) { expression(each, call != nullptr && &each == call->callee); },
        [&](const Statement& each) { statement(each); });
    if (const auto* name = std::get_if<Name>(&node.node)) addName(node, *name);
    if (const auto* member = std::get_if<Member>(&node.node)) addMember(*member, called);
  }

  void addName(const Expression& where, const Name& name) {
    const std::uint32_t offset = where.where.offset + (where.parenthesised ? skipParentheses(where.where.offset) : 0);
    switch (name.kind) {
      case NameKind::local:
      case NameKind::dollarLocal:
        return addLocal(offset, name.text, name.kind == NameKind::dollarLocal, false);
      case NameKind::command:
        add(offset, name.text.size(), {Symbol::Kind::command, {}, std::string(name.canonical)});
        return;
      case NameKind::constant:
        add(offset, name.text.size(), {Symbol::Kind::constant, {}, std::string(name.canonical)});
        return;
      case NameKind::method:
        add(offset, name.text.size(), {Symbol::Kind::method, {}, foldName(name.canonical)});
        return;
      default:
        return;
    }
  }

  // A parenthesised expression may begin at its parenthesis.
  std::uint32_t skipParentheses(std::uint32_t offset) const {
    const auto at = text_.find_first_not_of("( \t", offset);
    return at == std::string_view::npos ? 0 : static_cast<std::uint32_t>(at) - offset;
  }

  void addMember(const Member& node, bool called) {
    const std::uint32_t offset = node.namePosition.offset;
    if (const auto* store = std::get_if<ClassStore>(&node.object->node)) {
      if (store->kind == ClassStore::Kind::user) return addClass(offset, node.name);
      add(offset, node.name.size(), {Symbol::Kind::nativeClass, {}, std::string(node.name)});
      return;
    }
    const auto fact = types_->factOf(node);
    Occurrence& made = add(offset, node.name.size(), {Symbol::Kind::looseMember, {}, std::string(node.name)});
    made.called = called;
    if (fact) made.symbol = symbolOf(*fact);
  }

  Symbol symbolOf(const MemberFact& fact) const {
    const std::string name(fact.name);
    switch (fact.kind) {
      case MemberFact::Kind::attribute:
        return {Symbol::Kind::attribute, std::string(fact.owner), name};
      case MemberFact::Kind::dataClass:
        return {knowledge_.userClass(name) != nullptr ? Symbol::Kind::userClass : Symbol::Kind::dataClass, {}, name};
      case MemberFact::Kind::nativeFunction:
      case MemberFact::Kind::nativeProperty:
      case MemberFact::Kind::classWord:
        return {Symbol::Kind::nativeMember, std::string(fact.owner), name};
      default:
        return memberSymbol(fact.owner, fact.name);
    }
  }

  const Tree& tree_;
  std::string_view text_;
  std::string name_;
  const Knowledge& knowledge_;
  const BodyTypes* types_ = nullptr;
  std::uint32_t function_ = 0;
  std::vector<Occurrence> found_;
};

}  // namespace

std::vector<Occurrence> occurrencesOf(const Tree& tree, std::string_view name, const Knowledge& knowledge) {
  std::vector<Occurrence> found;
  onDeepStack(tree.nesting, [&] { found = Reader(tree, name, knowledge).run(); });
  return found;
}

std::vector<const Function*> functionsOf(const Tree& tree) {
  std::vector<const Function*> functions;
  if (tree.function != nullptr) functions.push_back(tree.function);
  for (const ClassMember& each : tree.members) {
    if (const auto* function = std::get_if<const Function*>(&each)) functions.push_back(*function);
  }
  return functions;
}

std::optional<std::uint32_t> functionAt(const std::vector<const Function*>& functions, std::uint32_t offset) {
  std::optional<std::uint32_t> found;
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    if (functions[i]->where.offset <= offset || functions[i]->kind == FunctionKind::method) found = i;
  }
  return found;
}

std::uint32_t nameOffset(const Tree& tree, const Function& function) {
  const std::string_view text = *tree.text;
  std::size_t at = function.where.offset;
  bool behindWord = false;  // "function" was read
  bool isAccessor = function.kind != FunctionKind::function;
  while (at < text.size() && text[at] != '\n' && text[at] != '(') {
    const std::size_t length = nameLength(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    const std::string_view word = text.substr(at, length);
    if (behindWord && !isAccessor && word == function.name) return static_cast<std::uint32_t>(at);
    if (behindWord) isAccessor = false;  // get, set, query, orderBy
    if (equalsIgnoringAsciiCase(word, "function")) behindWord = true;
    at += length;
  }
  return function.where.offset;
}

}  // namespace qodly::script::intelligence
