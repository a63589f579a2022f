// A cursor over the query text: blanks, symbols, keywords, names, and the values of "value mode" (query.md 3), where an
// unquoted text needs no quotes. REST mode reads values by the looser rules of rest.md 10.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/syntax.h"

namespace qodly::query {

// One thread; keeps a reference to the text.
class Lexer {
 public:
  Lexer(std::string_view text, bool rest) : text_(text), rest_(rest) {}

  std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }
  void rewind(std::uint32_t position) { at_ = position; }

  // All of these skip blanks first.
  bool atEnd();
  bool symbol(std::string_view symbol);  // consumes it when it comes next
  bool peekSymbol(std::string_view symbol);
  bool keyword(std::string_view lowerCase);  // a whole word, in any case
  bool peekKeyword(std::string_view lowerCase);
  bool orderBy();
  bool peekOrderBy();
  std::optional<std::string_view> name();
  std::optional<std::uint32_t> digits();  // nullopt: none, or more than 9

  enum class Place : std::uint8_t { criterion, list };
  // `star`: `*` at an end of an unquoted REST word is a wildcard.
  Result<Literal> literal(Place place, bool star);
  // Text up to the parenthesis that closes the one just consumed, which is consumed too; quotes are respected.
  Result<std::string> balanced();

  Error error(std::uint32_t position, std::string_view message) const;  // querySyntax
  Error expected(std::string_view what);                                // "expected ..., found ..." at the next token
  // True when the value read last ended with a quote right before the cursor: a likely stray quote.
  bool afterQuote() const { return afterQuote_ && at_ == quoteEnd_; }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void skipBlanks();
  bool wordAt(std::size_t position, std::string_view lowerCase) const;
  bool conjunctionAt(std::size_t position) const;
  bool endsValue(std::size_t position, Place place) const;
  bool startsWithoutValue(std::size_t position, Place place) const;
  Result<Literal> quoted(Place place);
  std::string_view plainWord();
  std::string_view looseWord(Place place);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t quoteEnd_ = 0;
  bool rest_;
  bool afterQuote_ = false;
};

bool isBlank(char c);
bool isNameStart(char c);
bool isNameChar(char c);

}  // namespace qodly::query
