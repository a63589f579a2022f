// Numbers, dates and times as texts and back (commands.md 4 to 7).
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>

#include <gtest/gtest.h>

#include "base/number_reader.h"
#include "script/library/date_zone.h"
#include "script/library/format_date.h"
#include "script/library/format_number.h"
#include "script/library/format_settings.h"
#include "script/library/format_time.h"
#include "script/library/number_decimal.h"

namespace qodly::script::library {
namespace {

const Regional regional;
Date day(int year, int month, int dayOfMonth) { return *Date::fromCivil(year, month, dayOfMonth); }
Duration clock(int hours, int minutes, int seconds) { return {(hours * 3600LL + minutes * 60 + seconds) * 1000}; }

// Runs with another time zone of the process.
class Zone {
 public:
  explicit Zone(const char* zone) {
    if (const char* old = std::getenv("TZ")) old_ = old;
    setenv("TZ", zone, 1);
    tzset();
  }
  ~Zone() {
    if (old_.empty())
      unsetenv("TZ");
    else
      setenv("TZ", old_.c_str(), 1);
    tzset();
  }

 private:
  std::string old_;
};

TEST(NumberDecimal, RoundsTheDecimalValue) {
  EXPECT_EQ(roundNumber(2.675, 2), 2.68);
  EXPECT_EQ(roundNumber(1.005, 2), 1.01);
  EXPECT_EQ(roundNumber(-2.5, 0), -3);
  EXPECT_EQ(roundNumber(1549, -2), 1500);
  EXPECT_EQ(roundNumber(1550, -2), 1600);
  EXPECT_EQ(roundNumber(50, -2), 100);
  EXPECT_EQ(roundNumber(49, -2), 0);
  EXPECT_EQ(roundNumber(5, -3), 0);
  EXPECT_EQ(roundNumber(16.857, 2), 16.86);
  EXPECT_EQ(roundNumber(32345.67, -3), 32000);
  EXPECT_EQ(roundNumber(29.8725, 3), 29.873);
  EXPECT_EQ(roundNumber(0.1 + 0.2, 20), 0.1 + 0.2);
  EXPECT_EQ(roundNumber(9.999, 2), 10);
  EXPECT_EQ(roundNumber(0, 2), 0);
  EXPECT_EQ(roundNumber(1e300, 5), 1e300);
  EXPECT_EQ(roundNumber(0.005, 2), 0.01);
  EXPECT_EQ(roundNumber(0.0049, 2), 0);
  EXPECT_EQ(roundNumber(123456789.125, 2), 123456789.13);
  EXPECT_EQ(truncNumber(-5.241, 2), -5.25);
  EXPECT_EQ(truncNumber(5.249, 2), 5.24);
  EXPECT_EQ(truncNumber(1987, -2), 1900);
  EXPECT_EQ(truncNumber(-1987, -2), -2000);
  EXPECT_EQ(truncNumber(-9.99, 1), -10);
  EXPECT_EQ(truncNumber(-0.001, 2), -0.01);
  EXPECT_EQ(truncNumber(-3, -2), -100);
  EXPECT_EQ(truncNumber(216.897, 1), 216.8);
  EXPECT_EQ(truncNumber(1.15, 2), 1.15);
  EXPECT_EQ(truncNumber(-100, -2), -100);
}

TEST(FormatNumber, DefaultForm) {
  const auto shown = [](double value) { return numberText(value, regional); };
  EXPECT_EQ(shown(2.0 / 3), "0.6666666666667");
  EXPECT_EQ(shown(1.0 / 7), "0.1428571428571");
  EXPECT_EQ(shown(1048576), "1048576");
  EXPECT_EQ(shown(0.1 + 0.2), "0.3");
  EXPECT_EQ(shown(-1.5), "-1.5");
  EXPECT_EQ(shown(-0.0), "0");
  EXPECT_EQ(shown(std::nan("")), "");
  EXPECT_EQ(shown(HUGE_VAL), "INF");
  EXPECT_EQ(shown(-HUGE_VAL), "-INF");
  EXPECT_EQ(shown(1e13), "1e+13");
  EXPECT_EQ(shown(9999999999999.0), "9999999999999");
  EXPECT_EQ(shown(2.5e-7), "2.5e-7");
  EXPECT_EQ(shown(0.0001), "0.0001");
  EXPECT_EQ(shown(0.00001), "1e-5");
  EXPECT_EQ(shown(1e100), "1e+100");
  EXPECT_EQ(shown(-2147483648.0), "-2147483648");
  EXPECT_EQ(shown(123456.789), "123456.789");
  EXPECT_EQ(numberText(1.5, Regional::of("fr")), "1,5");
}

struct FormatCase {
  const char* format;
  const char* positive;
  const char* negative;
  const char* zero;
};

TEST(FormatNumber, WorkedTable) {
  for (const FormatCase& row : {
           FormatCase{"##", "<<", "<<", ""},
           {"####", "6789", "<<<<", ""},
           {"######", "6789", "-6789", ""},
           {"#####0", "6789", "-6789", "0"},
           {"#####.##", "6789.25", "-6789.25", ""},
           {"####0.00", "6789.25", "-6789.25", "0.00"},
           {"###,##0", "6,789", "-6,789", "0"},
           {"##,##0.0", "6,789.2", "-6,789.2", "0.0"},
           {"+####0;-####0;none", "+6789", "-6789", "none"},
           {"####0 up;####0 down", "6789 up", "6789 down", "0 up"},
           {"€###,##0.00;(€###,##0.00);", "€6,789.25", "(€6,789.25)", ""},
           {"^^^^^^0", "   6789", "  -6789", "      0"},
           {"******0", "***6789", "**-6789", "******0"},
           {"***,**0", "**6,789", "*-6,789", "******0"},
           {"&3", "6.79e+3", "-6.79e+3", "0.00e+0"},
           {"&xml", "6789.25", "-6789.25", "0"},
       }) {
    EXPECT_EQ(formatNumber(6789.25, row.format, regional), row.positive) << row.format;
    EXPECT_EQ(formatNumber(-6789.25, row.format, regional), row.negative) << row.format;
    EXPECT_EQ(formatNumber(0, row.format, regional), row.zero) << row.format;
  }
}

TEST(FormatNumber, OtherFormats) {
  const auto shown = [](double value, std::string_view format) { return formatNumber(value, format, regional); };
  EXPECT_EQ(shown(1234.5, "#####0"), "1234");
  EXPECT_EQ(shown(-12, "*****"), "**-12");
  EXPECT_EQ(shown(12345, "###"), "<<<");
  EXPECT_EQ(shown(5, "00000"), "00005");
  EXPECT_EQ(shown(0.5, "#.##"), ".5");
  EXPECT_EQ(shown(0.5, "0.##"), "0.5");
  EXPECT_EQ(shown(5, "0.##"), "5");
  EXPECT_EQ(shown(0.5, "0.##0"), "0.500");
  EXPECT_EQ(shown(1234567.891, "###,###,##0.00"), "1,234,567.89");
  EXPECT_EQ(shown(-1234567.891, "###,###,##0.00"), "-1,234,567.89");
  EXPECT_EQ(shown(123, "###,###,##0.00"), "123.00");
  EXPECT_EQ(shown(-123, "###,##0"), "-123");
  EXPECT_EQ(shown(-123, "***,**0"), "***-123");
  EXPECT_EQ(shown(1234567, "(###) ### ####"), "(123 4567");
  EXPECT_EQ(shown(5551234567.0, "(###) ###-####"), "(555) 123-4567");
  EXPECT_EQ(shown(1, "Yes;;No"), "Yes");
  EXPECT_EQ(shown(0, "Yes;;No"), "No");
  EXPECT_EQ(shown(-1, "Yes;;No"), "");
  EXPECT_EQ(shown(-0.001, "##0.00"), "0.00");
  EXPECT_EQ(shown(-0.5, ".00"), "-.50");
  EXPECT_EQ(shown(0.29, "0.00"), "0.29");
  EXPECT_EQ(shown(1.15, "0.00"), "1.15");
  EXPECT_EQ(shown(60, "&x"), "0x003C");
  EXPECT_EQ(shown(8000, "&x"), "0x1F40");
  EXPECT_EQ(shown(-2, "&x"), "0xFFFFFFFE");
  EXPECT_EQ(shown(0x12345, "&x"), "0x00012345");
  EXPECT_EQ(shown(60, "&$"), "$3C");
  EXPECT_EQ(shown(8000, "&$"), "$1F40");
  EXPECT_EQ(shown(0x123, "&$"), "$0123");
  EXPECT_EQ(shown(-2, "&$"), "$FFFFFFFE");
  EXPECT_EQ(shown(0, "&x"), "0x0000");
  EXPECT_EQ(shown(9.996, "&3"), "1.00e+1");
  EXPECT_EQ(shown(0.00025, "&2"), "2.5e-4");
  EXPECT_EQ(shown(7, "&1"), "7e+0");
  EXPECT_EQ(shown(7, "&0"), "7e+0");
  EXPECT_EQ(shown(3600, "&/2"), "01:00");
  EXPECT_EQ(shown(12.5, ""), "12.5");
  EXPECT_EQ(shown(12.5, "|Euro"), "12.5");
  EXPECT_EQ(shown(std::nan(""), "##0"), "");
  EXPECT_EQ(shown(HUGE_VAL, "##0"), "INF");
  EXPECT_EQ(shown(50, "##0 %"), "50 %");
  EXPECT_EQ(shown(5, "^^0.^^"), "  5   ");
}

TEST(FormatNumber, ReadsNumbers) {
  const auto read = [](std::string_view text, std::string_view separator = ".") {
    return parseNumber(text, separator);
  };
  EXPECT_EQ(read("12-34"), 12);
  EXPECT_EQ(read("x4y2"), 42);
  EXPECT_EQ(read("-7.5 kg"), -7.5);
  EXPECT_EQ(read("25e-1"), 2.5);
  EXPECT_EQ(read("1 234,5"), 12345);
  EXPECT_EQ(read("1 234,5", ","), 1234.5);
  EXPECT_EQ(read("1.234,5", ","), 1234.5);
  EXPECT_EQ(read("5 euros"), 5);
  EXPECT_EQ(read("1.2.3"), 1.2);
  EXPECT_EQ(read(".5"), 5);
  EXPECT_EQ(read("5."), 5);
  EXPECT_EQ(read("\u22125"), -5);
  EXPECT_EQ(read("1e2e3"), 100);
  EXPECT_EQ(read("1e+13"), 1e13);
  EXPECT_EQ(read(""), 0);
  EXPECT_EQ(read("abc"), 0);
  EXPECT_EQ(read("-"), 0);
  EXPECT_EQ(read("r2d2"), 22);
  EXPECT_EQ(read("$1,234.56"), 1234.56);
  EXPECT_EQ(read("1::5", "::"), 1.5);
  EXPECT_EQ(read("123456789012345678901234567890"), 123456789012345678901234567890.0);
  EXPECT_EQ(read("1e999"), HUGE_VAL);
  EXPECT_EQ(read("1e-999"), 0);
  EXPECT_EQ(read("000.25"), 0.25);
  EXPECT_EQ(read("0.1"), 0.1);
  EXPECT_EQ(read("-12"), -12);
  EXPECT_EQ(read("999999999999999"), 999999999999999.0);
}

TEST(FormatDate, ByNumber) {
  const Zone zone("UTC");
  const Date date = day(2031, 7, 3);
  const auto shown = [&](std::int64_t format) { return formatDate(date, format, {}, regional); };
  EXPECT_EQ(shown(0), "07/03/2031");
  EXPECT_EQ(shown(1), "07/03/2031");
  EXPECT_EQ(shown(2), "Thu, Jul 3, 2031");
  EXPECT_EQ(shown(3), "Thursday, July 3, 2031");
  EXPECT_EQ(shown(4), "07/03/2031");
  EXPECT_EQ(formatDate(day(2029, 7, 3), 4, {}, regional), "07/03/29");
  EXPECT_EQ(formatDate(day(1929, 7, 3), 4, {}, regional), "07/03/1929");
  EXPECT_EQ(shown(5), "July 3, 2031");
  EXPECT_EQ(shown(6), "Jul 3, 2031");
  EXPECT_EQ(shown(7), "07/03/2031");
  EXPECT_EQ(shown(8), "2031-07-03T00:00:00");
  EXPECT_EQ(shown(9), "2031-07-03T00:00:00Z");
  EXPECT_EQ(shown(10), "Thu, 03 Jul 2031 00:00:00 GMT");
  EXPECT_EQ(shown(107), "07/03/2031");
  EXPECT_EQ(shown(100), "07/03/2031");
  EXPECT_EQ(formatDate(date, 8, clock(6, 5, 4), regional), "2031-07-03T06:05:04");
  const auto null = [](std::int64_t format) { return formatDate(Date::none(), format, {}, regional); };
  EXPECT_EQ(null(0), "00/00/00");
  EXPECT_EQ(null(3), "00/00/00");
  EXPECT_EQ(null(8), "0000-00-00T00:00:00");
  EXPECT_EQ(null(9), "0000-00-00T00:00:00Z");
  EXPECT_EQ(null(10), "");
  EXPECT_EQ(null(107), "");
  EXPECT_EQ(null(100), "");
  Regional german = Regional::of("de", "dmy");
  EXPECT_EQ(formatDate(date, 0, {}, german), "03/07/2031");
  EXPECT_EQ(formatDate(date, 5, {}, german), "July 3, 2031");
}

TEST(FormatDate, ConvertsToGreenwich) {
  const Zone zone("Europe/Paris");
  const Date date = day(2031, 7, 3);
  EXPECT_EQ(formatDate(date, 9, {}, regional), "2031-07-02T22:00:00Z");
  EXPECT_EQ(formatDate(date, 10, {}, regional), "Wed, 02 Jul 2031 22:00:00 GMT");
  EXPECT_EQ(formatDate(date, 8, {}, regional), "2031-07-03T00:00:00");
  EXPECT_EQ(formatDate(date, 9, clock(14, 0, 0), regional), "2031-07-03T12:00:00Z");
  const auto pattern = [&](std::string_view letters) {
    return formatDatePattern(date, clock(14, 7, 9), letters, regional);
  };
  EXPECT_EQ(pattern("X XX XXX XXXX XXXXX"), "+02 +0200 +02:00 +0200 +02:00");
  EXPECT_EQ(pattern("x xx xxx xxxx xxxxx"), "+02 +0200 +02:00 +0200 +02:00");
  EXPECT_EQ(pattern("O OOOO"), "GMT+2 GMT+02:00");
  EXPECT_EQ(pattern("z zz zzz zzzz zzzzz"), "+0200 +0200 +0200 GMT+02:00 +02:00");
  EXPECT_EQ(parseDateText("2031-07-02T22:00:00.000Z", regional), date);
  EXPECT_EQ(parseDateText("2031-07-02T22:00:00", regional), day(2031, 7, 2));
}

TEST(FormatDate, ByPattern) {
  const Zone zone("UTC");
  const auto shown = [](std::string_view pattern) {
    return formatDatePattern(day(2031, 7, 3), clock(14, 7, 9), pattern, regional);
  };
  const std::pair<const char*, const char*> rows[] = {
      {"G|GG|GGG|GGGG|GGGGG", "AD|AD|AD|Anno Domini|A"},
      {"y|yyyy|yy|yyyyyy", "2031|2031|31|002031"},
      {"Y|u", "2031|2031"},
      {"Q|QQ|QQQ|QQQQ|QQQQQ", "3|03|Q3|3rd quarter|3"},
      {"q|qq|qqq|qqqq|qqqqq", "3|03|Q3|3rd quarter|3"},
      {"M|MM|MMM|MMMM|MMMMM", "7|07|Jul|July|J"},
      {"L|LL|LLL|LLLL|LLLLL", "7|07|Jul|July|J"},
      {"w|ww|d|dd|D", "27|27|3|03|184"},
      {"E|EE|EEE|EEEE|EEEEE|EEEEEE", "Thu|Thu|Thu|Thursday|T|Th"},
      {"e|ee|eee|eeee|eeeee|eeeeee", "5|05|Thu|Thursday|T|Th"},
      {"c|cc|ccc|cccc|ccccc|cccccc", "5|5|Thu|Thursday|T|Th"},
      {"a|aa|aaa|aaaa|aaaaa", "PM|PM|PM|PM|p"},
      {"b|bbbb|bbbbb", "PM|PM|p"},
      {"B|BBBB", "in the afternoon|in the afternoon"},
      {"h|hh|H|HH|K|KK|k|kk", "2|02|14|14|2|02|14|14"},
      {"m|mm|s|ss|SSS", "7|07|9|09|000"},
      {"X|XXX|x|xxx|O|OOOO|zzzzz", "Z|Z|+00|+00:00|GMT|GMT|Z"},
      {"EEEE d MMMM y", "Thursday 3 July 2031"},
      {"h 'o''clock' a", "2 o'clock PM"},
      {"''yy''", "'31'"},
      {"  dd.MM.yy  ", "03.07.31"},
      {"' 'd' '", " 3 "},
      {"yyyy-MM-ddTHH:mm", "2031-07-03T14:07"},
      {"'open", "open"},
      {"", ""},
      {"日d", "日3"},
  };
  for (const auto& [pattern, text] : rows) EXPECT_EQ(shown(pattern), text) << pattern;
  EXPECT_EQ(formatDatePattern(day(2031, 7, 3), {}, "HH:mm kk b bbbb bbbbb", regional), "00:00 24 mid. midnight md");
  EXPECT_EQ(formatDatePattern(day(2031, 7, 3), clock(12, 0, 0), "b bbbb bbbbb h", regional), "noon noon n 12");
  EXPECT_EQ(formatDatePattern(day(2024, 12, 30), {}, "Y w y", regional), "2025 1 2024");
  EXPECT_EQ(formatDatePattern(day(2024, 12, 30), {}, "Y w", Regional::of("de")), "2025 1");
  EXPECT_EQ(formatDatePattern(day(2027, 1, 1), {}, "Y w D", Regional::of("de")), "2026 53 1");
  EXPECT_EQ(formatDatePattern(day(2024, 12, 31), {}, "D", regional), "366");
  EXPECT_EQ(formatDatePattern(day(2031, 7, 3), {}, "EEEE d MMMM", Regional::of("fr")), "jeudi 3 juillet");
  EXPECT_EQ(formatDatePattern(day(2031, 7, 3), clock(30, 0, 0), "d HH", regional), "4 06");
  EXPECT_EQ(formatDatePattern(Date::none(), {}, "d", regional), "00/00/00");
  EXPECT_EQ(formatTimePattern(clock(16, 45, 0), "h 'o''clock' a", regional), "4 o'clock PM");
  EXPECT_EQ(formatTimePattern(clock(16, 45, 0), "yyyy HH", regional), " 16");
  EXPECT_EQ(formatDatePattern(day(1500, 3, 1), {}, "d MMMM y EEEE", regional), "1 March 1500 Thursday");
}

TEST(FormatDate, ReadsDates) {
  const Zone zone("UTC");
  const auto read = [](std::string_view text) {
    std::string shown;
    appendDate(parseDateText(text, regional), shown);
    return shown;
  };
  EXPECT_EQ(read("due 4/9 of 2030"), "2030-04-09");
  EXPECT_EQ(read("04/09/30"), "1930-04-09");
  EXPECT_EQ(read("04/09/29"), "2029-04-09");
  EXPECT_EQ(read("31/12/2030"), "0000-00-00");
  EXPECT_EQ(read("ab/12/30"), "0000-00-00");
  EXPECT_EQ(read("12/25"), "0000-00-00");
  EXPECT_EQ(read(""), "0000-00-00");
  EXPECT_EQ(read("2031-07-03"), "2031-07-03");
  EXPECT_EQ(read("2031-07-03T23:59:59"), "2031-07-03");
  EXPECT_EQ(read("2031-07-03T23:59:59.123"), "2031-07-03");
  EXPECT_EQ(read("2031-07-02T22:00:00.000Z"), "2031-07-02");
  EXPECT_EQ(read("2031-07-02T23:30:00-02:00"), "2031-07-03");
  EXPECT_EQ(read("2031-02-30"), "0000-00-00");
  EXPECT_EQ(read("0000-00-00T00:00:00"), "0000-00-00");
  EXPECT_EQ(read("1 2 2030"), "2030-01-02");
  EXPECT_EQ(read("1.2.2030"), "2030-01-02");
  EXPECT_EQ(read("123/1/2030"), "0000-00-00");
  std::string shown;
  appendDate(parseDateText("31/12/2030", Regional::of("fr")), shown);
  EXPECT_EQ(shown, "2030-12-31");
}

TEST(FormatTime, ByNumber) {
  const Duration time = clock(14, 7, 9);
  const char* forms[] = {"14:07:09",
                         "14:07:09",
                         "14:07",
                         "14 hours 7 minutes 9 seconds",
                         "14 hours 7 minutes",
                         "2:07 PM",
                         "847:09",
                         "847 minutes 9 seconds",
                         "0000-00-00T14:07:09",
                         "14:07:09",
                         "14:07:09",
                         "14:07:09",
                         "14:07:09"};
  for (std::int64_t format = 0; format < std::ssize(forms); ++format)
    EXPECT_EQ(formatTime(time, format), forms[format]);
  EXPECT_EQ(formatTime(clock(1, 1, 1), 3), "1 hour 1 minute 1 second");
  EXPECT_EQ(formatTime(clock(0, 0, 0), 3), "0 hours 0 minutes 0 seconds");
  EXPECT_EQ(formatTime(clock(0, 5, 0), 5), "12:05 AM");
  EXPECT_EQ(formatTime(clock(12, 5, 0), 5), "12:05 PM");
  EXPECT_EQ(formatTime(clock(30, 0, 0)), "30:00:00");
  EXPECT_EQ(formatTime(clock(30, 0, 0), 5), "6:00 AM");
  EXPECT_EQ(formatTime(clock(1, 2, 0), 6), "62:00");
  EXPECT_EQ(formatTime({}, 100), "");
  EXPECT_EQ(formatTime({}, 101), "");
  EXPECT_EQ(formatTime(clock(1, 2, 3), 102), "01:02");
  EXPECT_EQ(formatTime({-90'061'000}), "-25:01:01");
  EXPECT_EQ(formatTime({90'061'000}), "25:01:01");
}

TEST(FormatTime, ReadsTimes) {
  const auto read = [](std::string_view text) { return parseTimeText(text).ms / 1000; };
  EXPECT_EQ(read("14:07:09"), 50829);
  EXPECT_EQ(read("14:07"), 50820);
  EXPECT_EQ(read("2:07 PM"), 50820);
  EXPECT_EQ(read("2:07 pm"), 50820);
  EXPECT_EQ(read("12:05 AM"), 300);
  EXPECT_EQ(read("12:05 PM"), 43500);
  EXPECT_EQ(read("0000-00-00T14:07:09"), 50829);
  EXPECT_EQ(read("2031-07-03T14:07:09.500Z"), 50829);
  EXPECT_EQ(read("17 hours 30 minutes"), 63000);
  EXPECT_EQ(read("30:00:00"), 108000);
  EXPECT_EQ(read("-01:00:00"), -3600);
  EXPECT_EQ(read(""), 0);
  EXPECT_EQ(read("noon"), 0);
  EXPECT_EQ(read("99999999999999999999:00"), 0);
  EXPECT_EQ(read("596000:00:00"), 596000LL * 3600);
}

TEST(DateMath, AddsAndNamesDays) {
  EXPECT_EQ(addToDate(day(2023, 1, 31), 0, 1, 0), day(2023, 2, 28));
  EXPECT_EQ(addToDate(day(2024, 2, 29), 1, 0, 0), day(2025, 2, 28));
  EXPECT_EQ(addToDate(day(2023, 1, 31), 0, 1, 1), day(2023, 3, 1));
  EXPECT_EQ(addToDate(day(2023, 1, 15), -1, -1, -15), day(2021, 11, 30));
  EXPECT_EQ(addToDate(day(2023, 1, 15), 0, 24, 0), day(2025, 1, 15));
  EXPECT_EQ(addToDate(Date::none(), 2031, 5, 17), day(2031, 5, 17));
  EXPECT_EQ(addToDate(Date::none(), 0, 0, 0), Date::none());
  EXPECT_EQ(addToDate(Date::none(), 0, 0, 5), Date::none());
  EXPECT_EQ(addToDate(day(32767, 12, 31), 0, 0, 1), Date::none());
  EXPECT_EQ(addToDate(day(100, 1, 1), 0, 0, -1), Date::none());
  EXPECT_EQ(addToDate(day(2023, 1, 1), INT64_MAX, INT64_MIN, INT64_MAX), Date::none());
  EXPECT_EQ(addToDate(day(2023, 1, 1), 0, 0, INT64_MAX), Date::none());
  EXPECT_EQ(dayNumber(day(2031, 7, 3)), 5);
  EXPECT_EQ(dayNumber(day(2031, 7, 6)), 1);
  EXPECT_EQ(dayNumber(day(1955, 1, 1)), 7);
  EXPECT_EQ(dayNumber(Date::none()), 2);
}

TEST(RegionalSettings, AreReadFromTheProject) {
  const auto set =
      readRegionalSettings(R"({"regional": {"locale": "de-CH", "dateOrder": "ymd", "timeZone": "Asia/Tokyo"}})");
  EXPECT_EQ(set.regional.locale, "de_CH");
  EXPECT_EQ(set.regional.thousands, "’");
  EXPECT_EQ(set.regional.order, DateOrder::yearMonthDay);
  EXPECT_EQ(set.timeZone, "Asia/Tokyo");
  EXPECT_EQ(readRegionalSettings(R"({"regional": {"locale": "fr"}})").regional.order, DateOrder::dayMonthYear);
  for (const char* text : {"", "{", "[]", "{}", R"({"regional": 5})", R"({"regional": {"locale": 1}})"}) {
    const auto standard = readRegionalSettings(text);
    EXPECT_EQ(standard.regional.locale, "en_US") << text;
    EXPECT_EQ(standard.regional.decimal, ".") << text;
    EXPECT_EQ(standard.timeZone, "") << text;
  }
}

}  // namespace
}  // namespace qodly::script::library
