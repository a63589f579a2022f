#include "base/number_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"

namespace qodly {

namespace {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a number out of a text. Keeps the digits that matter, and their place.
class NumberReader {
 public:
  NumberReader(std::string_view text, std::string_view separator) : text_(text), separator_(separator) {}

  double read() {
    while (at_ < text_.size() && step()) {
    }
    if (!anyDigit_) return 0;
    return value();
  }

 private:
  static constexpr std::size_t mostDigits = 800;  // more do not change a double
  static constexpr std::int64_t farthestExponent = 100'000;

  bool digitAt(std::size_t at) const { return at < text_.size() && isDigit(text_[at]); }
  bool behindDigit() const { return at_ > 0 && isDigit(text_[at_ - 1]); }

  // Length of a hyphen there: the ASCII one, an en dash or a minus sign.
  std::size_t hyphenAt(std::size_t at) const {
    const std::string_view rest = text_.substr(std::min(at, text_.size()));
    if (rest.starts_with('-')) return 1;
    return rest.starts_with("\u2013") || rest.starts_with("\u2212") ? 3 : 0;
  }

  void digit(char c) {
    anyDigit_ = true;
    if (inExponent_) {
      exponent_ = std::min(exponent_ * 10 + (c - '0'), farthestExponent);
    } else if (digits_.size() < mostDigits) {
      if (c != '0' || !digits_.empty()) digits_.push_back(c);
      if (inFraction_) --shift_;
    } else if (!inFraction_) {
      ++shift_;
    }
  }

  // The length of what begins an exponent here, or 0.
  std::size_t exponentMark() const {
    if (!behindDigit()) return 0;
    if (digitAt(at_ + 1)) return 1;
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '+' && digitAt(at_ + 2)) return 2;
    const std::size_t hyphen = hyphenAt(at_ + 1);
    return hyphen > 0 && digitAt(at_ + 1 + hyphen) ? 1 + hyphen : 0;
  }

  // One character or mark; false when the number ends here.
  bool step() {
    const char c = text_[at_];
    if (isDigit(c)) {
      digit(c);
      ++at_;
      return true;
    }
    if (!separator_.empty() && text_.substr(at_).starts_with(separator_)) return separatorMark();
    if (const std::size_t hyphen = hyphenAt(at_); hyphen > 0) {
      if (anyDigit_) return false;
      negative_ = true;
      at_ += hyphen;
      return true;
    }
    if (c == 'e' || c == 'E') {
      if (const std::size_t mark = exponentMark(); mark > 0) {
        if (inExponent_) return false;
        inExponent_ = true;
        exponentNegative_ = hyphenAt(at_ + 1) > 0;
        at_ += mark;
        return true;
      }
    }
    ++at_;
    return true;
  }

  bool separatorMark() {
    const bool embedded = behindDigit() && digitAt(at_ + separator_.size());
    if (embedded) {
      if (inFraction_ || inExponent_) return false;
      inFraction_ = true;
    }
    at_ += separator_.size();
    return true;
  }

  double value() const {
    if (digits_.empty()) return 0;
    std::string text = negative_ ? "-" : "";
    text += digits_;
    text.push_back('e');
    appendInteger((exponentNegative_ ? -exponent_ : exponent_) + shift_, text);
    double result = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), result);
    if (read.ec != std::errc::result_out_of_range) return result;
    const std::int64_t power = (exponentNegative_ ? -exponent_ : exponent_) + shift_ + std::ssize(digits_);
    if (power < 0) return 0;
    return negative_ ? -HUGE_VAL : HUGE_VAL;
  }

  std::string_view text_;
  std::string_view separator_;
  std::size_t at_ = 0;
  std::string digits_;
  std::int64_t shift_ = 0;
  std::int64_t exponent_ = 0;
  bool anyDigit_ = false;
  bool negative_ = false;
  bool inFraction_ = false;
  bool inExponent_ = false;
  bool exponentNegative_ = false;
};

}  // namespace

std::optional<std::int64_t> parseShortInteger(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.size() <= sign || text.size() - sign > 15) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text.substr(sign)) {
    if (!isDigit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return sign != 0 ? -number : number;
}

double parseNumber(std::string_view text, std::string_view decimalSeparator) {
  if (const auto whole = parseShortInteger(text)) return static_cast<double>(*whole);
  // Digits, a point and digits are what from_chars reads.
  if (decimalSeparator == "." && text.size() <= 25 && !text.empty() && isDigit(text.back())) {
    const std::size_t sign = text.front() == '-' ? 1 : 0;
    const std::size_t point = text.find('.');
    const auto allDigits = [](std::string_view part) { return std::ranges::all_of(part, isDigit); };
    const bool plain = point != std::string_view::npos && point > sign && allDigits(text.substr(sign, point - sign)) &&
                       allDigits(text.substr(point + 1));
    double result = 0;
    if (plain && std::from_chars(text.data(), text.data() + text.size(), result).ec == std::errc()) return result;
  }
  return NumberReader(text, decimalSeparator).read();
}

}  // namespace qodly
