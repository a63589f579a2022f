// Operands: literals, names, words with a meaning of their own, brackets, formulas (language.md 5.3, 13, 28).
#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

NumberLiteral numberOf(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    std::uint32_t bits = 0;
    for (const char c : text.substr(2)) {
      const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      bits = bits << 4 | static_cast<std::uint32_t>(digit);
    }
    return {static_cast<double>(static_cast<std::int32_t>(bits)), true, text};
  }
  const double value = parseReal(text).value_or(0);
  const bool plain = text.find_first_of(".eE") == std::string_view::npos;
  return {value, plain && value <= INT32_MAX, text};
}

// A text in which nothing is known as a literal's value can be wrong any more: errors were told by the lexer.
Expression::Node literalOf(const Token& token) {
  switch (token.kind) {
    case TokenKind::number:
      return numberOf(token.text);
    case TokenKind::text:
      return TextLiteral{token.text};
    case TokenKind::date:
      return DateLiteral{Date{static_cast<std::int32_t>(token.value)}};
    default:
      return TimeLiteral{Duration{token.value}};
  }
}

}  // namespace

Expression* Parser::primary() {
  const Token token = current();
  switch (token.kind) {
    case TokenKind::number:
    case TokenKind::text:
    case TokenKind::date:
    case TokenKind::time:
      ++at_;
      return make(literalOf(token), token.where);
    case TokenKind::word:
      return word();
    case TokenKind::dollarName: {
      ++at_;
      Expression* name = make(Name{token.text, {}, NameKind::local, false, {}}, token.where);
      useName(name, nullptr, true);
      return name;
    }
    case TokenKind::interprocess:
      ++at_;
      return make(Name{token.text, {}, NameKind::interprocess, false, {}}, token.where);
    case TokenKind::parameter:
      ++at_;
      return make(ParameterNumber{token.number}, token.where);
    case TokenKind::parameterBrace: {
      ++at_;
      const Expression* number = expression();
      expect(TokenKind::rightBrace, "(closes '${')");
      return make(ParameterIndirect{number}, token.where, {number});
    }
    case TokenKind::tableReference:
      ++at_;
      return make(TableReference{token.text, token.field, token.number, static_cast<std::uint32_t>(token.value)},
                  token.where);
    case TokenKind::leftParen:
      return parenthesised();
    case TokenKind::leftBracket:
      return collectionLiteral();
    case TokenKind::leftBrace:
      return objectLiteral();
    default:
      fail("an expression");
      return placeholder();
  }
}

Expression* Parser::parenthesised() {
  const Position where = take().where;
  Expression* inner = expression();
  expect(TokenKind::rightParen);
  inner->parenthesised = true;
  inner->where = where;
  inner->end = previousEnd();
  return inner;
}

Expression* Parser::word() {
  const Token token = current();
  const std::string lower = lowerAscii(token.known != nullptr ? token.known->canonical() : token.text);
  const bool joined = fourD() && adjacentWord(1) && !isReserved(keywordAt(1));
  if (lower == "4d" && joined) return joinedWords();  // "4D Web license": a constant that is not known
  if (Expression* made = reservedWord(lower, token)) return made;
  if (isReserved(keyword()) || token.text.find('$') != std::string_view::npos) {
    fail("an expression");
    return placeholder();
  }
  if (joined) return joinedWords();
  ++at_;
  Expression* name = make(Name{token.text, {}, NameKind::local, false, {}}, token.where);
  if (token.hasSuffix && token.known == nullptr) {
    // Its token says what it is, though none that is known here.
    const NameKind kind = token.field.starts_with(":K") ? NameKind::constant : NameKind::command;
    std::get<Name>(name->node) = {token.text, token.text, kind, false, token.field};
    return name;
  }
  useName(name, token.known, false);
  return name;
}

// this, super, null...: nullptr when the word is none of them. A property or variable may still be called so.
Expression* Parser::reservedWord(std::string_view lower, const Token& token) {
  const bool called = ahead().kind == TokenKind::leftParen;
  const auto literal = [&](Expression::Node node) {
    ++at_;
    if (called && ahead().kind == TokenKind::rightParen) at_ += 2;  // null() is null
    return make(std::move(node), token.where);
  };
  if (lower == "this") {
    ++at_;
    return make(This{}, token.where);
  }
  if (lower == "super") {
    ++at_;
    return make(Super{}, token.where);
  }
  if (lower == "cs" || lower == "4d") {
    ++at_;
    return make(ClassStore{lower == "cs" ? ClassStore::Kind::user : ClassStore::Kind::builtIn}, token.where);
  }
  if (lower == "true" || lower == "false") return literal(BooleanLiteral{lower == "true"});
  if (lower == "null") {
    return called && ahead(2).kind != TokenKind::rightParen ? nullTest(token) : literal(NullLiteral{});
  }
  if (lower == "undefined" && !called) return literal(UndefinedLiteral{});
  if (lower == "try" && called) {
    at_ += 2;
    const Expression* operand = expression();
    expect(TokenKind::rightParen, "of try(...)");
    return make(TryExpression{operand}, token.where, {operand});
  }
  if (lower == "formula" && called) return formula(token);
  return nullptr;
}

// null(x), written in shipped code, is the test x == null (5.3, 37).
Expression* Parser::nullTest(const Token& token) {
  report(Diagnostic::Level::warning, token.where, "null-test",
         fmt::format("'{0}(x)' is read as the test 'x {1} {0}'.", token.text, fourD() ? "=" : "=="));
  at_ += 2;
  const Expression* operand = expression();
  expect(TokenKind::rightParen);
  const Expression* null = make(NullLiteral{}, token.where);
  Expression* test = make(Binary{BinaryOperator::equal, operand, null, token.where}, token.where, {operand, null});
  test->parenthesised = true;
  return test;
}

// Words beside each other that no table knows as one name: a command of the 4D product that this server does not know
// (24.2 of the command specification). It loads, and fails when it is executed.
Expression* Parser::joinedWords() {
  const Token first = current();
  std::size_t words = 1;
  while (adjacentWord(words) && !isReserved(keywordAt(words))) ++words;
  const Token& last = ahead(words - 1);
  const std::uint32_t nameEnd = last.where.offset + static_cast<std::uint32_t>(last.text.size());
  const std::string_view name = std::string_view(*tree_.text).substr(first.where.offset, nameEnd - first.where.offset);
  at_ += words;
  report(Diagnostic::Level::warning, first.where, "unknown-command",
         fmt::format("'{}' is no command, constant or method of this project.", name));
  return make(Name{name, name, NameKind::command, false, {}}, first.where);
}

Expression* Parser::formula(const Token& token) {
  at_ += 2;
  const std::uint32_t from = previousEnd();
  Formula content = formulaContent();
  const std::uint32_t to = current().where.offset;
  expect(TokenKind::rightParen, "of formula(...)");
  content.source = trim(sourceBetween(from, to));
  std::uint16_t height = content.expression != nullptr ? content.expression->height : 1;
  if (content.assignment != nullptr) {
    const auto& assigned = std::get<Assignment>(content.assignment->node);
    height = std::max(assigned.target->height, assigned.value->height);
  }
  Expression* made = make(content, token.where);
  made->height = static_cast<std::uint16_t>(height + 1);
  return made;
}

Formula Parser::formulaContent() {
  Formula content;
  if (keyword() == Keyword::returnWord) {
    ++at_;
    content.hasReturn = true;
  }
  const Position where = current().where;
  content.expression = expression();
  if (!content.hasReturn && assignOperator()) {
    content.assignment = assignment(content.expression, where);
    content.expression = nullptr;
  }
  return content;
}

// The source text between two offsets, without token suffixes.
std::string_view Parser::sourceBetween(std::uint32_t from, std::uint32_t to) {
  const std::string_view text(*tree_.text);
  const auto first = std::ranges::lower_bound(suffixes_, from, {}, [](const auto& each) { return each.first; });
  if (first == suffixes_.end() || first->first >= to) return text.substr(from, to - from);
  std::string cleaned;
  std::uint32_t at = from;
  for (auto suffix = first; suffix != suffixes_.end() && suffix->first < to; ++suffix) {
    cleaned += text.substr(at, suffix->first - at);
    at = suffix->second;
  }
  cleaned += text.substr(at, to - at);
  return tree_.arena.keep(cleaned);
}

// [name:7] cannot be a collection: the table reference that a conversion to .4qs writes.
bool Parser::startsTableReference() const {
  return !fourD() && ahead(1).kind == TokenKind::word && ahead(2).kind == TokenKind::colon &&
         ahead(3).kind == TokenKind::number && ahead(4).kind == TokenKind::rightBracket &&
         parseInteger(ahead(3).text).value_or(0) > 0;  // tables are counted from 1
}

Expression* Parser::collectionLiteral() {
  const Token open = take();
  if (ahead(0).kind == TokenKind::word && ahead(1).kind == TokenKind::colon) {
    --at_;
    const bool table = startsTableReference();
    ++at_;
    if (table) {
      const Token name = take();
      ++at_;
      const auto number = parseInteger(take().text).value_or(0);
      ++at_;
      std::string_view field;
      if (is(TokenKind::word) && !current().blankBefore) field = take().text;
      return make(TableReference{name.text, field, static_cast<std::uint32_t>(number), 0}, open.where);
    }
  }
  const Expressions elements = arguments(TokenKind::rightBracket);
  std::uint16_t height = 0;
  for (const Expression* each : elements) height = std::max(height, each->height);
  Expression* made = make(CollectionLiteral{elements}, open.where);
  made->height = static_cast<std::uint16_t>(height + 1);
  return made;
}

std::string_view Parser::objectKey() {
  const Token token = current();
  switch (token.kind) {
    case TokenKind::word:
    case TokenKind::text:
    case TokenKind::number:
      ++at_;
      return token.text;
    case TokenKind::dollarName:
      ++at_;
      return std::string_view(*tree_.text).substr(token.where.offset, token.text.size() + 1);
    default:
      fail("the name of a property");
      return {};
  }
}

Expression* Parser::objectLiteral() {
  const Position open = take().where;
  std::vector<ObjectPair> pairs;
  std::uint16_t height = 0;
  if (!accept(TokenKind::rightBrace)) {
    do {
      const Position where = current().where;
      const std::string_view key = objectKey();
      expect(TokenKind::colon, "behind the name of the property");
      const Expression* value = expression();
      pairs.push_back({key, where, value});
      height = std::max(height, value->height);
    } while (acceptSeparator());
    if (!accept(TokenKind::rightBrace)) fail(fmt::format("'{}' or '}}'", fourD() ? ";" : ","));
  }
  Expression* made = make(ObjectLiteral{tree_.arena.keep(pairs)}, open);
  made->height = static_cast<std::uint16_t>(height + 1);
  return made;
}

}  // namespace qodly::script::syntax
