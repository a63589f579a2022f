// Names of all kinds: words, known names of several words, token suffixes, variables, table references, SQL blocks.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/utf8.h"
#include "script/syntax/lexer_state.h"

namespace qodly::script::syntax {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// `text` begins with these words, ignoring case, and a word ends there.
bool startsWithWords(std::string_view text, std::string_view words) {
  return text.size() >= words.size() && equalsIgnoringAsciiCase(text.substr(0, words.size()), words) &&
         nameLength(text, words.size()) == 0;
}

constexpr std::size_t longestRun = 16;  // words of a name that only its token suffix makes one

}  // namespace

std::size_t Lexer::skipDigits(std::size_t offset) const {
  while (isDigit(at(offset))) ++offset;
  return offset;
}

// The decimal number at `offset`; the largest number when it does not fit.
std::uint32_t Lexer::digitsAt(std::size_t offset) const {
  std::uint32_t number = 0;
  const char* first = text_.data() + offset;
  const auto result = std::from_chars(first, text_.data() + skipDigits(offset), number);
  return result.ec == std::errc{} ? number : UINT32_MAX;
}

// Length of ":C12", ":K1:2" or ":P1:2" (of a plug-in) at `offset`, 0 when there is none.
std::size_t Lexer::suffixLength(std::size_t offset) const {
  if (at(offset) != ':' || !isDigit(at(offset + 2))) return 0;
  const std::size_t end = skipDigits(offset + 2);
  if (at(offset + 1) == 'C') return end - offset;
  const bool inTheme = at(offset + 1) == 'K' || at(offset + 1) == 'P';
  if (inTheme && at(end) == ':' && isDigit(at(end + 1))) return skipDigits(end + 1) - offset;
  return 0;
}

// Length of ":12" at `offset`: the suffix of a table or field.
std::size_t Lexer::tableSuffixLength(std::size_t offset) const {
  return at(offset) == ':' && isDigit(at(offset + 1)) ? skipDigits(offset + 1) - offset : 0;
}

// Length of a run of words, separated by blanks, directly followed by a token suffix; 0 when there is none.
std::size_t Lexer::runLength(std::size_t offset) const {
  if (startsWithWords(text_.substr(offset), "return")) return 0;
  std::size_t end = offset;
  for (std::size_t words = 0; words < longestRun; ++words) {
    const std::size_t word = nameLength(text_, end);
    if (word == 0) return 0;
    end += word;
    if (suffixLength(end) > 0) return end - offset;
    if (at(end) != ' ') return 0;
    while (at(end) == ' ') ++end;
  }
  return 0;
}

bool Lexer::startsKnownDigitName() const {
  const std::string_view rest = text_.substr(cursor_);
  if (rest.size() >= 2 && equalsIgnoringAsciiCase(rest.substr(0, 2), "4D") && nameLength(rest, 2) == 0) return true;
  if (fourD() && runLength(cursor_) > 0 && skipDigits(cursor_) < cursor_ + runLength(cursor_)) return true;
  const auto match = in_.names->longestMatch(rest);
  return match && skipDigits(cursor_) < cursor_ + match->length;
}

// The keyword `return`, which must not swallow the variable behind it ("Return key" is a constant).
bool Lexer::isReturn(std::string_view rest) const {
  if (!startsWithWords(rest, "return")) return false;
  const auto& before = out_.tokens;
  const bool inFormula = before.size() > 1 && before.back().kind == TokenKind::leftParen &&
                         equalsIgnoringAsciiCase(before[before.size() - 2].text, "formula");
  return !lineHasTokens_ || inFormula;
}

void Lexer::readWord() {
  Token token = begin(TokenKind::word);
  const std::string_view rest = text_.substr(cursor_);
  std::size_t length = nameLength(rest, 0);
  if (const auto match = in_.names->longestMatch(rest); match && !isReturn(rest)) {
    length = std::max(length, match->length);
    if (length == match->length) token.known = match->name;
  }
  const std::size_t run = fourD() ? runLength(cursor_) : 0;
  if (run > length) {
    length = run;
    token.known = nullptr;
  }
  token.text = rest.substr(0, length);
  // In .4qs a colon may follow a variable (ternaries, pairs): only names that can have a suffix lose one.
  const bool maySuffix = fourD() || (token.known != nullptr && token.known->sort != NameSort::method);
  const std::size_t suffix = maySuffix ? suffixLength(cursor_ + length) : 0;
  if (suffix > 0) {
    token.hasSuffix = true;
    const std::size_t from = cursor_ + length;
    token.field = text_.substr(from, suffix);
    if (at(from + 1) == 'C') token.number = digitsAt(from + 2);
    if (token.known == nullptr) token.known = in_.names->commandNumbered(token.number);
    out_.suffixes.emplace_back(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(from + suffix));
    return finish(token, from + suffix);
  }
  // Keys of object literals may contain `$`; nothing else may, which the parser tells.
  while (at(cursor_ + length) == '$') {
    ++length;
    length += nameLength(rest, length);
    token.text = rest.substr(0, length);
    token.known = nullptr;
  }
  finish(token, cursor_ + length);
}

void Lexer::readPropertyName() {
  Token token = begin(TokenKind::word);
  token.afterDot = true;
  std::size_t end = cursor_;
  while (true) {
    const std::size_t word = nameLength(text_, end);
    end += word;
    if (at(end) == '$') {
      ++end;
    } else if (word == 0) {
      break;
    }
  }
  token.text = text_.substr(cursor_, end - cursor_);
  // cs.Name, 4D.Name: nothing follows that a suffix could be mistaken for; elsewhere properties have none.
  finish(token, end);
}

void Lexer::readDollar() {
  if (at(cursor_ + 1) == '{') return punctuation(TokenKind::parameterBrace, 2);
  const std::size_t length = nameLength(text_, cursor_ + 1);
  if (length == 0) {
    error(here(), "unexpected-character", "Found '$' without a name: expected $name, $1 or ${expression}.");
    return finish(begin(TokenKind::invalid), cursor_ + 1);
  }
  const std::size_t end = cursor_ + 1 + length;
  const bool number = skipDigits(cursor_ + 1) == end;
  Token token = begin(number ? TokenKind::parameter : TokenKind::dollarName);
  if (number) {
    token.number = digitsAt(cursor_ + 1);
    if (token.number > INT16_MAX) error(token.where, "invalid-number", "Parameter numbers go up to 32767.");
  }
  token.text = text_.substr(cursor_ + 1, length);
  finish(token, end);
}

void Lexer::readInterprocess() {
  Token token = begin(TokenKind::interprocess);
  const std::size_t length = nameLength(text_, cursor_ + 2);
  token.text = text_.substr(cursor_ + 2, length);
  finish(token, cursor_ + 2 + length);
}

// [Table], [Table:7] and [Table:7]Field:2. Without number the table must be one of the model.
bool Lexer::readTableReference() {
  std::size_t end = cursor_ + 1;
  while (nameLength(text_, end) > 0 || at(end) == ' ') end += std::max<std::size_t>(nameLength(text_, end), 1);
  const std::string_view name = trim(text_.substr(cursor_ + 1, end - cursor_ - 1));
  const std::size_t suffix = tableSuffixLength(end);
  const KnownName* known = in_.names->find(NameSort::table, name);
  const auto number = suffix > 0 ? digitsAt(end + 1) : 0;  // tables are counted from 1
  if (name.empty() || at(end + suffix) != ']' || (number == 0 && known == nullptr)) return false;

  Token token = begin(TokenKind::tableReference);
  const auto take = [&](std::size_t length) {
    if (length > 0) {
      out_.suffixes.emplace_back(static_cast<std::uint32_t>(end), static_cast<std::uint32_t>(end + length));
    }
    end += length;
  };
  token.known = known;
  token.text = known != nullptr ? std::string_view(known->name) : name;
  token.number = number > 0 ? number : known->number;
  take(suffix);
  ++end;  // ]
  if (wordStarts(end)) {
    std::size_t field = nameLength(text_, end);
    std::size_t run = field;  // "Unit price:3": the suffix tells where a name of several words ends
    while (tableSuffixLength(end + run) == 0 && at(end + run) == ' ' && nameLength(text_, end + run + 1) > 0) {
      run += 1 + nameLength(text_, end + run + 1);
    }
    if (tableSuffixLength(end + run) > 0) field = run;
    token.field = text_.substr(end, field);
    end += field;
    if (tableSuffixLength(end) > 0) token.value = digitsAt(end + 1);
    take(tableSuffixLength(end));
  }
  finish(token, end);
  return true;
}

// Begin SQL ... End SQL, each alone on its line.
bool Lexer::readSql() {
  if (!startsWithWords(text_.substr(cursor_), "begin sql")) return false;
  Token token = begin(TokenKind::sql);
  const std::size_t from = text_.find('\n', cursor_);
  for (std::size_t line = from; line != std::string_view::npos; line = text_.find('\n', line + 1)) {
    std::size_t start = line + 1;
    while (at(start) == ' ' || at(start) == '\t') ++start;
    if (!startsWithWords(text_.substr(start), "end sql")) continue;
    const std::size_t end = start + std::string_view("end sql").size();
    token.text = text_.substr(from + 1, line - std::min(line, from + 1));
    finish(token, end + suffixLength(end));
    return true;
  }
  error(token.where, "unclosed-structure", "'Begin SQL' is not closed: expected 'End SQL' before the end of the file.");
  finish(token, text_.size());
  return true;
}

}  // namespace qodly::script::syntax
