// Which variable or known name a word is (language.md 4, 27, 35.1). `var` counts for the whole body wherever it stands,
// so names are collected while a body is read and decided at its end.
#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

NameKind kindOf(NameSort sort) {
  switch (sort) {
    case NameSort::command:
      return NameKind::command;
    case NameSort::constant:
      return NameKind::constant;
    default:
      return NameKind::method;
  }
}

}  // namespace

// `$name` and `name` are two variables.
std::string Parser::scopeKey(std::string_view name, bool dollar) const {
  std::string key = foldName(name);
  if (dollar) key.insert(key.begin(), '$');
  return key;
}

void Parser::declare(std::string_view name, bool dollar) { declared_.insert(scopeKey(name, dollar)); }

void Parser::useName(Expression* node, const KnownName* known, bool dollar) {
  uses_.push_back({node, known, dollar, false, false, false});
}

// The entry of a name that was read just now; nullptr when the expression is none.
Parser::NameUse* Parser::lastUse(const Expression* node) {
  return !uses_.empty() && uses_.back().node == node ? &uses_.back() : nullptr;
}

void Parser::resolveNames() {
  for (const NameUse& use : uses_) resolve(use);
  uses_.clear();
  declared_.clear();
}

void Parser::resolve(const NameUse& use) {
  Name& name = std::get<Name>(use.node->node);
  const bool declared = declared_.contains(scopeKey(name.text, use.dollar));
  if (use.dollar) {
    name.kind = fourD() ? NameKind::local : NameKind::dollarLocal;
    name.declared = declared;
    return;
  }
  // A declared name wins over what it hides, except where it is called.
  if (declared && !(use.called && use.known != nullptr)) {
    name.kind = NameKind::local;
    name.declared = true;
    return;
  }
  if (use.known != nullptr) {
    name.kind = kindOf(use.known->sort);
    name.canonical = tree_.arena.keep(use.known->canonical());
    if (use.assigned) {
      report(Diagnostic::Level::error, use.node->where, "not-assignable",
             fmt::format("'{}' is a {} and cannot be assigned; a variable of that name must be declared.", name.text,
                         name.kind == NameKind::command    ? "command"
                         : name.kind == NameKind::constant ? "constant"
                                                           : "method"));
    }
    return;
  }
  if (equalsIgnoringAsciiCase(name.text, "ok")) {
    name.kind = NameKind::systemOk;
  } else if (use.called || use.wholeStatement) {
    name.kind = NameKind::method;
    name.canonical = name.text;
  } else {
    name.kind = sharesNames() ? NameKind::process : NameKind::local;
  }
}

}  // namespace qodly::script::syntax
