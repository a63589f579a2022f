// Literals: numbers, texts, dates, times (language.md 2.3).
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "script/syntax/lexer_state.h"

namespace qodly::script::syntax {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Three numbers between marks: dates and times. `digits` counts what was written.
struct Triple {
  std::array<std::int64_t, 3> value{};
  std::array<std::size_t, 3> digits{};
  char separator = 0;
  std::size_t length = 0;  // of the whole literal, marks included
};

// "!2024-01-31!": `mark` at both ends, one of `separators` between; nullopt when the text has another shape. Numbers
// behind the first `least` may be left out.
std::optional<Triple> readTriple(std::string_view text, char mark, std::string_view separators, std::size_t least = 3) {
  constexpr std::size_t mostDigits = 9;
  Triple triple;
  std::size_t at = 1;
  for (std::size_t part = 0; part < 3; ++part) {
    while (at < text.size() && isDigit(text[at]) && triple.digits[part] < mostDigits) {
      triple.value[part] = triple.value[part] * 10 + (text[at] - '0');
      ++triple.digits[part];
      ++at;
    }
    if (triple.digits[part] == 0 || at >= text.size()) return std::nullopt;
    if (part == 2 || (part + 1 >= least && text[at] == mark)) break;
    if (separators.find(text[at]) == std::string_view::npos) return std::nullopt;
    if (part == 0) triple.separator = text[at];
    ++at;
  }
  if (text[at] != mark) return std::nullopt;
  triple.length = at + 1;
  return triple;
}

std::int64_t fullYear(std::int64_t year, std::size_t digits) {
  if (digits > 2) return year;
  return year < 30 ? 2000 + year : 1900 + year;
}

// The orders of components of 2.3; nullopt when there is no such day.
std::optional<Date> dateOf(const Triple& triple) {
  const auto& [a, b, c] = triple.value;
  if (a == 0 && b == 0 && c == 0) return Date::none();
  enum class Order : std::uint8_t { yearMonthDay, monthDayYear, dayMonthYear };
  Order order = triple.separator == '/' ? Order::monthDayYear : Order::yearMonthDay;
  if (triple.digits[0] > 2) {
    order = Order::yearMonthDay;
  } else if (triple.digits[2] > 2) {
    order = a > 12                              ? Order::dayMonthYear
            : b > 12 || triple.separator == '/' ? Order::monthDayYear
                                                : Order::dayMonthYear;
  }
  const auto civil = [](std::int64_t year, std::int64_t month, std::int64_t day) -> std::optional<Date> {
    if (year > INT16_MAX || month > 12 || day > 31) return std::nullopt;
    return Date::fromCivil(static_cast<int>(year), static_cast<int>(month), static_cast<int>(day));
  };
  switch (order) {
    case Order::yearMonthDay:
      return civil(fullYear(a, triple.digits[0]), b, c);
    case Order::monthDayYear:
      return civil(fullYear(c, triple.digits[2]), a, b);
    case Order::dayMonthYear:
      break;
  }
  return civil(fullYear(c, triple.digits[2]), b, a);
}

// Where a malformed literal that begins with `mark` ends: behind its closing mark when that is near.
std::size_t malformedLength(std::string_view text, char mark) {
  constexpr std::size_t longest = 24;
  const std::size_t close = text.substr(0, std::min(longest, text.find('\n'))).find(mark, 1);
  return close == std::string_view::npos ? 1 : close + 1;
}

constexpr std::string_view escapeLetters = "nNtTrR\\\"";
constexpr std::string_view escapedCharacters = "\n\n\t\t\r\r\\\"";

}  // namespace

void Lexer::readNumber() {
  Token token = begin(TokenKind::number);
  std::size_t end = cursor_;
  std::string_view problem;
  if (at(end) == '0' && (at(end + 1) == 'x' || at(end + 1) == 'X')) {
    end += 2;
    while (isHexDigit(at(end))) ++end;
    const std::size_t digits = end - cursor_ - 2;
    if (digits == 0 || digits > 8) problem = "A hexadecimal number has 1 to 8 digits behind 0x.";
  } else {
    if (at(end) == '.') problem = "A digit is required before the decimal point.";
    end = skipDigits(end);
    if (at(end) == '.' && at(end + 1) != '.') {
      if (!isDigit(at(end + 1)) && problem.empty()) problem = "A digit is required behind the decimal point.";
      end = skipDigits(end + 1);
    }
    if (at(end) == 'e' || at(end) == 'E') {
      const std::size_t digits = end + (at(end + 1) == '+' || at(end + 1) == '-' ? 2 : 1);
      if (isDigit(at(digits))) end = skipDigits(digits);
    }
  }
  if (problem.empty() && at(end) == '.' && isDigit(at(end + 1))) {
    end = skipDigits(end + 1);
    problem = "A number has one decimal point.";
  }
  if (problem.empty() && nameLength(text_, end) > 0) {
    end += nameLength(text_, end);
    problem = "A name cannot begin with a digit, and a number cannot contain letters.";
  }
  token.text = text_.substr(cursor_, end - cursor_);
  if (!problem.empty()) {
    error(token.where, "invalid-number", "Found '" + std::string(token.text) + "'. " + std::string(problem));
  }
  finish(token, end);
}

void Lexer::readText() {
  Token token = begin(TokenKind::text);
  const std::size_t from = cursor_ + 1;
  std::size_t end = from;
  bool escapes = false;
  while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
    const bool escape = text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] != '\n';
    escapes |= escape;
    end += escape ? 2 : 1;
  }
  const std::string_view raw = text_.substr(from, end - from);
  token.text = raw;
  if (escapes) {
    std::string value;
    value.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const std::size_t known =
          raw[i] == '\\' && i + 1 < raw.size() ? escapeLetters.find(raw[i + 1]) : std::string_view::npos;
      // An unknown escape keeps both characters, so that regular expressions stay readable.
      value.push_back(known == std::string_view::npos ? raw[i] : escapedCharacters[known]);
      i += known == std::string_view::npos ? 0 : 1;
    }
    token.text = in_.arena->keep(value);
  }
  if (at(end) != '"') {
    error(token.where, "unterminated-text", "This text is not closed: expected '\"' before the end of the line.");
    return finish(token, end);
  }
  finish(token, end + 1);
}

void Lexer::readDate() {
  Token token = begin(TokenKind::date);
  const std::string_view rest = text_.substr(cursor_);
  const auto triple = readTriple(rest, '!', "-/");
  const auto date = triple ? dateOf(*triple) : std::nullopt;
  const std::size_t length = triple ? triple->length : malformedLength(rest, '!');
  if (!date) {
    error(token.where, "invalid-date",
          "Invalid date literal '" + std::string(rest.substr(0, length)) +
              "': expected !YYYY-MM-DD! with a day that exists.");
    if (!triple && length == 1) token.kind = TokenKind::invalid;
  }
  token.value = date.value_or(Date::none()).days;
  finish(token, cursor_ + length);
}

void Lexer::readTime() {
  constexpr std::int64_t mostHours = 596000;
  Token token = begin(TokenKind::time);
  const std::string_view rest = text_.substr(cursor_);
  const auto triple = readTriple(rest, '?', ":", 1);  // ?10? and ?10:30? are written, too
  const std::size_t length = triple ? triple->length : malformedLength(rest, '?');
  const bool valid = triple && triple->digits[1] <= 2 && triple->digits[2] <= 2 && triple->value[1] < 60 &&
                     triple->value[2] < 60 && triple->value[0] <= mostHours;
  if (!valid) {
    error(token.where, "invalid-time",
          "Invalid time literal '" + std::string(rest.substr(0, length)) +
              "': expected ?hh:mm:ss? with minutes and seconds below 60.");
    if (!triple && length == 1) token.kind = TokenKind::invalid;
  } else {
    token.value = ((triple->value[0] * 60 + triple->value[1]) * 60 + triple->value[2]) * 1000;
  }
  finish(token, cursor_ + length);
}

}  // namespace qodly::script::syntax
