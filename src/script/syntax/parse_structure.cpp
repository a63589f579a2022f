// Statements with a body, and how the words that close them are matched (language.md 2.5, 5.2, 11, 28).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

struct ConstructRow {
  Construct construct;
  std::string_view opening, fourDOpening;
  std::string_view ending;       // words behind `end`
  std::string_view fourDEnding;  // the same in .4dm
};
constexpr auto constructs = std::to_array<ConstructRow>({
    {Construct::forEachLoop, "forEach", "For each", "foreach", "for each"},
    {Construct::ifBlock, "if", "If", "if", "if"},
    {Construct::switchBlock, "switch", "Case of", "switch", "case"},
    {Construct::whileLoop, "while", "While", "while", "while"},
    {Construct::repeatLoop, "repeat", "Repeat", "", ""},
    {Construct::forLoop, "for", "For", "for", "for"},
    {Construct::useBlock, "use", "Use", "use", "use"},
    {Construct::tryBlock, "try", "Try", "try", "try"},
});

const ConstructRow& rowOf(Construct construct) {
  return *std::ranges::find(constructs, construct, &ConstructRow::construct);
}

}  // namespace

std::string_view Parser::openingWord(Construct construct) const {
  return fourD() ? rowOf(construct).fourDOpening : rowOf(construct).opening;
}

std::string Parser::closingWord(Construct construct) const {
  if (construct == Construct::repeatLoop) return fourD() ? "Until (...)" : "until (...)";
  return fourD() ? fmt::format("End {}", rowOf(construct).fourDEnding) : "end";
}

// The closing or dividing word that the current line begins with.
Parser::Closer Parser::closer() const {
  if (is(TokenKind::colon)) return {Closer::Kind::caseLine, std::nullopt, 1};
  switch (keyword()) {
    case Keyword::elseWord:
      return {Closer::Kind::otherwise, std::nullopt, 1};
    case Keyword::untilWord:
      return {Closer::Kind::until, std::nullopt, 1};
    case Keyword::catchWord:
      return {Closer::Kind::handler, std::nullopt, 1};
    case Keyword::endWord:
      break;
    default:
      return {};
  }
  const auto wordAt = [this](std::size_t count) {
    return ahead(count).kind == TokenKind::word && !ahead(count).afterDot ? ahead(count).text : std::string_view{};
  };
  if (keywordAt(1) == Keyword::forWord && keywordAt(2) == Keyword::eachWord) {
    return {Closer::Kind::end, Construct::forEachLoop, 3};
  }
  for (const ConstructRow& row : constructs) {
    const std::string_view ending = fourD() ? row.fourDEnding : row.ending;
    if (!ending.empty() && equalsIgnoringAsciiCase(wordAt(1), ending)) return {Closer::Kind::end, row.construct, 2};
  }
  if (fourD() && ahead().kind != TokenKind::newline) return {};
  return {Closer::Kind::end, std::nullopt, 1};
}

bool Parser::accepts(const Open& open, const Closer& closer) const {
  switch (closer.kind) {
    case Closer::Kind::none:
      return false;
    case Closer::Kind::end:
      if (closer.construct) return open.construct == *closer.construct;
      return !fourD() && open.construct != Construct::repeatLoop;
    case Closer::Kind::otherwise:
      return open.elseAllowed;
    case Closer::Kind::caseLine:
      return open.construct == Construct::switchBlock && open.elseAllowed;
    case Closer::Kind::until:
      return open.construct == Construct::repeatLoop;
    case Closer::Kind::handler:
      return open.catchAllowed;
  }
  return false;
}

bool Parser::closerIsExpected(const Closer& closer) const {
  return std::ranges::any_of(open_, [&](const Open& open) { return accepts(open, closer); });
}

// Statements up to a word that closes or divides a structure around them, the next member of a class, or the end.
Block Parser::block() {
  std::vector<const Statement*> statements;
  while (true) {
    skipNewlines();
    if (is(TokenKind::endOfText) || atMemberHeader()) break;
    const Closer found = closer();
    if (found.kind == Closer::Kind::none) {
      const Statement* made = statement();
      if (made != nullptr && !panic_) statements.push_back(made);
      endLine();
      continue;
    }
    if (closerIsExpected(found)) break;
    const Token& token = current();
    failAt(token.where, "unexpected-closer",
           fmt::format("Found {}, but nothing is open that it could belong to.", describe(token)));
    endLine();
  }
  return tree_.arena.keep(statements);
}

// Begins the body of a structure: false when structures nest too deep, and then the rest of the body is passed over.
bool Parser::opened(Construct construct, Position where) {
  endLine();
  open_.push_back({construct, where, construct == Construct::ifBlock || construct == Construct::switchBlock,
                   construct == Construct::tryBlock});
  if (open_.size() <= maximumNesting) return true;
  failAt(where, "nested-too-deep", fmt::format("Structures nest deeper than {} levels.", maximumNesting));
  open_.clear();
  while (!is(TokenKind::endOfText) && !atMemberHeader()) skipLine();
  return false;
}

// The end of a structure: its closing word, which is taken, or a message that it is missing. Position of the word.
Position Parser::close() {
  if (open_.empty()) return current().where;
  const Open open = open_.back();
  open_.pop_back();
  const Closer found = closer();
  const Position where = current().where;
  if (found.kind != Closer::Kind::none && accepts(open, found)) {
    at_ += found.tokens;
    return where;
  }
  const std::string_view before = is(TokenKind::endOfText) ? "the end of the file"
                                  : atMemberHeader()       ? "the next function"
                                                           : "the structure around it is closed";
  const std::string inLine = where.line != 0 ? fmt::format(" (line {})", where.line) : std::string{};
  report(Diagnostic::Level::error, open.where, "unclosed-structure",
         fmt::format("'{}' is not closed: expected '{}' before {}{}.", openingWord(open.construct),
                     closingWord(open.construct), before, inLine));
  return where;
}

// A dividing word that belongs to the innermost structure: taken with its line end, except behind a case colon.
bool Parser::acceptCloser(Closer::Kind kind) {
  if (open_.empty()) return false;
  const Closer found = closer();
  if (found.kind != kind || !accepts(open_.back(), found)) return false;
  at_ += found.tokens;
  if (kind != Closer::Kind::caseLine) endLine();
  return true;
}

// ( expression ). In .4dm the parentheses may belong to the first part only, If ($a) & ($b), or be left out.
const Expression* Parser::condition() {
  const bool nothing = is(TokenKind::newline) || is(TokenKind::endOfText);
  if (nothing || (!fourD() && !is(TokenKind::leftParen))) {
    fail("'('");
    return placeholder();
  }
  if (fourD()) {
    Expression* made = expression();
    made->parenthesised = false;
    return made;
  }
  ++at_;
  const Expression* made = expression();
  expect(TokenKind::rightParen);
  return made;
}

const Statement* Parser::ifStatement() {
  const Position where = take().where;
  If made;
  made.condition = condition();
  if (!opened(Construct::ifBlock, where)) return nullptr;
  made.then = block();
  made.elsePosition = current().where;
  if (acceptCloser(Closer::Kind::otherwise)) {
    open_.back().elseAllowed = false;
    made.hasElse = true;
    made.otherwise = block();
  }
  const Position closing = close();
  return makeStatement(made, where, closing);
}

const Statement* Parser::switchStatement() {
  const Position where = take().where;
  if (fourD()) ++at_;  // of
  if (!opened(Construct::switchBlock, where)) return nullptr;
  Switch made;
  std::vector<SwitchCase> cases;
  skipNewlines();
  if (closer().kind == Closer::Kind::none && !is(TokenKind::endOfText) && !atMemberHeader()) {
    fail("':' and the first condition");
    endLine();
    block();
  }
  SwitchCase each;
  each.where = current().where;
  while (acceptCloser(Closer::Kind::caseLine)) {
    each.condition = expression();
    endLine();
    each.body = block();
    cases.push_back(each);
    each.where = current().where;
  }
  made.elsePosition = current().where;
  if (acceptCloser(Closer::Kind::otherwise)) {
    open_.back().elseAllowed = false;
    made.hasElse = true;
    made.otherwise = block();
  }
  made.cases = tree_.arena.keep(cases);
  const Position closing = close();
  return makeStatement(made, where, closing);
}

const Statement* Parser::whileStatement() {
  const Position where = take().where;
  While made;
  made.condition = condition();
  if (!opened(Construct::whileLoop, where)) return nullptr;
  made.body = block();
  const Position closing = close();
  return makeStatement(made, where, closing);
}

const Statement* Parser::repeatStatement() {
  const Position where = take().where;
  if (!opened(Construct::repeatLoop, where)) return nullptr;
  Repeat made;
  made.body = block();
  const bool closed = closer().kind == Closer::Kind::until;
  const Position closing = close();
  made.until = closed ? condition() : placeholder();
  return makeStatement(made, where, closing);
}

const Expression* Parser::loopVariable() {
  const Expression* variable = postfix();
  if (!panic_) checkTarget(*variable);
  if (NameUse* use = lastUse(variable)) use->assigned = true;
  return variable;
}

const Statement* Parser::forStatement() {
  const Position where = take().where;
  For made;
  if (expect(TokenKind::leftParen)) {
    made.counter = loopVariable();
    if (!acceptSeparator()) fail("the first value of the counter");
    made.from = expression();
    if (!acceptSeparator()) fail("the last value of the counter");
    made.to = expression();
    if (acceptSeparator()) made.step = expression();
    expect(TokenKind::rightParen);
  }
  if (!opened(Construct::forLoop, where)) return nullptr;
  made.body = block();
  const Position closing = close();
  if (made.counter == nullptr) return nullptr;
  return makeStatement(made, where, closing);
}

const Statement* Parser::forEachStatement() {
  const Position where = current().where;
  at_ += keyword() == Keyword::forEachWord ? 1 : 2;
  ForEach made;
  if (expect(TokenKind::leftParen)) {
    made.item = loopVariable();
    if (!acceptSeparator()) fail("what to loop over");
    made.source = expression();
    if (acceptSeparator()) made.begin = expression();
    if (made.begin != nullptr && acceptSeparator()) made.end = expression();
    expect(TokenKind::rightParen);
  }
  const Keyword limit = keyword();
  if (!panic_ && (limit == Keyword::whileWord || limit == Keyword::untilWord)) {
    ++at_;
    made.conditionKind = limit == Keyword::whileWord ? ForEach::Condition::whileTrue : ForEach::Condition::untilTrue;
    made.condition = condition();
  }
  if (!opened(Construct::forEachLoop, where)) return nullptr;
  made.body = block();
  const Position closing = close();
  if (made.item == nullptr) return nullptr;
  return makeStatement(made, where, closing);
}

const Statement* Parser::useStatement() {
  const Position where = take().where;
  Use made;
  made.object = condition();
  if (!opened(Construct::useBlock, where)) return nullptr;
  made.body = block();
  const Position closing = close();
  return makeStatement(made, where, closing);
}

const Statement* Parser::tryStatement() {
  const Position where = take().where;
  if (!opened(Construct::tryBlock, where)) return nullptr;
  Try made;
  made.body = block();
  made.catchPosition = current().where;
  if (acceptCloser(Closer::Kind::handler)) {
    open_.back().catchAllowed = false;
    made.handler = block();
  } else if (!open_.empty() && !fourD()) {  // code of 4D leaves an empty Catch out
    report(Diagnostic::Level::error, where, "missing-catch",
           fmt::format("'try' has no 'catch': expected 'catch' before '{}'.", closingWord(Construct::tryBlock)));
  }
  const Position closing = close();
  return makeStatement(made, where, closing);
}

}  // namespace qodly::script::syntax
