// A section is read into places and the literals around them, then filled with the digits of the number.
#include "script/library/format_sections.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "script/library/number_decimal.h"

namespace qodly::script::library {

namespace {

constexpr bool isPlace(char c) { return c == '#' || c == '0' || c == '^' || c == '*'; }

// What a place prints that has no digit.
std::string_view fillerOf(char place) {
  switch (place) {
    case '^':
      return " ";
    case '*':
      return "*";
    default:
      return {};
  }
}

// places[i] stands between literals[i] and literals[i + 1].
struct Places {
  std::string kinds;
  std::vector<std::string> literals{std::string()};
  int count() const { return static_cast<int>(kinds.size()); }
  char kind(int index) const { return kinds[static_cast<std::size_t>(index)]; }
  const std::string& literal(int index) const { return literals[static_cast<std::size_t>(index)]; }
};

struct Section {
  Places whole;     // of the integer part; its last literal stands before the point
  Places fraction;  // its first literal stands behind the point
  bool hasPoint = false;

  int places() const { return whole.count() + fraction.count(); }
};

// The last `.` with a place behind it, unless a thousand separator follows.
std::size_t pointOf(std::string_view text) {
  const std::size_t lastPlace = text.find_last_of("#0^*");
  if (lastPlace == std::string_view::npos) return std::string_view::npos;
  const std::size_t point = text.substr(0, lastPlace).rfind('.');
  if (point == std::string_view::npos || text.find(',', point) < lastPlace) return std::string_view::npos;
  return point;
}

void readPlaces(std::string_view text, const Regional& regional, Places& places) {
  for (const char c : text) {
    if (isPlace(c)) {
      places.kinds.push_back(c);
      places.literals.emplace_back();
    } else if (c == ',') {
      places.literals.back() += regional.thousands;
    } else if (c == '.') {
      places.literals.back() += regional.decimal;
    } else {
      places.literals.back().push_back(c);
    }
  }
}

Section readSection(std::string_view text, const Regional& regional) {
  Section section;
  const std::size_t point = pointOf(text);
  section.hasPoint = point != std::string_view::npos;
  readPlaces(text.substr(0, point), regional, section.whole);
  if (section.hasPoint) readPlaces(text.substr(point + 1), regional, section.fraction);
  return section;
}

// Prints one number into one section.
class SectionWriter {
 public:
  SectionWriter(const Section& section, const Decimal& value, bool sign, const Regional& regional)
      : section_(section), value_(value), sign_(sign), regional_(regional) {}

  std::string write() {
    writeWhole();
    writeFraction();
    return std::move(out_);
  }

 private:
  // From this place of the integer part on there are digits or forced zeros.
  int firstWholeDigit() const {
    const Places& whole = section_.whole;
    int first = whole.count() - std::max(value_.point, 0);
    if (value_.isZero()) first = whole.count();
    const auto zero = static_cast<int>(std::min(whole.kinds.find('0'), whole.kinds.size()));
    return std::min(first, zero);
  }

  // The last place of the fraction with a digit or a forced zero; -1 when there is none.
  int lastFractionDigit() const {
    const Places& fraction = section_.fraction;
    for (int place = fraction.count() - 1; place >= 0; --place) {
      if (fraction.kind(place) == '0' || value_.at(place) != '0') return place;
    }
    return -1;
  }

  // Fillers before the first digit; the sign takes the place of the last of their characters.
  void writeSign() {
    if (!sign_) return;
    if (out_.size() > fillersFrom_) out_.pop_back();
    out_.push_back('-');
  }

  void writeWhole() {
    const Places& whole = section_.whole;
    const int first = firstWholeDigit();
    out_ += whole.literal(0);
    fillersFrom_ = out_.size();
    for (int place = 0; place < whole.count(); ++place) {
      if (place > 0) {
        if (place > first) {
          out_ += whole.literal(place);
        } else if (!whole.literal(place).empty()) {
          fill(whole.literal(place), whole.kind(place - 1));
        }
      }
      if (place < first) {
        out_ += fillerOf(whole.kind(place));
        continue;
      }
      if (place == first) writeSign();
      out_.push_back(value_.at(place - whole.count()));
    }
    if (first >= whole.count()) writeSign();
    wholePrinted_ = first < whole.count();
  }

  // A literal that is not printed: one filler for each of its characters.
  void fill(std::string_view literal, char kind) {
    for (std::size_t at = 0; at < literal.size(); at += decodeUtf8(literal, at).length) out_ += fillerOf(kind);
  }

  void writeFraction() {
    const Places& whole = section_.whole;
    const Places& fraction = section_.fraction;
    if (!section_.hasPoint) {
      if (whole.count() > 0) out_ += whole.literal(whole.count());
      return;
    }
    const int last = lastFractionDigit();
    const bool printed = last >= 0;
    if (whole.count() > 0) literalBetween(whole.literal(whole.count()), printed && wholePrinted_, fraction.kind(0));
    if (printed) {
      out_ += regional_.decimal;
    } else {
      out_ += fillerOf(fraction.kind(0));
    }
    literalBetween(fraction.literal(0), printed, fraction.kind(0));
    for (int place = 0; place < fraction.count(); ++place) {
      if (place > 0) literalBetween(fraction.literal(place), place <= last, fraction.kind(place));
      if (place <= last) {
        out_.push_back(value_.at(place));
      } else {
        out_ += fillerOf(fraction.kind(place));
      }
    }
    out_ += fraction.literal(fraction.count());
  }

  void literalBetween(std::string_view literal, bool digitsAround, char kind) {
    if (digitsAround) {
      out_ += literal;
    } else {
      fill(literal, kind);
    }
  }

  const Section& section_;
  const Decimal& value_;
  bool sign_;
  const Regional& regional_;
  std::string out_;
  std::size_t fillersFrom_ = 0;
  bool wholePrinted_ = false;
};

// The section of a text; a loop that prints numbers reads it once.
const Section& sectionOf(std::string_view text, const Regional& regional) {
  struct Known {
    std::string text, decimal, thousands;
    Section section;
  };
  static thread_local Known known;
  if (known.text != text || known.decimal != regional.decimal || known.thousands != regional.thousands) {
    known = {std::string(text), regional.decimal, regional.thousands, readSection(text, regional)};
  }
  return known.section;
}

std::string writeNumber(Decimal value, std::string_view text, bool addSign, const Regional& regional) {
  const Section& section = sectionOf(text, regional);
  if (section.places() == 0) return std::string(text);
  value.cut(section.fraction.count());
  const bool sign = addSign && value.negative && !value.isZero();
  const int wholePlaces = section.whole.count();
  const int wholeDigits = value.isZero() ? 0 : std::max(value.point, 0);
  // A section without integer places has room for the sign of a fraction.
  const int needed = wholeDigits + (sign && (wholePlaces > 0 || wholeDigits > 0) ? 1 : 0);
  if (needed > wholePlaces) return std::string(static_cast<std::size_t>(std::max(wholePlaces, 1)), '<');
  return SectionWriter(section, value, sign, regional).write();
}

}  // namespace

std::string formatSections(double value, std::string_view format, const Regional& regional) {
  const Decimal decimal = Decimal::of(value);
  const std::size_t first = format.find(';');
  if (first == std::string_view::npos) return writeNumber(decimal, format, true, regional);
  const std::size_t second = format.find(';', first + 1);
  if (value == 0 && second != std::string_view::npos) return std::string(format.substr(second + 1));
  if (value >= 0) return writeNumber(decimal, format.substr(0, first), false, regional);
  return writeNumber(decimal, format.substr(first + 1, second == std::string_view::npos ? second : second - first - 1),
                     false, regional);
}

}  // namespace qodly::script::library
