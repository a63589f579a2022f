// Methods and classes: headers, parameters, properties, aliases (language.md 5.1, 12.2, 14, 15, 28).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

struct ModifierRow {
  std::string_view word;
  bool Modifiers::*flag;
};
constexpr auto modifierWords = std::to_array<ModifierRow>({{"exposed", &Modifiers::exposed},
                                                           {"local", &Modifiers::local},
                                                           {"shared", &Modifiers::shared},
                                                           {"onhttpget", &Modifiers::onHttpGet},
                                                           {"singleton", &Modifiers::singleton},
                                                           {"session", &Modifiers::session},
                                                           {"server", &Modifiers::server}});

const ModifierRow* modifierOf(const Token& token) {
  if (token.kind != TokenKind::word || token.afterDot) return nullptr;
  const auto found = std::ranges::find_if(
      modifierWords, [&](const ModifierRow& row) { return equalsIgnoringAsciiCase(row.word, token.text); });
  return found == modifierWords.end() ? nullptr : &*found;
}

struct AccessorRow {
  std::string_view word;
  FunctionKind kind;
};
constexpr auto accessors = std::to_array<AccessorRow>({{"get", FunctionKind::getter},
                                                       {"set", FunctionKind::setter},
                                                       {"query", FunctionKind::query},
                                                       {"orderBy", FunctionKind::orderBy},
                                                       {"event", FunctionKind::event}});

}  // namespace

void Parser::parseMethod() {
  Function* function = tree_.arena.make(Function{});
  functions_.push_back(function);
  function->hasHeader = false;
  function->where = {1, 1, 0};
  skipNewlines();
  const bool marked = is(TokenKind::hash) && keywordAt(1) == Keyword::declareWord;
  const TokenKind behind = ahead().kind;
  const bool plain = keyword() == Keyword::declareWord &&
                     (behind == TokenKind::leftParen || behind == TokenKind::arrow || behind == TokenKind::colon ||
                      behind == TokenKind::newline || behind == TokenKind::endOfText);
  if (marked || plain) {
    function->hasHeader = true;
    function->where = current().where;
    at_ += marked ? 2 : 1;
    signature(*function);
  }
  body(*function);
  tree_.function = function;
}

void Parser::parseClass() {
  std::vector<ClassMember> members;
  skipNewlines();
  extendsLine();
  while (true) {
    skipNewlines();
    if (is(TokenKind::endOfText)) break;
    if (functions_.empty() && tree_.extends.empty() && atExtendsLine()) {
      report(Diagnostic::Level::warning, current().where, "misplaced-extends",
             "'extends' should be the first line of code of a class.");
      extendsLine();
      continue;
    }
    member(members);
  }
  checkDuplicates(members);
  tree_.members = tree_.arena.keep(members);
}

bool Parser::atExtendsLine() const {
  return keywordAt(keyword() == Keyword::classWord ? 1 : 0) == Keyword::extendsWord;
}

void Parser::extendsLine() {
  if (!atExtendsLine()) return;
  const std::size_t skip = keyword() == Keyword::classWord ? 1 : 0;
  tree_.extendsPosition = current().where;
  at_ += skip + 1;
  splitWord();
  if (!is(TokenKind::word)) {
    fail("the name of the parent class");
  } else {
    const std::uint32_t from = current().where.offset;
    ++at_;
    while (is(TokenKind::dot) && ahead().kind == TokenKind::word) at_ += 2;
    tree_.extends = sourceBetween(from, previousEnd());
  }
  endLine();
}

// The line begins a function, constructor or alias: [modifiers] function | [class] constructor | alias.
bool Parser::atMemberHeader() const {
  if (tree_.kind != UnitKind::classFile || !current().firstOnLine) return false;
  std::size_t count = 0;
  while (modifierOf(ahead(count)) != nullptr) ++count;
  switch (keywordAt(count)) {
    case Keyword::functionWord:
      return true;
    case Keyword::classWord:
      return keywordAt(count + 1) == Keyword::constructorWord || keywordAt(count + 1) == Keyword::extendsWord;
    case Keyword::constructorWord:
      return count > 0 || ahead().kind == TokenKind::leftParen || ahead().kind == TokenKind::newline ||
             ahead().kind == TokenKind::endOfText;
    case Keyword::aliasWord:
      return ahead(count + 1).kind == TokenKind::word;
    default:
      return false;
  }
}

bool Parser::atPropertyLine() const {
  const TokenKind next = ahead().kind;
  return keyword() == Keyword::propertyWord && (next == TokenKind::word || next == TokenKind::dollarName);
}

void Parser::member(std::vector<ClassMember>& members) {
  const Token first = current();
  if (atPropertyLine()) {
    if (const Property* property = propertyLine()) members.emplace_back(property);
    return endLine();
  }
  if (!atMemberHeader()) {
    fail(fourD() ? "'Function', 'Class constructor', 'property' or 'Alias'"
                 : "'function', 'constructor', 'property' or 'alias'");
    return endLine();
  }
  Modifiers found = modifiers();
  if (keyword() == Keyword::aliasWord) {
    const Alias* alias = aliasLine(found.exposed, first.where);
    if (alias != nullptr && !panic_) members.emplace_back(alias);
    return endLine();
  }
  if (atExtendsLine()) {
    failAt(first.where, "misplaced-extends", "'extends' must be the first line of code of a class.");
    return endLine();
  }
  Function* function = tree_.arena.make(Function{});
  functions_.push_back(function);
  function->modifiers = found;
  function->where = first.where;
  function->kind = keyword() == Keyword::functionWord ? FunctionKind::function : FunctionKind::constructor;
  at_ += keyword() == Keyword::classWord ? 2 : 1;
  if (function->kind == FunctionKind::function) functionName(*function);
  checkModifiers(*function);
  signature(*function);
  body(*function);
  members.emplace_back(function);
}

Modifiers Parser::modifiers() {
  Modifiers found;
  while (const ModifierRow* row = modifierOf(current())) {
    found.*(row->flag) = true;
    ++at_;
  }
  return found;
}

void Parser::functionName(Function& function) {
  const auto nameHere = [this](std::string_view what) -> std::string_view {
    splitWord();
    if (is(TokenKind::dollarName)) {
      const Token token = take();
      return std::string_view(*tree_.text).substr(token.where.offset, token.text.size() + 1);
    }
    if (is(TokenKind::word)) return take().text;
    fail(what);
    return {};
  };
  function.name = nameHere("the name of the function");
  const auto accessor = std::ranges::find_if(
      accessors, [&](const AccessorRow& row) { return equalsIgnoringAsciiCase(row.word, function.name); });
  if (accessor == accessors.end() || (!is(TokenKind::word) && !is(TokenKind::dollarName))) return;
  function.kind = accessor->kind;
  const Token second = current();
  function.name = nameHere("the name of the property");
  if (function.kind != FunctionKind::event) return;
  if (is(TokenKind::word)) function.attribute = nameHere("the name of the attribute");
  if (!isEventName(function.name)) {
    failAt(
        second.where, "unknown-event",
        fmt::format("Found the event '{}'; expected restrict, touched, validateSave, saving, afterSave, validateDrop, "
                    "dropping or afterDrop.",
                    function.name));
  }
}

void Parser::checkModifiers(const Function& function) {
  const Modifiers& given = function.modifiers;
  const bool constructor = function.kind == FunctionKind::constructor;
  if (!constructor && (given.singleton || given.session)) {
    failAt(function.where, "wrong-modifier", "'singleton' and 'session' belong to a constructor, not to a function.");
  } else if (constructor && (given.exposed || given.local || given.onHttpGet)) {
    failAt(function.where, "wrong-modifier",
           "'exposed', 'local' and 'onHttpGet' belong to a function, not to a constructor.");
  } else if (given.onHttpGet && !given.exposed) {
    failAt(function.where, "wrong-modifier", "'onHttpGet' needs 'exposed'.");
  } else if (given.session && !given.singleton) {
    failAt(function.where, "wrong-modifier", "'session' needs 'singleton'.");
  }
}

// [ ( parameters ) ] [ -> result | : type ], and the end of the line.
void Parser::signature(Function& function) {
  declared_.clear();
  if (accept(TokenKind::leftParen)) parameterList(function);
  resultSpec(function);
  endLine();
}

void Parser::parameterList(Function& function) {
  if (accept(TokenKind::rightParen)) return;
  std::vector<Parameter> parameters;
  do {
    if (accept(TokenKind::ellipsis)) {
      function.variadic = true;
      if (accept(TokenKind::colon)) function.variadicType = typeRef();
      break;
    }
    splitWord();
    const Token token = current();
    if (token.kind != TokenKind::dollarName && (token.kind != TokenKind::word || isReserved(keyword()))) {
      fail("the name of a parameter");
      break;
    }
    ++at_;
    Parameter parameter{token.text, token.kind == TokenKind::dollarName && !fourD(), {}, token.where};
    // A type word belongs to the name before it only: the other names are variants (5.1).
    if (accept(TokenKind::colon)) parameter.type = typeRef();
    declareParameter(parameter, token.kind == TokenKind::dollarName);
    parameters.push_back(parameter);
  } while (acceptSeparator());
  expect(TokenKind::rightParen, "or another parameter");
  function.parameters = tree_.arena.keep(parameters);
}

// In .4dm a parameter written without `$` is the same variable as with it (language.md 27).
void Parser::declareParameter(const Parameter& parameter, bool dollar) {
  if (parameter.name.find('$') != std::string_view::npos) {
    failAt(parameter.where, "unexpected-character",
           fmt::format("The name '{}' has a '$' inside: it may only stand before a name.", parameter.name));
  }
  bool added = declared_.insert(scopeKey(parameter.name, dollar)).second;
  if (fourD() && !dollar) added &= declared_.insert(scopeKey(parameter.name, true)).second;
  if (!added) {
    failAt(parameter.where, "duplicate-name",
           fmt::format("The name '{}' is declared twice in this header.", parameter.name));
  }
}

void Parser::resultSpec(Function& function) {
  if (accept(TokenKind::colon)) {
    function.hasResult = true;
    function.result.type = typeRef();
    return;
  }
  if (!accept(TokenKind::arrow)) return;
  function.hasResult = true;
  splitWord();
  const Token token = current();
  const bool typeAlone = token.kind == TokenKind::word && ahead().kind != TokenKind::colon &&
                         (typeWordOf(token.text) || ahead().kind == TokenKind::dot);
  if (typeAlone) {
    function.result.type = typeRef();
    return;
  }
  if (token.kind != TokenKind::word && token.kind != TokenKind::dollarName)
    return fail("the name of the return variable");
  ++at_;
  function.result = {token.text, token.kind == TokenKind::dollarName && !fourD(), {}, token.where};
  if (accept(TokenKind::colon)) function.result.type = typeRef();
  declareParameter(function.result, token.kind == TokenKind::dollarName);
}

void Parser::body(Function& function) {
  open_.clear();
  function.bodyBegin = previousEnd();
  function.body = block();
  resolveNames();
  function.bodyEnd = current().where.offset;
}

const Property* Parser::propertyLine() {
  const Position where = take().where;
  std::vector<DeclaredName> names;
  do {
    splitWord();
    const Token token = current();
    if (token.kind != TokenKind::word && token.kind != TokenKind::dollarName) {
      fail("the name of a property");
      return nullptr;
    }
    ++at_;
    const std::string_view name =
        std::string_view(*tree_.text).substr(token.where.offset, token.end - token.where.offset);
    names.push_back({DeclaredName::Kind::local, token.hasSuffix ? token.text : name, 0, token.where});
  } while (acceptSeparator());

  Property property;
  property.where = where;
  if (accept(TokenKind::colon)) property.type = typeRef();
  const Token sign = current();
  if (accept(TokenKind::assign) || (!fourD() && accept(TokenKind::equals))) {
    if (names.size() > 1) {
      failAt(sign.where, "several-names",
             "Several properties cannot share one initial value; write them on lines of their own.");
      return nullptr;
    }
    property.initialiser = expression();
  }
  resolveNames();
  if (panic_) return nullptr;
  property.names = tree_.arena.keep(names);
  property.end = previousEnd();
  return tree_.arena.make(property);
}

const Alias* Parser::aliasLine(bool exposed, Position where) {
  ++at_;
  Alias alias;
  alias.exposed = exposed;
  alias.where = where;
  splitWord();
  if (!is(TokenKind::word)) {
    fail("the name of the alias");
    return nullptr;
  }
  alias.name = take().text;
  splitWord();
  if (!is(TokenKind::word)) {
    fail("the path of an attribute");
    return nullptr;
  }
  const std::uint32_t from = take().where.offset;
  while (is(TokenKind::dot) && ahead().kind == TokenKind::word) at_ += 2;
  alias.path = sourceBetween(from, previousEnd());
  alias.end = previousEnd();
  return tree_.arena.make(alias);
}

// Two functions of one name and kind, a function and a property of one name, two constructors (4, 14.7).
void Parser::checkDuplicates(const std::vector<ClassMember>& members) {
  enum class Space : std::uint8_t { plain, accessor };
  struct Seen {
    std::string_view name;
    Space space;
    FunctionKind kind;
    std::string_view attribute;
  };
  std::vector<Seen> seen;
  const auto add = [&](const Seen& item, Position where) {
    const auto clash = std::ranges::find_if(seen, [&](const Seen& other) {
      if (other.name != item.name || other.attribute != item.attribute) return false;
      const bool bothAccessors = other.space == Space::accessor && item.space == Space::accessor;
      const bool events = (other.kind == FunctionKind::event) != (item.kind == FunctionKind::event);
      return !events && (!bothAccessors || other.kind == item.kind);
    });
    if (clash != seen.end()) {
      // Components of 4D declare the type of a computed property in a property line as well.
      const bool declared = fourD() && item.space == Space::accessor && clash->kind == FunctionKind::method;
      report(declared ? Diagnostic::Level::warning : Diagnostic::Level::error, where, "duplicate-name",
             item.kind == FunctionKind::constructor
                 ? std::string("A class has one constructor only.")
                 : fmt::format("The name '{}' is already taken by another member of the class.", item.name));
    }
    seen.push_back(item);
  };
  for (const ClassMember& each : members) {
    if (const auto* property = std::get_if<const Property*>(&each)) {
      for (const DeclaredName& name : (*property)->names) {
        add({name.text, Space::plain, FunctionKind::method, {}}, name.where);
      }
    } else if (const auto* alias = std::get_if<const Alias*>(&each)) {
      add({(*alias)->name, Space::plain, FunctionKind::method, {}}, (*alias)->where);
    } else {
      const Function& function = *std::get<const Function*>(each);
      const bool plain = function.kind == FunctionKind::function || function.kind == FunctionKind::constructor;
      add({function.kind == FunctionKind::constructor ? std::string_view("constructor") : function.name,
           plain ? Space::plain : Space::accessor, function.kind, function.attribute},
          function.where);
    }
  }
}

TypeRef Parser::typeRef() {
  splitWord();
  const Token token = current();
  TypeRef type;
  type.where = token.where;
  if (token.kind != TokenKind::word) {
    fail("a type");
    return type;
  }
  const std::string lower = lowerAscii(token.known != nullptr ? token.known->canonical() : token.text);
  const bool store = lower == "cs" || lower == "4d";
  if (store && ahead().kind == TokenKind::dot && ahead(2).kind == TokenKind::word) {
    at_ += 2;
    const std::uint32_t from = take().where.offset;
    while (is(TokenKind::dot) && ahead().kind == TokenKind::word) at_ += 2;
    type.word = lower == "cs" ? TypeWord::userClass : TypeWord::builtInClass;
    type.className = sourceBetween(from, previousEnd());
    return type;
  }
  const auto word = typeWordOf(token.text);
  if (store || !word) {
    fail(store ? "the name of a class behind it" : "a type: a type word, cs.Class or 4D.Class");
    return type;
  }
  ++at_;
  type.word = *word;
  return type;
}

}  // namespace qodly::script::syntax
