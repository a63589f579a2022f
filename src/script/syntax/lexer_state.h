// The lexer's inside, shared by its files. Not for others.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "script/syntax/lexer.h"

namespace qodly::script::syntax {

class Lexer {
 public:
  explicit Lexer(const LexerInput& input) : in_(input), text_(input.text) {}
  LexedText run();

 private:
  // lexer.cpp
  bool readLineParts();
  void readToken();
  void readNewline();
  void endStatement();
  bool readContinuation();
  void readLineComment();
  void readBlockComment(bool continuing);
  bool continuesBehind(std::size_t at) const;
  void readAttributesLine();
  void readOperator();
  // lexer_words.cpp
  void readWord();
  void readPropertyName();
  void readDollar();
  void readInterprocess();
  bool readTableReference();
  bool readSql();
  bool startsKnownDigitName() const;
  bool isReturn(std::string_view rest) const;
  std::size_t runLength(std::size_t offset) const;
  std::size_t suffixLength(std::size_t offset) const;
  std::size_t tableSuffixLength(std::size_t offset) const;
  std::uint32_t digitsAt(std::size_t offset) const;
  std::size_t skipDigits(std::size_t offset) const;
  // lexer_literals.cpp
  void readNumber();
  void readText();
  void readDate();
  void readTime();

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  bool startsWith(std::string_view prefix) const { return text_.substr(cursor_).starts_with(prefix); }
  bool wordStarts(std::size_t offset) const;
  bool fourD() const { return in_.surface == Surface::fourD; }
  Position here();
  Position positionOf(std::size_t offset);
  Token begin(TokenKind kind);
  void finish(Token token, std::size_t end);
  void punctuation(TokenKind kind, std::size_t length);
  void error(Position where, std::string_view code, std::string message);

  LexerInput in_;
  std::string_view text_;
  LexedText out_;
  std::size_t cursor_ = 0;
  bool operand_ = true;             // the next token stands in operand position (2.4)
  bool afterDot_ = false;           // the last token was a dot
  bool lineHasTokens_ = false;      // tokens since the last newline token
  bool physicalHasTokens_ = false;  // tokens on this physical line
  bool continued_ = false;          // this physical line was joined to the one before
  bool blankBefore_ = false;
  std::uint32_t brackets_ = 0;  // open brackets in this logical line
  // Where positions were last computed: they are asked in rising order.
  std::uint32_t line_ = 1;
  std::size_t lineStart_ = 0;
  std::size_t countedTo_ = 0;
  std::uint32_t column_ = 1;
};

}  // namespace qodly::script::syntax
