// Reading JSON in one pass, straight into values, with the place of the first mistake. Open containers are kept on a
// stack of its own: the depth of the input never becomes depth of the C++ stack.
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "base/utf8.h"
#include "value/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace qodly::json {

namespace {

constexpr bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Offset of the first byte from `at` on that ends a run of plain string characters: quote, backslash, control, or a
// byte of a non-ASCII character.
std::size_t plainRunEnd(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i blank = _mm_set1_epi8(' ');
  for (; at + 16 <= text.size(); at += 16) {
    __m128i block;
    __builtin_memcpy(&block, text.data() + at, sizeof block);
    const __m128i below = _mm_cmplt_epi8(block, blank);  // signed: bytes from 0x80 on are below, too
    const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(below, special)));
    if (mask != 0) return at + static_cast<std::size_t>(__builtin_ctz(mask));
  }
#endif
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80) break;
    ++at;
  }
  return at;
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {
    if (options_.tolerant && text_.starts_with("\xEF\xBB\xBF")) start_ = at_ = 3;
  }

  Result<Value> parse() {
    Value result;
    if (!document(result)) return std::unexpected(error());
    return result;
  }

 private:
  struct Open {
    Value container;
    std::string name;  // of the member that is being read
  };

  // One value and nothing else but blanks.
  bool document(Value& result) {
    if (!skipBlanks()) return false;
    for (;;) {
      Value value;
      bool opened = false;
      if (!beginValue(value, opened)) return false;
      if (opened) continue;
      bool finished = false;
      if (!place(std::move(value), result, finished)) return false;
      if (!finished) continue;
      return at_ == text_.size() || fail("the end of the text");
    }
  }

  // Reads a scalar or an empty container into `value`, or opens a container and stops before its first value.
  bool beginValue(Value& value, bool& opened) {
    const char c = peek();
    if (c == '{' || c == '[') return beginContainer(c == '{', value, opened);
    if (c == '"') {
      std::string_view content;
      if (!string(content)) return false;
      value = Value::text(content);
      return true;
    }
    if (c == '-' || isDigit(c)) return number(value);
    if (word("true")) {
      value = Value::boolean(true);
    } else if (word("false")) {
      value = Value::boolean(false);
    } else if (word("null")) {
      value = Value::null();
    } else {
      return fail("a value");
    }
    return true;
  }

  bool beginContainer(bool object, Value& value, bool& opened) {
    if (open_.size() >= options_.maximumDepth) {
      return fail(fmt::format("at most {} nested objects and arrays", options_.maximumDepth));
    }
    ++at_;
    if (!skipBlanks()) return false;
    value = object ? Value::object(newObject()) : Value::collection(newCollection());
    if (peek() == (object ? '}' : ']')) {
      ++at_;
      return true;
    }
    open_.push_back({std::move(value), {}});
    opened = true;
    return !object || memberName("a member name in double quotes or '}'");
  }

  Ref<Object> newObject() const { return options_.heap != nullptr ? Object::make(*options_.heap) : Object::make(); }
  Ref<Collection> newCollection() const {
    return options_.heap != nullptr ? Collection::make(*options_.heap) : Collection::make();
  }

  // Puts a finished value where it belongs, closing containers as far as they end here. Afterwards either `finished` is
  // set or the parser stands before the next value.
  bool place(Value value, Value& result, bool& finished) {
    for (;;) {
      if (!skipBlanks()) return false;
      if (open_.empty()) {
        result = std::move(value);
        finished = true;
        return true;
      }
      Open& inner = open_.back();
      const bool object = inner.container.isObject();
      if (object) {
        inner.container.asObject().set(inner.name, std::move(value));
      } else {
        inner.container.asCollection().push(std::move(value));
      }
      const char closing = object ? '}' : ']';
      if (peek() == ',') {
        const std::size_t comma = at_++;
        if (!skipBlanks()) return false;
        if (peek() != closing) return !object || memberName("a member name in double quotes");
        if (!options_.tolerant) {
          at_ = comma;
          return fail(fmt::format("no ',' before '{}'", closing));
        }
      }
      if (peek() != closing) return fail(expectedAfterValue(inner, object));
      ++at_;
      value = std::move(inner.container);
      open_.pop_back();
    }
  }

  static std::string expectedAfterValue(const Open& inner, bool object) {
    if (!object) return "',' or ']' after an element";
    return fmt::format("',' or '}}' after the member \"{}\"", utf16Prefix(inner.name, 40));
  }

  bool memberName(std::string_view expected) {
    if (peek() != '"') return fail(std::string(expected));
    std::string_view name;
    if (!string(name)) return false;
    open_.back().name = name;
    if (!skipBlanks()) return false;
    if (peek() != ':') return fail(fmt::format("':' after the name \"{}\"", utf16Prefix(open_.back().name, 40)));
    ++at_;
    return skipBlanks();
  }

  // The content of a string: a piece of the input where nothing is escaped, else of unescaped_. Valid until the next
  // string is read.
  bool string(std::string_view& content) {
    std::size_t from = ++at_;
    bool escaped = false;
    for (;;) {
      at_ = plainRunEnd(text_, at_);
      if (at_ == text_.size()) return fail("'\"' at the end of a string");
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\') {
        if (!std::exchange(escaped, true)) unescaped_.clear();
        unescaped_.append(text_, from, at_ - from);
        if (!escape(unescaped_)) return false;
        from = at_;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) return fail("an escape such as \\n in place of a control character");
      const DecodedCodePoint decoded = decodeUtf8(text_, at_);
      if (!decoded.valid) return fail("valid UTF-8");
      at_ += decoded.length;
    }
    content = text_.substr(from, at_ - from);
    if (escaped) content = unescaped_.append(content);
    ++at_;
    return true;
  }

  bool escape(std::string& out) {
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view characters = "\"\\/\b\f\n\r\t";
    ++at_;
    const std::size_t index = at_ < text_.size() ? letters.find(text_[at_]) : std::string_view::npos;
    if (index != std::string_view::npos) {
      out.push_back(characters[index]);
      ++at_;
      return true;
    }
    if (peek() != 'u') return fail("one of \" \\ / b f n r t u after a backslash");
    ++at_;
    char32_t unit = 0;
    if (!hexUnit(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      const std::size_t before = at_;
      char32_t second = 0;
      at_ += 2;
      if (!hexUnit(second)) return false;
      if (second >= 0xDC00 && second < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
      } else {
        at_ = before;
      }
    }
    appendCodePoint(unit, out);  // half a surrogate pair becomes U+FFFD
    return true;
  }

  bool hexUnit(char32_t& unit) {
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const char letter = static_cast<char>(c | 0x20);
      unsigned digit = 0;
      if (isDigit(c)) {
        digit = static_cast<unsigned>(c - '0');
      } else if (letter >= 'a' && letter <= 'f') {
        digit = static_cast<unsigned>(letter - 'a' + 10);
      } else {
        return fail("four hexadecimal digits after \\u");
      }
      unit = unit * 16 + digit;
    }
    return true;
  }

  bool number(Value& value) {
    const std::size_t from = at_;
    if (peek() == '-') ++at_;
    if (!isDigit(peek())) return fail("a digit");
    if (peek() == '0') {
      ++at_;
      if (isDigit(peek())) return fail("no further digit after a leading 0");
    } else {
      skipDigits();
    }
    bool integral = true;
    if (peek() == '.') {
      integral = false;
      ++at_;
      if (!isDigit(peek())) return fail("a digit after the decimal point");
      skipDigits();
    }
    if (peek() == 'e' || peek() == 'E') {
      integral = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!isDigit(peek())) return fail("a digit in the exponent");
      skipDigits();
    }
    const std::string_view digits = text_.substr(from, at_ - from);
    if (integral) {
      std::int64_t integer = 0;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), integer).ec == std::errc()) {
        value = Value::integer(integer);
        return true;
      }
    }
    const auto real = parseReal(digits);
    if (!real) {
      at_ = from;
      return fail("a number within +-1.7e308");
    }
    value = Value::real(*real);
    return true;
  }

  void skipDigits() {
    while (isDigit(peek())) ++at_;
  }

  bool word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  bool skipBlanks() {
    for (;;) {
      while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
      if (!options_.tolerant || peek() != '/') return true;
      if (!skipComment()) return false;
    }
  }

  bool skipComment() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      return true;
    }
    if (!rest.starts_with("/*")) return fail("a value or a comment");
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return fail("a comment that ends with */");
    at_ = end + 2;
    return true;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool fail(std::string expected) {
    expected_ = std::move(expected);
    return false;
  }

  std::string found() const {
    if (at_ >= text_.size()) return "the end of the text";
    const DecodedCodePoint decoded = decodeUtf8(text_, at_);
    if (!decoded.valid) return fmt::format("the byte 0x{:02X}", static_cast<unsigned char>(text_[at_]));
    if (decoded.codePoint < 0x20)
      return fmt::format("the character U+{:04X}", static_cast<unsigned>(decoded.codePoint));
    return fmt::format("'{}'", text_.substr(at_, decoded.length));
  }

  Error error() const {
    SourcePosition where{{}, 1, 1};
    std::size_t lineStart = start_;
    for (std::size_t at = start_; at < at_ && at < text_.size(); ++at) {
      const bool lineEnd = text_[at] == '\n' || (text_[at] == '\r' && !text_.substr(at + 1).starts_with('\n'));
      if (!lineEnd) continue;
      ++where.line;
      lineStart = at + 1;
    }
    const std::string_view before = text_.substr(lineStart, std::min(at_, text_.size()) - lineStart);
    where.column = static_cast<std::uint32_t>(utf16Length(before)) + 1;
    return Error(code::malformedJson, "dbmg", fmt::format("Malformed JSON: expected {}, found {}", expected_, found()))
        .at(std::move(where));
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::size_t start_ = 0;
  std::size_t at_ = 0;
  std::vector<Open> open_;
  std::string unescaped_;
  std::string expected_;
};

}  // namespace

Result<Value> parse(std::string_view text, const ParseOptions& options) { return Parser(text, options).parse(); }

}  // namespace qodly::json
