// Tokens of both surfaces (language.md 2.3, 27). Comments are no tokens: they are kept beside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "script/syntax/names.h"
#include "script/syntax/tree.h"

namespace qodly::script::syntax {

enum class TokenKind : std::uint8_t {
  endOfText,
  newline,       // end of a logical line
  word,          // a name, a keyword, or several words that are one known name
  dollarName,    // $name
  parameter,     // $0, $12
  interprocess,  // <>name
  number,
  text,
  date,
  time,
  tableReference,  // [Table], [Table:7], [Table:7]Field:2
  sql,             // Begin SQL ... End SQL
  invalid,         // characters that begin no token; already reported
  // Punctuation
  leftParen,
  rightParen,
  leftBracket,
  leftDoubleBracket,  // [[ in operator position
  rightBracket,
  leftBrace,
  rightBrace,
  parameterBrace,  // ${
  comma,
  semicolon,
  colon,
  dot,
  ellipsis,
  arrow,      // ->
  hash,       // #
  question,   // ? of a ternary
  assign,     // :=
  equals,     // =
  addAssign,  // +=
  subAssign,  // -=
  mulAssign,  // *=
  divAssign,  // /=
  // Operators
  equalsEquals,
  notEqual,  // !=
  plus,
  minus,
  star,
  slash,
  backslash,
  percent,
  caret,
  starPlus,
  starBar,
  shiftLeft,
  shiftRight,
  bitSet,
  bitClear,
  bitTest,
  less,
  lessOrEqual,
  greater,
  greaterOrEqual,
  ampersand,
  doubleAmpersand,
  bar,
  doubleBar,
  caretBar,
};

struct Token {
  TokenKind kind = TokenKind::endOfText;
  bool blankBefore = false;  // white space or a comment stands before it
  bool firstOnLine = false;  // first token of its logical line
  bool afterDot = false;     // word: a property name
  bool hasSuffix = false;    // word: a token suffix :C12 or :K1:2 followed
  Position where;
  std::uint32_t end = 0;             // offset behind it, suffix included
  std::string_view text;             // word, dollarName, interprocess: the name; text: its value; number: as written
  std::string_view field;            // tableReference: name of the field; word: its token suffix; else ""
  const KnownName* known = nullptr;  // word: command, constant or method; tableReference: the table
  std::uint32_t number = 0;  // parameter: its number; tableReference: number of the table; word: suffix of a command
  std::int64_t value = 0;    // date: days; time: milliseconds; tableReference: number of the field
};

struct LexedText {
  std::vector<Token> tokens;  // ends with newline, endOfText
  std::vector<Comment> comments;
  std::string_view attributesLine;
  // Begin and end offsets of token suffixes, in order: what a printed source text leaves out.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> suffixes;
};

// How a token is named in messages: "':='", "name 'total'", "end of line".
std::string describe(const Token& token);
std::string_view spelling(TokenKind kind);  // of punctuation and operators; "" for the others

}  // namespace qodly::script::syntax
