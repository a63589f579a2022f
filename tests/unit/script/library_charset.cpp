#include <gtest/gtest.h>

#include "script/library/charset.h"
#include "script/library/file_text.h"
#include "script/library/io_error.h"

namespace qodly::script::library {
namespace {

TEST(Charset, EveryDocumentedNameIsKnown) {
  for (const char* name : {"UTF-8",
                           "utf-8",
                           "UTF-7",
                           "UTF-16BE",
                           "UTF-16LE",
                           "UTF-16",
                           "UTF-32",
                           "UTF-32BE",
                           "UTF-32LE",
                           "US-ASCII",
                           "ANSI_X3.4-1968",
                           "ASCII",
                           "cp367",
                           "us",
                           "ISO-8859-1",
                           "CP819",
                           "latin1",
                           "l1",
                           "ISO_8859-1",
                           "ISO-8859-2",
                           "latin2",
                           "ISO-8859-3",
                           "ISO-8859-4",
                           "ISO-8859-5",
                           "cyrillic",
                           "ISO-8859-6",
                           "arabic",
                           "ASMO-708",
                           "ISO-8859-7",
                           "ELOT_928",
                           "greek",
                           "ISO-8859-8",
                           "hebrew",
                           "ISO-8859-9",
                           "latin5",
                           "ISO-8859-10",
                           "l6",
                           "ISO-8859-13",
                           "ISO-8859-15",
                           "Latin-9",
                           "windows-1250",
                           "windows-1251",
                           "windows-1252",
                           "windows-1253",
                           "windows-1254",
                           "windows-1255",
                           "windows-1256",
                           "windows-1257",
                           "MacRoman",
                           "x-mac-roman",
                           "mac",
                           "macintosh",
                           "x-mac-ce",
                           "x-mac-cyrillic",
                           "x-mac-greek",
                           "x-mac-turkish",
                           "IBM437",
                           "cp437",
                           "437",
                           "IBM037",
                           "cp037",
                           "Shift_JIS",
                           "Shift-JIS",
                           "MS_Kanji",
                           "ISO-2022-JP",
                           "Windows-31J",
                           "Big5",
                           "csBig5",
                           "EUC-KR",
                           "GBK",
                           "GB2312",
                           "GB_2312-80",
                           "KOI8-R",
                           "csKOI8R"}) {
    EXPECT_TRUE(Charset::named(name)) << name;
  }
  EXPECT_EQ(Charset::named("no-such-set").error().code(), fault::unknownCharset);
  EXPECT_FALSE(Charset::named(""));
  EXPECT_FALSE(Charset::named("UTF-8,swaplfnl"));
}

TEST(Charset, NumbersAreMibEnums) {
  EXPECT_EQ(Charset::numbered(106)->name(), "UTF-8");
  EXPECT_EQ(Charset::numbered(4)->name(), "ISO-8859-1");
  EXPECT_EQ(Charset::numbered(2252)->encode("€"), "\x80");
  EXPECT_EQ(Charset::numbered(99999).error().code(), fault::unknownCharset);
}

TEST(Charset, EncodesWhatItCanAndMarksTheRest) {
  const auto latin = *Charset::named("iso-8859-1");
  EXPECT_EQ(latin.encode("Größe €"),
            "Gr\xF6\xDF"
            "e ?");
  EXPECT_TRUE(latin.canEncode("Größe"));
  EXPECT_FALSE(latin.canEncode("€"));
  EXPECT_TRUE(Charset::named("US-ASCII")->canEncode("plain"));
  EXPECT_FALSE(Charset::named("US-ASCII")->canEncode("é"));
  EXPECT_EQ(Charset::named("UTF-16")->encode("Aé"), std::string("A\0\xE9\0", 4));
  EXPECT_EQ(Charset::named("UTF-16BE")->encode("A"), std::string("\0A", 2));
  EXPECT_EQ(Charset::named("ISO-2022-JP")->decode(Charset::named("ISO-2022-JP")->encode("日本")), "日本");
}

TEST(Charset, DecodesDamagedBytesToReplacementCharacters) {
  EXPECT_EQ(Charset::utf8().decode("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(Charset::named("Shift_JIS")->decode("\x93\xFA\x96\x7B"), "日本");
  EXPECT_EQ(Charset::named("windows-1252")->decode("\x93x\x94"), "“x”");
}

TEST(Charset, MarkDecides) {
  EXPECT_EQ(Charset::named("ISO-8859-1")->decodeMarked("\xEF\xBB\xBF\xC3\xA9"), "é");
  EXPECT_EQ(Charset::utf8().decodeMarked(std::string("\xFF\xFEh\0i\0", 6)), "hi");
  EXPECT_EQ(Charset::utf8().decodeMarked(std::string("\xFE\xFF\0h", 4)), "h");
  EXPECT_EQ(Charset::utf8().decodeMarked(std::string("\xFF\xFE\0\0h\0\0\0", 8)), "h");
  EXPECT_EQ(Charset::utf8().decodeMarked("no mark"), "no mark");
}

TEST(FileText, BreaksAreConverted) {
  const std::string mixed = "a\r\nb\rc\nd";
  EXPECT_EQ(withBreaks(mixed, Breaks::unchanged), mixed);
  EXPECT_EQ(withBreaks(mixed, Breaks::native), "a\nb\nc\nd");
  EXPECT_EQ(withBreaks(mixed, Breaks::crlf), "a\r\nb\r\nc\r\nd");
  EXPECT_EQ(withBreaks(mixed, Breaks::cr), "a\rb\rc\rd");
  EXPECT_EQ(withBreaks("\n\n", Breaks::crlf), "\r\n\r\n");
  EXPECT_FALSE(breaksNumbered(5));
  EXPECT_EQ(breaksNamed("crlf"), Breaks::crlf);
  EXPECT_FALSE(breaksNamed("CRLF"));
}

TEST(FileText, MarksAreWrittenForNamedUnicodeSets) {
  EXPECT_EQ(contentOfText("é", *textEncoding(""), Breaks::native), "é");
  EXPECT_EQ(contentOfText("é", *textEncoding("UTF-8"), Breaks::native), "\xEF\xBB\xBFé");
  EXPECT_EQ(contentOfText("é", *textEncoding("UTF-8-no-bom"), Breaks::native), "é");
  EXPECT_EQ(contentOfText("A", *textEncoding("UTF-16"), Breaks::native), std::string("\xFF\xFE"
                                                                                     "A\0",
                                                                                     4));
  EXPECT_EQ(contentOfText("A", *textEncoding("ISO-8859-1"), Breaks::native), "A");
  EXPECT_FALSE(textEncoding("nothing"));
}

}  // namespace
}  // namespace qodly::script::library
