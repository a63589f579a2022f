// Tokens in words, for messages.
#include "script/syntax/token.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace qodly::script::syntax {

namespace {

// In the order of TokenKind, from leftParen on.
constexpr auto spellings = std::to_array<std::string_view>(
    {"(",  ")",  "[",  "[[", "]",  "{",  "}",  "${", ",", ";",  ":", ".",  "...", "->", "#", "?",
     ":=", "=",  "+=", "-=", "*=", "/=", "==", "!=", "+", "-",  "*", "/",  "\\",  "%",  "^", "*+",
     "*|", "<<", ">>", "?+", "?-", "??", "<",  "<=", ">", ">=", "&", "&&", "|",   "||", "^|"});
static_assert(spellings.size() ==
              static_cast<std::size_t>(TokenKind::caretBar) - static_cast<std::size_t>(TokenKind::leftParen) + 1);

constexpr std::size_t longestQuote = 40;

}  // namespace

std::string_view spelling(TokenKind kind) {
  if (kind < TokenKind::leftParen) return {};
  return spellings[static_cast<std::size_t>(kind) - static_cast<std::size_t>(TokenKind::leftParen)];
}

std::string describe(const Token& token) {
  const std::string_view quoted = utf16Prefix(token.text, longestQuote);
  switch (token.kind) {
    case TokenKind::endOfText:
      return "the end of the file";
    case TokenKind::newline:
      return "the end of the line";
    case TokenKind::word:
      return fmt::format("'{}'", quoted);
    case TokenKind::dollarName:
    case TokenKind::parameter:
      return fmt::format("'${}'", quoted);
    case TokenKind::interprocess:
      return fmt::format("'<>{}'", quoted);
    case TokenKind::number:
      return fmt::format("the number {}", quoted);
    case TokenKind::text:
      return fmt::format("the text \"{}\"", quoted);
    case TokenKind::date:
      return "a date";
    case TokenKind::time:
      return "a time";
    case TokenKind::tableReference:
      return fmt::format("the table [{}]", quoted);
    case TokenKind::sql:
      return "an SQL block";
    case TokenKind::invalid:
      return "an invalid character";
    default:
      return fmt::format("'{}'", spelling(token.kind));
  }
}

}  // namespace qodly::script::syntax
