// Files cut into rows: encodings, CSV as it is met, streamed JSON.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/import/csv_source.h"
#include "app/import/date_pattern.h"
#include "app/import/json_source.h"
#include "app/import/text_input.h"
#include "value/json.h"

namespace fs = std::filesystem;
using namespace qodly;
using namespace qodly::app;

namespace {

class ImportSources : public testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() / ("qodly-rows-" + std::to_string(::getpid()) + '-' +
                                         testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  void TearDown() override { fs::remove(path_); }

  std::unique_ptr<TextInput> input(const std::string& text, std::string_view encoding = "") {
    std::ofstream(path_, std::ios::binary) << text;
    auto opened = TextInput::open(path_, encoding);
    if (!opened) throw std::runtime_error(opened.error().text());
    return std::move(*opened);
  }

  std::unique_ptr<CsvSource> csv(const std::string& text, const CsvOptions& options = {}) {
    auto source = CsvSource::open(input(text), options);
    if (!source) throw std::runtime_error(source.error().text());
    return std::move(*source);
  }

  std::unique_ptr<JsonSource> json(const std::string& text, bool lines = false) {
    auto source = JsonSource::open(input(text), lines);
    if (!source) throw std::runtime_error(source.error().text());
    return std::move(*source);
  }

  fs::path path_;
};

// Every row as "cell|cell", null cells as ~, problems as !.
std::vector<std::string> rowsOf(RowSource& source) {
  std::vector<std::string> rows;
  Row row;
  while (true) {
    auto more = source.next(row);
    if (!more) {
      rows.push_back("error " + more.error().text());
      return rows;
    }
    if (!*more) return rows;
    if (row.problem) {
      rows.push_back("!" + std::string(row.raw));
    } else if (row.object.isObject()) {
      rows.push_back(json::text(row.object));
    } else {
      std::string text;
      for (const Cell& cell : row.cells)
        text += (text.empty() ? "" : "|") + (cell.text.empty() && !cell.quoted ? "~" : cell.text);
      rows.push_back(text);
    }
  }
}
using Rows = std::vector<std::string>;

CsvOptions withHeader() {
  CsvOptions options;
  options.header = true;
  return options;
}

std::string utf16(std::u16string_view text, bool big) {
  std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

}  // namespace

TEST_F(ImportSources, csvReadsQuotesLineEndsAndEmptyCells) {
  auto source =
      csv("\xEF\xBB\xBFname,note\r\n\"a \"\"b\"\"\",\"two\nlines, one\"\r\n\r\n,\"\"\nlast,\"x\"", withHeader());
  EXPECT_EQ(source->columns(), (Rows{"name", "note"}));
  EXPECT_EQ(rowsOf(*source), (Rows{"a \"b\"|two\nlines, one", "~|", "last|x"}));
}

TEST_F(ImportSources, csvTellsLinesAndTheRawText) {
  auto source = csv("a,b\n\"1\n2\",x\n3,y\r\n", withHeader());
  Row row;
  ASSERT_TRUE(*source->next(row));
  EXPECT_EQ(row.line, 2u);
  EXPECT_EQ(row.raw, "\"1\n2\",x");
  ASSERT_TRUE(*source->next(row));
  EXPECT_EQ(row.line, 4u);
  EXPECT_EQ(row.raw, "3,y");
}

TEST_F(ImportSources, csvFindsTheDelimiterOut) {
  EXPECT_EQ(csv("a;b\n1,5;2,5\n", withHeader())->dialect().delimiter, ';');
  EXPECT_EQ(csv("a\tb\n\"x,y\"\tz\n", withHeader())->dialect().delimiter, '\t');
  EXPECT_EQ(csv("a,b\n\"x;y;z\",2\n", withHeader())->dialect().delimiter, ',');
  EXPECT_EQ(csv("a|b|c\n1|2|3\n", withHeader())->dialect().delimiter, '|');
  EXPECT_EQ(csv("alone\n1\n", withHeader())->dialect().delimiter, ',');
}

TEST_F(ImportSources, csvFindsTheHeaderOut) {
  CsvOptions options;
  options.knownNames = {"ID", "Name"};
  EXPECT_EQ(csv("id,other\n1,2\n", options)->columns(), (Rows{"id", "other"}));
  auto plain = csv("1,2\n3,4\n", options);
  EXPECT_EQ(plain->columns(), (Rows{"column_1", "column_2"}));
  EXPECT_EQ(rowsOf(*plain), (Rows{"1|2", "3|4"}));
}

TEST_F(ImportSources, csvEscapes) {
  CsvOptions backslash = withHeader();
  backslash.escape = "\\";
  EXPECT_EQ(rowsOf(*csv("a,b\n\"say \\\"hi\\\"\",\"\\\\\"\n", backslash)), Rows{"say \"hi\"|\\"});
  // Found out: an escaped quote, and a text that ends in a backslash.
  EXPECT_EQ(rowsOf(*csv("a,b\n\"an \\\"x\\\" here\",1\n\"C:\\\",2\n", withHeader())),
            (Rows{"an \"x\" here|1", "C:\\|2"}));
  CsvOptions doubled = withHeader();
  doubled.escape = "\"";
  EXPECT_EQ(rowsOf(*csv("a,b\n\"C:\\\"\"\",2\n", doubled)), Rows{"C:\\\"|2"});
  EXPECT_EQ(rowsOf(*csv("a,b\n5\" pipe,2\n", withHeader())), Rows{"5\" pipe|2"});
}

TEST_F(ImportSources, csvHandsBadRowsOn) {
  auto source = csv("a,b\n1\n1,2,3\n4,5\n\"open,6\n7,8\n", withHeader());
  EXPECT_EQ(rowsOf(*source), (Rows{"!1", "!1,2,3", "4|5", "!\"open,6\n7,8\n"}));
}

TEST_F(ImportSources, csvStartsAtALine) {
  CsvOptions options = withHeader();
  options.startLine = 3;
  EXPECT_EQ(rowsOf(*csv("Report\n\na,b\n1,2\n", options)), Rows{"1|2"});
}

TEST_F(ImportSources, csvRefusesOddOptions) {
  for (const char* delimiter : {"ab", "é", "\n"}) {
    CsvOptions options;
    options.delimiter = delimiter;
    EXPECT_FALSE(CsvSource::open(input("a"), options)) << delimiter;
  }
}

TEST_F(ImportSources, csvReadsRowsAcrossChunks) {
  std::string text = "a,b\n";
  const std::string field(700'000, 'x');
  for (int i = 0; i < 5; ++i) text += "\"" + field + "\"\"" + field + "\"," + std::to_string(i) + "\r\n";
  const auto rows = rowsOf(*csv(text, withHeader()));
  ASSERT_EQ(rows.size(), 5u);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(rows[static_cast<std::size_t>(i)], field + '"' + field + '|' + std::to_string(i));
}

TEST_F(ImportSources, readsUtf16) {
  for (const bool big : {false, true}) {
    auto source = CsvSource::open(input(utf16(u"a,b\né,\U0001F600\n", big)), withHeader());
    ASSERT_TRUE(source);
    EXPECT_EQ(rowsOf(**source), Rows{"é|\xF0\x9F\x98\x80"});
  }
  auto unmarked = CsvSource::open(input(utf16(u"a,b\n1,2\n", false).substr(2), "utf-16"), withHeader());
  ASSERT_TRUE(unmarked);
  EXPECT_EQ(rowsOf(**unmarked), Rows{"1|2"});
}

TEST_F(ImportSources, jsonStreamsAnArray) {
  auto source = json(" [ {\"a\": \"]},{\\\"\"} ,\n{\"b\":[{}]},\n{\"c\" 1}, 5, [1],{}]");
  EXPECT_EQ(rowsOf(*source), (Rows{R"({"a":"]},{\""})", R"({"b":[{}]})", R"(!{"c" 1})", "!5", "![1]", "{}"}));
  EXPECT_TRUE(rowsOf(*json("[]")).empty());
}

TEST_F(ImportSources, jsonTellsWhereAnArrayBreaks) {
  const auto missingComma = rowsOf(*json("[\n{\"a\":1}\n{\"b\":2}]"));
  ASSERT_EQ(missingComma.size(), 2u);
  EXPECT_NE(missingComma[1].find("3"), std::string::npos);
  EXPECT_NE(missingComma[1].find(", or ] is expected"), std::string::npos);
  EXPECT_NE(rowsOf(*json("[{\"a\":1},{\"b\":")).back().find("cut off"), std::string::npos);
  EXPECT_NE(rowsOf(*json("[{\"a\":1}")).back().find("] is missing"), std::string::npos);
  EXPECT_FALSE(JsonSource::open(input("5"), false));
  EXPECT_FALSE(JsonSource::open(input(""), false));
}

TEST_F(ImportSources, jsonReadsObjectsInSequence) {
  EXPECT_EQ(rowsOf(*json("{\"a\":1}\n{\"a\":\n2} {\"a\":3}")), (Rows{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"}));
}

TEST_F(ImportSources, ndjsonLosesOnlyTheBadLine) {
  auto source = json("{\"a\":1}\n\n{\"a\": [\n \"x\"\r\n{\"a\":2}", true);
  EXPECT_EQ(rowsOf(*source), (Rows{"{\"a\":1}", "!{\"a\": [", "!\"x\"", "{\"a\":2}"}));
}

TEST_F(ImportSources, resumeAtEveryRow) {
  const std::string array = "[{\"n\":1},\n {\"n\":2}\n,{\"n\":3}]";
  const std::string table = "n,t\n1,\"x\ny\"\n2,\n3,z\n";
  for (std::size_t stop = 1; stop <= 3; ++stop) {
    for (const bool isJson : {true, false}) {
      const auto open = [&]() -> std::unique_ptr<RowSource> {
        if (isJson) return json(array);
        return csv(table, withHeader());
      };
      auto whole = open();
      const Rows all = rowsOf(*whole);
      auto first = open();
      Row row;
      std::uint64_t nextLine = 0;
      for (std::size_t i = 0; i < stop; ++i) ASSERT_TRUE(*first->next(row));
      const FilePosition place = first->position();
      if (*first->next(row)) nextLine = row.line;
      auto second = open();
      ASSERT_TRUE(second->resumeAt(place));
      auto again = open();
      ASSERT_TRUE(again->resumeAt(place));
      if (nextLine != 0) {
        ASSERT_TRUE(*again->next(row));
        EXPECT_EQ(row.line, nextLine);
      }
      EXPECT_EQ(rowsOf(*second), Rows(all.begin() + static_cast<std::ptrdiff_t>(stop), all.end()));
    }
  }
}

TEST_F(ImportSources, skipsToAPlaceFarInside) {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += std::to_string(i) + '\n';
  auto first = input(text);
  ASSERT_TRUE(first->skipTo(2'000'000, 7));
  ASSERT_TRUE(first->more());
  EXPECT_EQ(first->window().substr(0, 20), std::string_view(text).substr(2'000'000, 20));
  EXPECT_EQ(first->line(), 7u);
  EXPECT_FALSE(input("short")->skipTo(100, 1));
}

TEST(DatePattern, readsTheFormsOfImportFiles) {
  const auto pattern = DatePattern::make("d/M/yyyy");
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->parse("31/12/2024")->asDate(), *Date::fromCivil(2024, 12, 31));
  EXPECT_EQ(pattern->parse("1/2/2024")->asDate(), *Date::fromCivil(2024, 2, 1));
  for (const char* wrong : {"31/13/2024", "30/2/2024", "1/2/24", "1-2-2024", "1/2/2024 ", ""}) {
    EXPECT_FALSE(pattern->parse(wrong)) << wrong;
  }
  EXPECT_EQ(DatePattern::make("MM.dd.yy")->parse("02.01.69")->asDate(), *Date::fromCivil(2069, 2, 1));
  EXPECT_EQ(DatePattern::make("MM.dd.yy")->parse("02.01.70")->asDate(), *Date::fromCivil(1970, 2, 1));
  EXPECT_EQ(DatePattern::make("yyyy-MM-dd'T'HH:mm")->parse("2024-02-01T13:45")->type(), Type::instant);
  EXPECT_FALSE(DatePattern::make("dd/QQ/yyyy"));
  EXPECT_FALSE(DatePattern::make("HH:mm"));
}
