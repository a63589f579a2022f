#include "query/lexer.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::query {

namespace {

constexpr std::string_view conjunctions[] = {"and", "or", "except"};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// [-] digits [. digits] [e [+-] digits]
bool hasNumberForm(std::string_view word) {
  std::size_t at = 0;
  const auto run = [&] {
    const std::size_t start = at;
    while (at < word.size() && isDigit(word[at])) ++at;
    return at > start;
  };
  if (word.starts_with('-')) ++at;
  if (!run()) return false;
  if (at < word.size() && word[at] == '.') {
    ++at;
    if (!run()) return false;
  }
  if (at < word.size() && lower(word[at]) == 'e') {
    ++at;
    if (at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
    if (!run()) return false;
  }
  return at == word.size();
}

std::optional<Value> numberOf(std::string_view word) {
  if (!hasNumberForm(word)) return std::nullopt;
  const char* end = word.data() + word.size();
  std::int64_t integer = 0;
  if (const auto [stop, status] = std::from_chars(word.data(), end, integer); status == std::errc() && stop == end) {
    return Value::integer(integer);
  }
  double real = 0;
  if (const auto [stop, status] = std::from_chars(word.data(), end, real); status == std::errc() && stop == end) {
    return Value::real(real);
  }
  return std::nullopt;  // outside the range of a number: text
}

// `*` at the ends of an unquoted REST word (rest.md O-16).
std::string withWildcards(std::string_view word) {
  std::string text(word);
  if (text.find_first_not_of('*') == std::string::npos) return "@";
  if (text.front() == '*') text.front() = '@';
  if (text.back() == '*') text.back() = '@';
  return text;
}

Literal classify(std::string_view word, bool star) {
  if (word == "true" || word == "false") return {Value::boolean(word == "true"), false, {}};
  if (equalsIgnoringAsciiCase(word, "null")) return {Value::null(), false, {}};
  if (auto number = numberOf(word)) return {std::move(*number), false, std::string(word)};
  if (star && !word.empty() && (word.front() == '*' || word.back() == '*')) {
    return {Value::text(withWildcards(word)), false, {}};
  }
  return {Value::text(word), false, {}};
}

}  // namespace

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

// Every byte of a character outside ASCII counts as a letter.
bool isNameStart(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

bool isNameChar(char c) { return isNameStart(c) || isDigit(c); }

void Lexer::skipBlanks() {
  while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
}

bool Lexer::atEnd() {
  skipBlanks();
  return at_ == text_.size();
}

bool Lexer::peekSymbol(std::string_view symbol) {
  skipBlanks();
  return text_.substr(at_).starts_with(symbol);
}

bool Lexer::symbol(std::string_view symbol) {
  if (!peekSymbol(symbol)) return false;
  at_ += symbol.size();
  return true;
}

bool Lexer::wordAt(std::size_t position, std::string_view lowerCase) const {
  const std::size_t end = position + lowerCase.size();
  if (end > text_.size()) return false;
  if (!equalsIgnoringAsciiCase(text_.substr(position, lowerCase.size()), lowerCase)) return false;
  return end == text_.size() || !isNameChar(text_[end]);
}

bool Lexer::peekKeyword(std::string_view lowerCase) {
  skipBlanks();
  return wordAt(at_, lowerCase);
}

bool Lexer::keyword(std::string_view lowerCase) {
  if (!peekKeyword(lowerCase)) return false;
  at_ += lowerCase.size();
  return true;
}

bool Lexer::peekOrderBy() {
  skipBlanks();
  if (!wordAt(at_, "order")) return false;
  std::size_t by = at_ + 5;
  while (by < text_.size() && isBlank(text_[by])) ++by;
  return by > at_ + 5 && wordAt(by, "by");
}

bool Lexer::orderBy() { return peekOrderBy() && keyword("order") && keyword("by"); }

std::optional<std::string_view> Lexer::name() {
  skipBlanks();
  if (!isNameStart(peek())) return std::nullopt;
  const std::size_t start = at_;
  while (at_ < text_.size() && isNameChar(text_[at_])) ++at_;
  return text_.substr(start, at_ - start);
}

std::optional<std::uint32_t> Lexer::digits() {
  skipBlanks();
  std::uint32_t number = 0;
  std::size_t count = 0;
  for (; isDigit(peek(count)); ++count) {
    if (count == 9) return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(peek(count) - '0');
  }
  if (count == 0) return std::nullopt;
  at_ += count;
  return number;
}

// A conjunction word of REST mode: stands alone, and something that can follow it comes next.
bool Lexer::conjunctionAt(std::size_t position) const {
  for (const std::string_view word : conjunctions) {
    if (!wordAt(position, word)) continue;
    const std::size_t end = position + word.size();
    if (end == text_.size() || isBlank(text_[end]) || text_[end] == '(' || text_[end] == ':') return true;
  }
  if (!wordAt(position, "order")) return false;
  std::size_t by = position + 5;
  while (by < text_.size() && isBlank(text_[by])) ++by;
  return by > position + 5 && wordAt(by, "by");
}

// Whether a quoted REST value may close before `position` (rest.md 10.1: "the last ' before a conjunction/end").
bool Lexer::endsValue(std::size_t position, Place place) const {
  while (position < text_.size() && isBlank(text_[position])) ++position;
  if (position == text_.size()) return true;
  const char c = text_[position];
  if (c == ')' || c == '&' || c == '|') return true;
  if (place == Place::list && (c == ',' || c == ']')) return true;
  return conjunctionAt(position);
}

Result<Literal> Lexer::quoted(Place place) {
  const std::size_t start = at_;
  const char quote = text_[at_++];
  std::string content;
  for (; at_ < text_.size(); ++at_) {
    if (quote == '"' && peek() == '\\' && peek(1) == '"') {
      content += '"';
      ++at_;
      continue;
    }
    if (peek() != quote || (rest_ && !endsValue(at_ + 1, place))) {
      content += peek();
      continue;
    }
    ++at_;
    afterQuote_ = true;
    quoteEnd_ = at_;
    return Literal{Value::text(std::move(content)), true, {}};
  }
  at_ = start;
  return std::unexpected(
      error(position(), fmt::format("the text that starts with {} is not closed by another {}", quote, quote)));
}

// A conjunction word where a value is due. It is the value itself when nothing but another one could follow
// (`state=OR`, `state=OR AND ...`).
bool Lexer::startsWithoutValue(std::size_t position, Place place) const {
  if (!conjunctionAt(position)) return false;
  std::size_t end = position;
  while (end < text_.size() && isNameChar(text_[end])) ++end;
  return !endsValue(end, place);
}

std::string_view Lexer::plainWord() {
  const std::size_t start = at_;
  while (at_ < text_.size() && !isBlank(text_[at_]) &&
         std::string_view("(),[]&|").find(text_[at_]) == std::string_view::npos) {
    ++at_;
  }
  return text_.substr(start, at_ - start);
}

// Runs up to a conjunction word, `order by`, a closing parenthesis that was not opened inside, or the end.
std::string_view Lexer::looseWord(Place place) {
  const std::size_t start = at_;
  std::size_t open = 0;
  std::size_t end = at_;  // behind the last character that is no blank
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (isBlank(c)) continue;
    if (c == '&' || c == '|') break;
    if (c == '(') ++open;
    if (c == ')' && open-- == 0) break;
    if (place == Place::list && (c == ',' || c == ']')) break;
    if (at_ == start ? startsWithoutValue(at_, place) : isBlank(text_[at_ - 1]) && conjunctionAt(at_)) break;
    end = at_ + 1;
  }
  at_ = end;
  return text_.substr(start, end - start);
}

Result<Literal> Lexer::literal(Place place, bool star) {
  skipBlanks();
  if (peek() == '\'' || peek() == '"') return quoted(place);
  // A comparator here is one too many, not the beginning of a word.
  if (std::string_view("=<>").find(peek()) != std::string_view::npos) return std::unexpected(expected("a value"));
  const std::size_t start = at_;
  const std::string_view word = rest_ ? looseWord(place) : plainWord();
  if (word.empty()) {
    at_ = start;
    return std::unexpected(expected("a value"));
  }
  return classify(word, rest_ && star);
}

Result<std::string> Lexer::balanced() {
  const std::size_t start = at_;
  std::size_t open = 1;
  char quote = '\0';
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (quote != '\0') {
      if (c == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      } else if (c == quote) {
        quote = '\0';
      }
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c == '(') ++open;
    if (c == ')' && --open == 0) return std::string(text_.substr(start, at_++ - start));
  }
  at_ = start;
  return std::unexpected(error(position(), "the parenthesis of eval( is not closed"));
}

Error Lexer::error(std::uint32_t position, std::string_view message) const {
  return Error(code::querySyntax, "dbmg", fmt::format("Query syntax error at position {}: {}", position + 1, message))
      .at({{}, 1, position + 1});
}

Error Lexer::expected(std::string_view what) {
  if (atEnd()) return error(position(), fmt::format("expected {}, found the end of the query", what));
  std::size_t length = 1;
  while (length < 24 && at_ + length < text_.size() && !isBlank(text_[at_ + length])) ++length;
  return error(position(), fmt::format("expected {}, found `{}`", what, repairUtf8(text_.substr(at_, length))));
}

}  // namespace qodly::query
