// The lexer's main loop: lines, continuation, comments, operators.
#include "script/syntax/lexer.h"

#include <array>

#include "base/text.h"
#include "base/utf8.h"
#include "script/syntax/lexer_state.h"

namespace qodly::script::syntax {

namespace {

struct OperatorRow {
  std::string_view text;
  TokenKind kind;
};

// Longest first where one begins another.
constexpr auto always = std::to_array<OperatorRow>({
    {"...", TokenKind::ellipsis},
    {":=", TokenKind::assign},
    {"->", TokenKind::arrow},
    {"!=", TokenKind::notEqual},
    {"==", TokenKind::equalsEquals},
    {"<<", TokenKind::shiftLeft},
    {"<=", TokenKind::lessOrEqual},
    {">>", TokenKind::shiftRight},
    {">=", TokenKind::greaterOrEqual},
    {"&&", TokenKind::doubleAmpersand},
    {"||", TokenKind::doubleBar},
    {"^|", TokenKind::caretBar},
    {"(", TokenKind::leftParen},
    {")", TokenKind::rightParen},
    {"[", TokenKind::leftBracket},
    {"]", TokenKind::rightBracket},
    {"{", TokenKind::leftBrace},
    {"}", TokenKind::rightBrace},
    {",", TokenKind::comma},
    {";", TokenKind::semicolon},
    {":", TokenKind::colon},
    {".", TokenKind::dot},
    {"#", TokenKind::hash},
    {"=", TokenKind::equals},
    {"+", TokenKind::plus},
    {"-", TokenKind::minus},
    {"*", TokenKind::star},
    {"/", TokenKind::slash},
    {"\\", TokenKind::backslash},
    {"%", TokenKind::percent},
    {"^", TokenKind::caret},
    {"<", TokenKind::less},
    {">", TokenKind::greater},
    {"&", TokenKind::ampersand},
    {"|", TokenKind::bar},
    {"?", TokenKind::question},
});

// Tokens only in operator position; tried before those above.
constexpr auto behindOperand = std::to_array<OperatorRow>({
    {"+=", TokenKind::addAssign},
    {"-=", TokenKind::subAssign},
    {"*=", TokenKind::mulAssign},
    {"/=", TokenKind::divAssign},
    {"*+", TokenKind::starPlus},
    {"*|", TokenKind::starBar},
    {"??", TokenKind::bitTest},
    {"?+", TokenKind::bitSet},
    {"?-", TokenKind::bitClear},
    {"[[", TokenKind::leftDoubleBracket},
});

bool endsOperand(TokenKind kind) {
  return kind == TokenKind::rightParen || kind == TokenKind::rightBracket || kind == TokenKind::rightBrace;
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
constexpr std::string_view noBreakSpace = "\xC2\xA0";

}  // namespace

LexedText lex(const LexerInput& input) { return Lexer(input).run(); }

Position Lexer::positionOf(std::size_t offset) {
  if (offset < countedTo_) {  // asked again for a place on the current line
    countedTo_ = lineStart_;
    column_ = 1;
  }
  std::size_t suffix = out_.suffixes.size();
  while (suffix > 0 && out_.suffixes[suffix - 1].second > countedTo_) --suffix;
  while (countedTo_ < offset) {
    if (suffix < out_.suffixes.size() && out_.suffixes[suffix].first == countedTo_) {
      countedTo_ = out_.suffixes[suffix++].second;
      continue;
    }
    const char c = text_[countedTo_];
    if (c == '\n') {
      ++line_;
      column_ = 1;
      lineStart_ = ++countedTo_;
      continue;
    }
    // UTF-16 units: continuation bytes count nothing, leads of four bytes count two.
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) column_ += byte >= 0xF0 ? 2 : 1;
    ++countedTo_;
  }
  return {line_, column_, static_cast<std::uint32_t>(offset)};
}

Position Lexer::here() { return positionOf(cursor_); }

void Lexer::error(Position where, std::string_view code, std::string message) {
  in_.diagnostics->push_back(
      {Diagnostic::Level::error, std::string(in_.file), where, std::string(code), std::move(message)});
}

Token Lexer::begin(TokenKind kind) {
  Token token;
  token.kind = kind;
  token.where = here();
  token.blankBefore = blankBefore_;
  token.firstOnLine = !lineHasTokens_;
  return token;
}

void Lexer::finish(Token token, std::size_t end) {
  token.end = static_cast<std::uint32_t>(end);
  const TokenKind kind = token.kind;
  cursor_ = end;
  // "return <>x", "var <>x": no operator follows these words.
  const bool opens = kind == TokenKind::word && !token.afterDot &&
                     (equalsIgnoringAsciiCase(token.text, "return") ||
                      (!lineHasTokens_ && fourD() && equalsIgnoringAsciiCase(token.text, "var")));
  lineHasTokens_ = physicalHasTokens_ = true;
  blankBefore_ = false;
  // Everything up to `invalid` in the enumeration is an operand or a line end; punctuation decides by itself.
  // An arrow behind an operand follows a pointer: what comes next stands behind an operand, too ($p->+=1).
  const bool follows = kind == TokenKind::arrow && !operand_;
  afterDot_ = kind == TokenKind::dot || (follows && wordStarts(end));  // "$p->name": a property of the target
  operand_ = opens || (kind > TokenKind::invalid && !endsOperand(kind) && !follows);
  out_.tokens.push_back(token);
}

void Lexer::punctuation(TokenKind kind, std::size_t length) {
  switch (kind) {
    case TokenKind::leftParen:
    case TokenKind::leftBracket:
    case TokenKind::leftBrace:
    case TokenKind::parameterBrace:
      ++brackets_;
      break;
    case TokenKind::leftDoubleBracket:
      brackets_ += 2;
      break;
    case TokenKind::rightParen:
    case TokenKind::rightBracket:
    case TokenKind::rightBrace:
      if (brackets_ > 0) --brackets_;
      break;
    default:
      break;
  }
  finish(begin(kind), cursor_ + length);
}

LexedText Lexer::run() {
  readAttributesLine();
  while (cursor_ < text_.size()) {
    if (!readLineParts()) readToken();
  }
  continued_ = false;
  if (lineHasTokens_) readNewline();
  out_.tokens.push_back(begin(TokenKind::endOfText));
  out_.tokens.back().end = static_cast<std::uint32_t>(cursor_);
  return std::move(out_);
}

void Lexer::readAttributesLine() {
  if (!startsWith("//%attributes")) return;
  const std::size_t end = std::min(text_.find('\n'), text_.size());
  out_.attributesLine = trim(text_.substr(0, end));
  cursor_ = end;
}

// Blanks, comments, line ends: true when something was read.
bool Lexer::readLineParts() {
  const char c = text_[cursor_];
  if (isBlank(c) || startsWith(noBreakSpace)) {
    cursor_ += isBlank(c) ? 1 : noBreakSpace.size();
    blankBefore_ = true;
    return true;
  }
  if (c == '\n') {
    readNewline();
    return true;
  }
  if (c == '`' || startsWith("//")) {
    readLineComment();
    return true;
  }
  if (startsWith("/*")) {
    readBlockComment(false);
    return true;
  }
  return c == '\\' && readContinuation();
}

void Lexer::endStatement() {
  Token token = begin(TokenKind::newline);
  token.end = static_cast<std::uint32_t>(cursor_);
  out_.tokens.push_back(token);
  lineHasTokens_ = false;
  brackets_ = 0;
  operand_ = true;
  afterDot_ = false;
}

void Lexer::readNewline() {
  // A line of nothing but a comment inside a continued statement does not end it while brackets are open.
  const bool commentInside = continued_ && !physicalHasTokens_ && brackets_ > 0;
  if (lineHasTokens_ && !commentInside) {
    endStatement();
    continued_ = false;
  }
  physicalHasTokens_ = false;
  blankBefore_ = true;
  if (cursor_ < text_.size()) ++cursor_;
}

// True when only blanks and comments follow up to the line end.
bool Lexer::continuesBehind(std::size_t offset) const {
  while (offset < text_.size()) {
    const std::string_view rest = text_.substr(offset);
    if (isBlank(rest.front())) {
      ++offset;
    } else if (rest.starts_with(noBreakSpace)) {
      offset += noBreakSpace.size();
    } else if (rest.front() == '\n' || rest.front() == '`' || rest.starts_with("//")) {
      return true;
    } else if (rest.starts_with("/*")) {
      const std::size_t close = rest.find("*/");
      const std::size_t lineEnd = rest.find('\n');
      if (close == std::string_view::npos || lineEnd < close) return true;
      offset += close + 2;
    } else {
      return false;
    }
  }
  return true;
}

bool Lexer::readContinuation() {
  if (!continuesBehind(cursor_ + 1)) return false;  // integer division
  ++cursor_;
  // What stands between here and the line end is blanks and comments; the line end itself is passed over.
  while (cursor_ < text_.size() && text_[cursor_] != '\n') {
    if (startsWith("/*")) {
      const std::uint32_t line = here().line;
      readBlockComment(true);
      if (here().line != line) break;
    } else if (text_[cursor_] == '`' || startsWith("//")) {
      readLineComment();
    } else {
      ++cursor_;
    }
  }
  if (cursor_ < text_.size() && text_[cursor_] == '\n') ++cursor_;
  blankBefore_ = true;
  continued_ = true;
  physicalHasTokens_ = false;
  return true;
}

void Lexer::readLineComment() {
  std::size_t end = cursor_;
  std::string_view comment;
  const auto takeLine = [&] {
    end = std::min(text_.find('\n', end), text_.size());
    comment = text_.substr(cursor_, end - cursor_);
    while (!comment.empty() && (isBlank(comment.back()))) comment.remove_suffix(1);
  };
  takeLine();
  // The editor of the 4D surface comments out a continued statement by a sign before its first line only.
  while (fourD() && !lineHasTokens_ && comment.ends_with('\\') && end < text_.size()) {
    ++end;
    takeLine();
  }
  out_.comments.push_back(
      {comment, here(), static_cast<std::uint32_t>(cursor_ + comment.size()), !physicalHasTokens_, false});
  cursor_ = end;
}

void Lexer::readBlockComment(bool continuing) {
  const Position where = here();
  std::size_t depth = 0;
  std::size_t end = cursor_;
  bool spansLines = false;
  do {
    if (end >= text_.size()) {
      error(where, "unterminated-comment", "This comment is not closed: expected '*/' before the end of the file.");
      break;
    }
    const std::string_view rest = text_.substr(end);
    if (rest.starts_with("/*")) {
      ++depth;
      end += 2;
    } else if (rest.starts_with("*/")) {
      --depth;
      end += 2;
    } else {
      spansLines |= rest.front() == '\n';
      ++end;
    }
  } while (depth > 0);
  out_.comments.push_back(
      {text_.substr(cursor_, end - cursor_), where, static_cast<std::uint32_t>(end), !physicalHasTokens_, true});
  cursor_ = end;
  blankBefore_ = true;
  if (!spansLines) return;
  // Over a line end it ends the statement, unless the line is continued (2.2).
  std::size_t next = end;
  while (next < text_.size() && isBlank(text_[next])) ++next;
  const bool goesOn = continuing || (continued_ && !physicalHasTokens_);
  if (lineHasTokens_ && !goesOn && !(at(next) == '\\' && continuesBehind(next + 1))) {
    endStatement();
  }
  physicalHasTokens_ = false;
}

bool Lexer::wordStarts(std::size_t offset) const {
  if (offset >= text_.size()) return false;
  const auto decoded = decodeUtf8(text_, offset);
  return decoded.valid && isNameStart(decoded.codePoint);
}

void Lexer::readToken() {
  const char c = text_[cursor_];
  if (afterDot_ && !startsWith("..") && nameLength(text_, cursor_) + (c == '$') > 0) return readPropertyName();
  if (wordStarts(cursor_)) {
    if (fourD() && !lineHasTokens_ && readSql()) return;
    return readWord();
  }
  if (c >= '0' && c <= '9') return startsKnownDigitName() ? readWord() : readNumber();
  if (c == '$') return readDollar();
  if (c == '"') return readText();
  if (operand_ && c == '!' && at(cursor_ + 1) != '=') return readDate();
  if (operand_ && c == '?') return readTime();
  if (operand_ && startsWith("<>") && wordStarts(cursor_ + 2)) return readInterprocess();
  if (operand_ && fourD() && c == '[' && readTableReference()) return;
  if (operand_ && c == '.' && at(cursor_ + 1) >= '0' && at(cursor_ + 1) <= '9') return readNumber();
  readOperator();
}

void Lexer::readOperator() {
  if (!operand_) {
    // "a<<>b" compares with an interprocess variable.
    if (fourD() && startsWith("<<>") && wordStarts(cursor_ + 3)) return punctuation(TokenKind::less, 1);
    for (const OperatorRow& row : behindOperand) {
      if (startsWith(row.text)) return punctuation(row.kind, row.text.size());
    }
  }
  for (const OperatorRow& row : always) {
    if (startsWith(row.text)) return punctuation(row.kind, row.text.size());
  }
  const std::size_t length = decodeUtf8(text_, cursor_).length;
  error(here(), "unexpected-character",
        "Found '" + std::string(text_.substr(cursor_, length)) + "', which begins no name, literal or operator.");
  finish(begin(TokenKind::invalid), cursor_ + length);
}

}  // namespace qodly::script::syntax
