#include "script/library/format_regional.h"

#include <array>
#include <memory>

#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>

#include "script/library/text_utf16.h"

namespace qodly::script::library {

namespace {

struct NumberCloser {
  void operator()(UNumberFormat* format) const { unum_close(format); }
};
struct DateCloser {
  void operator()(UDateFormat* format) const { udat_close(format); }
};

std::string symbolOf(const UNumberFormat* format, UNumberFormatSymbol which) {
  std::array<char16_t, 8> symbol{};
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = unum_getSymbol(format, which, symbol.data(), symbol.size(), &status);
  return U_FAILURE(status) ? std::string() : toUtf8({symbol.data(), static_cast<std::size_t>(length)});
}

// Whichever of the three letters comes first in the locale's short date.
DateOrder orderOf(const char* locale) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UDateFormat, DateCloser> format(
      udat_open(UDAT_NONE, UDAT_SHORT, locale, nullptr, 0, nullptr, 0, &status));
  std::array<char16_t, 64> pattern{};
  if (!format) return DateOrder::monthDayYear;
  const std::int32_t length = udat_toPattern(format.get(), 0, pattern.data(), pattern.size(), &status);
  for (std::int32_t i = 0; U_SUCCESS(status) && i < length; ++i) {
    const char16_t letter = pattern[static_cast<std::size_t>(i)];
    if (letter == u'M' || letter == u'L') return DateOrder::monthDayYear;
    if (letter == u'd') return DateOrder::dayMonthYear;
    if (letter == u'y' || letter == u'u') return DateOrder::yearMonthDay;
  }
  return DateOrder::monthDayYear;
}

}  // namespace

Regional Regional::of(std::string_view locale, std::string_view order) {
  Regional regional;
  std::array<char, ULOC_FULLNAME_CAPACITY> name{};
  UErrorCode status = U_ZERO_ERROR;
  uloc_canonicalize(std::string(locale).c_str(), name.data(), name.size(), &status);
  if (U_FAILURE(status) || name[0] == '\0') return regional;
  const std::unique_ptr<UNumberFormat, NumberCloser> numbers(
      unum_open(UNUM_DECIMAL, nullptr, 0, name.data(), nullptr, &status));
  if (!numbers || U_FAILURE(status)) return regional;
  regional.locale = name.data();
  regional.decimal = symbolOf(numbers.get(), UNUM_DECIMAL_SEPARATOR_SYMBOL);
  regional.thousands = symbolOf(numbers.get(), UNUM_GROUPING_SEPARATOR_SYMBOL);
  regional.order = order == "mdy"   ? DateOrder::monthDayYear
                   : order == "dmy" ? DateOrder::dayMonthYear
                   : order == "ymd" ? DateOrder::yearMonthDay
                                    : orderOf(name.data());
  return regional;
}

}  // namespace qodly::script::library
