// How names are written in a surface (language.md 33, 34, 37): known names by the table, locals with or without `$`.
#include <fmt/format.h>

#include "base/utf8.h"
#include "script/syntax/keywords.h"
#include "script/syntax/printer_state.h"
#include "script/syntax/walk.h"

namespace qodly::script::syntax {

namespace {

std::string keyOf(std::string_view text, bool dollar) {
  std::string key = foldName(text);
  if (dollar) key.insert(key.begin(), '$');
  return key;
}

// Whether a word of .4qs may begin like that: $2nd is a name in .4dm only.
bool startsName(std::string_view text) { return !text.empty() && isNameStart(decodeUtf8(text, 0).codePoint); }

constexpr std::string_view otherReserved[] = {"this",      "super", "null", "true",   "false",
                                              "undefined", "cs",    "ok",   "formula"};

}  // namespace

// Finds the variables of a function.
class Printer::LocalCollector {
 public:
  explicit LocalCollector(Printer& printer) : printer_(printer) {}

  void local(std::string_view text, bool dollar) {
    const auto [entry, added] = printer_.localIndex_.try_emplace(keyOf(text, dollar), printer_.localNames_.size());
    if (added) printer_.localNames_.push_back({std::string(text), dollar, false, {}});
  }
  // A bare word that is called, or stands alone, would be a method: an undeclared variable there keeps its `$`.
  void called(const Expression* callee) {
    const auto* name = std::get_if<Name>(&callee->node);
    if (name == nullptr || name->kind != NameKind::local || name->declared) return;
    local(name->text, false);
    printer_.localNames_[printer_.localIndex_[keyOf(name->text, false)]].keepsDollar = true;
  }
  void other(std::string_view text, Position where) {
    const bool added = printer_.otherNames_.insert(foldName(text)).second;
    if (added && !printer_.fourD_) {
      printer_.loss(
          where, fmt::format("The process variable '{}' becomes a local variable: QodlyScript has no others.", text));
    }
  }
  void declared(const DeclaredName& name) {
    switch (name.kind) {
      case DeclaredName::Kind::local:
        return local(name.text, false);
      case DeclaredName::Kind::dollarLocal:
        return local(name.text, true);
      case DeclaredName::Kind::process:
        return other(name.text, name.where);
      default:
        return;
    }
  }
  void operator()(const Expression& expression) {
    if (const auto* name = std::get_if<Name>(&expression.node)) {
      if (name->kind == NameKind::local || name->kind == NameKind::dollarLocal) {
        local(name->text, name->kind == NameKind::dollarLocal);
      } else if (name->kind == NameKind::process) {
        other(name->text, expression.where);
      } else if (name->kind == NameKind::method) {
        printer_.otherNames_.insert(foldName(name->text));  // also one that the project does not have
      }
    }
    if (const auto* call = std::get_if<Call>(&expression.node)) called(call->callee);
    forEachPart(expression, *this, *this);
  }
  void operator()(const Statement& statement) {
    if (const auto* alone = std::get_if<ExpressionStatement>(&statement.node)) called(alone->expression);
    if (const auto* declaration = std::get_if<VariableDeclaration>(&statement.node)) {
      for (const DeclaredName& name : declaration->names) declared(name);
    }
    if (const auto* interface = std::get_if<MethodInterface>(&statement.node)) {
      for (const DeclaredName& name : interface->names) declared(name);
    }
    forEachPart(statement, *this, *this);
  }

 private:
  Printer& printer_;
};

void Printer::collectLocals(const Function& function) {
  localNames_.clear();
  localIndex_.clear();
  otherNames_.clear();
  LocalCollector collector(*this);
  for (const Parameter& each : function.parameters) collector.local(each.name, each.dollar);
  if (!function.result.name.empty()) collector.local(function.result.name, function.result.dollar);
  // "-> text" would be read as a type.
  if (function.result.type.word == TypeWord::none && typeWordOf(function.result.name)) {
    otherNames_.insert(foldName(function.result.name));
  }
  for (const Statement* each : function.body) collector(*each);
  chooseLocals();
}

// Of an expression outside every function.
void Printer::collectLocals(const Expression* expression) {
  localNames_.clear();
  localIndex_.clear();
  otherNames_.clear();
  if (expression != nullptr) LocalCollector (*this)(*expression);
  chooseLocals();
}

// A word that means something else in .4qs, or another variable.
bool Printer::isTaken(const std::string& key) const {
  if (otherNames_.contains(key)) return true;
  if (keywordOf(key) != Keyword::none || std::ranges::find(otherReserved, key) != std::end(otherReserved)) return true;
  for (const NameSort sort : {NameSort::command, NameSort::constant, NameSort::method}) {
    if (names_.find(sort, key) != nullptr) return true;
  }
  return false;
}

// Within one surface locals stay as they are. From .4qs to .4dm each gets its `$`; from .4dm to .4qs each loses it, and
// gets another name where the bare one is taken.
void Printer::chooseLocals() {
  if (tree_.surface == target_) {
    for (LocalName& each : localNames_) each.spelling = (fourD_ || each.dollar ? "$" : "") + each.text;
    return;
  }
  std::set<std::string> chosen;
  for (LocalName& each : localNames_) {
    if (each.keepsDollar && !fourD_) {
      each.spelling = (startsName(each.text) ? "$" : "$_") + each.text;
      continue;
    }
    const std::string plain = fourD_ || startsName(each.text) ? each.text : "_" + each.text;
    std::string text = plain;
    const auto clashes = [&](const std::string& key) {
      const bool another = key != keyOf(each.text, each.dollar) && localIndex_.contains(key);
      return chosen.contains(key) || another || (!fourD_ && isTaken(key));
    };
    for (std::size_t number = 1; clashes(foldName(text)); ++number) {
      text = number == 1 ? plain + "_" : fmt::format("{}_{}", plain, number);
    }
    chosen.insert(foldName(text));
    each.spelling = (fourD_ ? "$" : "") + text;
  }
}

std::string Printer::localSpelling(std::string_view text, bool dollar) const {
  const auto found = localIndex_.find(keyOf(text, dollar));
  if (found == localIndex_.end()) return (fourD_ || dollar ? "$" : "") + std::string(text);
  const LocalName& local = localNames_[found->second];
  // Case is kept as each use has it, as long as the name is.
  const std::size_t sign = local.spelling.starts_with('$') ? 1 : 0;
  if (foldName(local.spelling.substr(sign)) != foldName(text)) return local.spelling;
  return local.spelling.substr(0, sign) + std::string(text);
}

std::string_view Printer::knownSpelling(NameSort sort, std::string_view canonical) const {
  const KnownName* known = names_.find(sort, canonical);
  if (known == nullptr) return canonical;
  if (sort == NameSort::method) return known->name;
  const std::string_view wanted = fourD_ ? known->fourD : known->name;
  return wanted.empty() ? known->canonical() : wanted;
}

void Printer::name(const Name& name, Position where) {
  switch (name.kind) {
    case NameKind::local:
      return write(localSpelling(name.text, false));
    case NameKind::dollarLocal:
      return write(localSpelling(name.text, true));
    case NameKind::interprocess:
      write("<>");
      return write(name.text);
    case NameKind::command:
    case NameKind::constant: {
      const NameSort sort = name.kind == NameKind::command ? NameSort::command : NameSort::constant;
      if (names_.find(sort, name.canonical) == nullptr && !fourD_) {
        loss(where, fmt::format("'{}' is no known command or constant: QodlyScript cannot read its name.", name.text));
      }
      write(knownSpelling(sort, name.canonical));
      return write(fourD_ ? name.token : std::string_view{});
    }
    case NameKind::method:
      if (names_.find(NameSort::method, name.canonical) == nullptr && keywordOf(name.canonical) != Keyword::none) {
        loss(where, fmt::format("'{}' is a keyword: it cannot be the name of a method.", name.text));
      }
      return write(knownSpelling(NameSort::method, name.canonical));
    case NameKind::process:
    case NameKind::systemOk:
      return write(name.text);
  }
}

void Printer::declaredName(const DeclaredName& name) {
  switch (name.kind) {
    case DeclaredName::Kind::local:
      return write(localSpelling(name.text, false));
    case DeclaredName::Kind::dollarLocal:
      return write(localSpelling(name.text, true));
    case DeclaredName::Kind::process:
      return write(name.text);
    case DeclaredName::Kind::interprocess:
      write("<>");
      return write(name.text);
    case DeclaredName::Kind::parameter:
      return write(fmt::format("${}", name.number));
    case DeclaredName::Kind::variadic:
      return write(fmt::format("${{{}}}", name.number));
  }
}

}  // namespace qodly::script::syntax
