#include "script/library/format_names.h"

#include <array>
#include <memory>
#include <unordered_map>

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>

#include "script/library/text_utf16.h"

namespace qodly::script::library {

namespace {

struct FormatCloser {
  void operator()(UDateFormat* format) const { udat_close(format); }
};
struct GeneratorCloser {
  void operator()(UDateTimePatternGenerator* generator) const { udatpg_close(generator); }
};
struct CalendarCloser {
  void operator()(UCalendar* calendar) const { ucal_close(calendar); }
};

using Cache = std::unordered_map<std::string, std::string>;

// A key may carry anything a script wrote: the cache starts anew before it grows large.
std::string& slotOf(Cache& cache, const std::string& key) {
  constexpr std::size_t mostEntries = 4096;
  if (cache.size() >= mostEntries && !cache.contains(key)) cache.clear();
  return cache[key];
}

std::string print(const std::string& locale, std::string_view letters, std::int64_t utcMilliseconds) {
  UErrorCode status = U_ZERO_ERROR;
  const std::u16string pattern = toUtf16(letters);
  const std::unique_ptr<UDateFormat, FormatCloser> format(
      udat_open(UDAT_PATTERN, UDAT_PATTERN, locale.c_str(), u"UTC", 3, pattern.data(),
                static_cast<std::int32_t>(pattern.size()), &status));
  std::array<char16_t, 128> text{};
  if (!format) return {};
  const std::int32_t length =
      udat_format(format.get(), static_cast<UDate>(utcMilliseconds), text.data(), text.size(), nullptr, &status);
  return U_FAILURE(status) ? std::string() : toUtf8({text.data(), static_cast<std::size_t>(length)});
}

std::string bestPattern(const std::string& locale, std::string_view skeleton) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UDateTimePatternGenerator, GeneratorCloser> generator(udatpg_open(locale.c_str(), &status));
  const std::u16string wanted = toUtf16(skeleton);
  std::array<char16_t, 128> pattern{};
  if (!generator) return {};
  const std::int32_t length =
      udatpg_getBestPattern(generator.get(), wanted.data(), static_cast<std::int32_t>(wanted.size()), pattern.data(),
                            pattern.size(), &status);
  return U_FAILURE(status) ? std::string() : toUtf8({pattern.data(), static_cast<std::size_t>(length)});
}

}  // namespace

const std::string& localName(const std::string& locale, std::string_view letters, std::int64_t utcMilliseconds) {
  static thread_local Cache names;
  const std::string key = locale + '|' + std::string(letters) + '|' + std::to_string(utcMilliseconds);
  std::string& name = slotOf(names, key);
  if (name.empty()) name = print(locale, letters, utcMilliseconds);
  return name;
}

const std::string& localPattern(const std::string& locale, std::string_view skeleton) {
  static thread_local Cache patterns;
  std::string& pattern = slotOf(patterns, locale + '|' + std::string(skeleton));
  if (pattern.empty()) pattern = bestPattern(locale, skeleton);
  return pattern;
}

WeekRules weekRules(const std::string& locale) {
  static thread_local std::string known;
  static thread_local WeekRules rules;
  if (known == locale) return rules;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCalendar, CalendarCloser> calendar(
      ucal_open(u"UTC", 3, locale.c_str(), UCAL_GREGORIAN, &status));
  if (calendar) {
    rules = {ucal_getAttribute(calendar.get(), UCAL_FIRST_DAY_OF_WEEK),
             ucal_getAttribute(calendar.get(), UCAL_MINIMAL_DAYS_IN_FIRST_WEEK)};
  }
  known = locale;
  return rules;
}

}  // namespace qodly::script::library
