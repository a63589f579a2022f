// Base64, character sets and picture metadata (commands.md 12, 13).
#include <gtest/gtest.h>

#include "script/library/blob_base64.h"
#include "script/library/charset.h"
#include "script/library/picture_metadata.h"
#include "value/picture_bmp.h"

namespace qodly::script::library {
namespace {

using namespace std::string_literals;

TEST(Base64, BothForms) {
  EXPECT_EQ(encodeBase64("\xFB\xFF\xFE", Base64::standard), "+//+");
  EXPECT_EQ(encodeBase64("\xFB\xFF\xFE", Base64::url), "-__-");
  EXPECT_EQ(encodeBase64("a", Base64::standard), "YQ==");
  EXPECT_EQ(encodeBase64("a", Base64::url), "YQ");
  EXPECT_EQ(encodeBase64("", Base64::url), "");
  const auto decoded = [](std::string_view text, Base64 form) { return decodeBase64(text, form).value_or("invalid"); };
  EXPECT_EQ(decoded("YWJj", Base64::standard), "abc");
  EXPECT_EQ(decoded("YW\r\nJ j", Base64::standard), "abc");
  EXPECT_EQ(decoded("YQ", Base64::standard), "a");
  EXPECT_EQ(decoded("YQ==", Base64::url), "a");
  EXPECT_EQ(decoded("YQ=", Base64::url), "invalid");
  EXPECT_EQ(decoded("Y", Base64::standard), "invalid");
  EXPECT_EQ(decoded("YQ==YQ==", Base64::standard), "invalid");
  EXPECT_EQ(decoded("YWJj=", Base64::standard), "invalid");
  EXPECT_EQ(decoded("-__-", Base64::standard), "invalid");
  EXPECT_EQ(decoded("+//+", Base64::url), "invalid");
  EXPECT_EQ(decoded("+//+", Base64::standard), "\xFB\xFF\xFE");
  EXPECT_EQ(decoded("", Base64::standard), "");
  EXPECT_EQ(decoded("h\xC3\xA9", Base64::standard), "invalid");
}

std::string encoded(std::string_view text, std::string_view name) {
  const auto charset = Charset::named(name);
  return charset ? charset->encode(text) : "unknown";
}
std::string decoded(std::string_view bytes, std::string_view name) {
  const auto charset = Charset::named(name);
  if (!charset) return "unknown";
  return charset->byteOrderMark().empty() ? charset->decode(bytes) : charset->decodeMarked(bytes);
}

TEST(Charsets, EachNameOfTheTable) {
  for (const char* name : {"UTF-8",
                           "utf-7",
                           "UTF-16BE",
                           "UTF-16LE",
                           "UTF-16",
                           "UTF-32",
                           "UTF-32BE",
                           "UTF-32LE",
                           "US-ASCII",
                           "ANSI_X3.4-1968",
                           "ANSI_X3.4-1986",
                           "ASCII",
                           "cp367",
                           "csASCII",
                           "IBM367",
                           "iso-ir-6",
                           "ISO_646.irv:1991",
                           "ISO646-US",
                           "us",
                           "ISO-8859-1",
                           "CP819",
                           "csISOLatin1",
                           "IBM819",
                           "iso-ir-100",
                           "ISO_8859-1",
                           "ISO_8859-1:1987",
                           "l1",
                           "latin1",
                           "ISO-8859-2",
                           "csISOLatin2",
                           "iso-ir-101",
                           "ISO_8859-2",
                           "ISO_8859-2:1987",
                           "l2",
                           "latin2",
                           "ISO-8859-3",
                           "csISOLatin3",
                           "ISO-8859-3:1988",
                           "iso-ir-109",
                           "ISO_8859-3",
                           "l3",
                           "latin3",
                           "ISO-8859-4",
                           "csISOLatin4",
                           "ISO-8859-4:1988",
                           "iso-ir-110",
                           "ISO_8859-4",
                           "l4",
                           "latin4",
                           "ISO-8859-5",
                           "csISOLatinCyrillic",
                           "cyrillic",
                           "ISO-8859-5:1988",
                           "iso-ir-144",
                           "ISO_8859-5",
                           "ISO-8859-6",
                           "csISOLatinArabic",
                           "arabic",
                           "ASMO-708",
                           "ECMA-114",
                           "ISO-8859-6:1987",
                           "iso-ir-127",
                           "ISO_8859-6",
                           "ISO-8859-7",
                           "csISOLatinGreek",
                           "ECMA-118",
                           "ELOT_928",
                           "greek",
                           "greek8",
                           "iso-ir-126",
                           "ISO_8859-7",
                           "ISO_8859-7:1987",
                           "ISO-8859-8",
                           "csISOLatinHebrew",
                           "hebrew",
                           "iso-ir-138",
                           "ISO_8859-8",
                           "ISO_8859-8:1988",
                           "ISO-8859-9",
                           "csISOLatin5",
                           "iso-ir-148",
                           "ISO_8859-9",
                           "ISO_8859-9:1989",
                           "l5",
                           "latin5",
                           "ISO-8859-10",
                           "csISOLatin6",
                           "iso-ir-157",
                           "ISO_8859-10",
                           "ISO_8859-10:1992",
                           "l6",
                           "latin6",
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
                           "csMacintosh",
                           "MacCE",
                           "x-mac-ce",
                           "x-mac-cyrillic",
                           "x-mac-greek",
                           "x-mac-turkish",
                           "IBM437",
                           "cp437",
                           "437",
                           "csPC8CodePage437",
                           "ebcdic-cp-us",
                           "cp037",
                           "csIBM037",
                           "ebcdic-cp-ca",
                           "ebcdic-cp-wt",
                           "IBM037",
                           "Shift_JIS",
                           "csShiftJIS",
                           "MS_Kanji",
                           "Shift-JIS",
                           "ISO-2022-JP",
                           "csISO2022JP",
                           "Windows-31J",
                           "Big5",
                           "csBig5",
                           "EUC-KR",
                           "csEUCKR",
                           "GBK",
                           "GB2312",
                           "csGB2312",
                           "x-mac-chinesesimp",
                           "GB_2312-80",
                           "csISO58GB231280",
                           "KOI8-R",
                           "csKOI8R"}) {
    EXPECT_TRUE(Charset::named(name).has_value()) << name;
  }
  for (const int id : {106,  1012, 1013, 1014, 1015, 1017, 1018, 1019, 3,    4,    5,    6,    7,    8,    9,    10,
                       11,   12,   13,   109,  111,  2250, 2251, 2252, 2253, 2254, 2255, 2256, 2257, 2027, 1250, 1251,
                       1253, 1254, 1257, 2011, 2028, 17,   39,   2024, 2026, 38,   113,  2025, 57,   2084}) {
    EXPECT_TRUE(Charset::numbered(id).has_value()) << id;
  }
  EXPECT_FALSE(Charset::named("klingon").has_value());
  EXPECT_FALSE(Charset::named("").has_value());
  EXPECT_FALSE(Charset::numbered(0).has_value());
}

TEST(Charsets, EncodeAndDecode) {
  EXPECT_EQ(encoded("é€", "ISO-8859-1"), "\xE9?");
  EXPECT_EQ(encoded("é€", "ISO-8859-15"), "\xE9\xA4");
  EXPECT_EQ(encoded("é€", "windows-1252"), "\xE9\x80");
  EXPECT_EQ(encoded("aé😀", "US-ASCII"), "a??");
  EXPECT_EQ(encoded("a€", "UTF-16"), "a\0\xAC\x20"s);
  EXPECT_EQ(encoded("a€", "UTF-16BE"), "\0a\x20\xAC"s);
  EXPECT_EQ(encoded("😀", "UTF-16LE"), "\x3D\xD8\x00\xDE"s);
  EXPECT_EQ(encoded("a", "UTF-32"), "a\0\0\0"s);
  EXPECT_EQ(encoded("é", "UTF-7"), "+AOk-");
  EXPECT_EQ(encoded("日本", "Shift_JIS"), "\x93\xFA\x96\x7B");
  EXPECT_EQ(encoded("日本", "ISO-2022-JP"), "\x1B$BF|K\\\x1B(B");
  EXPECT_EQ(encoded("", "UTF-16"), "");
  EXPECT_EQ(decoded("\xE9\x80", "windows-1252"), "é€");
  EXPECT_EQ(decoded("\x8E", "MacRoman"), "é");
  EXPECT_EQ(decoded("\xEF\xBB\xBF"s + "aé", "utf-8"), "aé");
  EXPECT_EQ(decoded("\xFF\xFE\x61\0"s, "utf-8"), "a");
  EXPECT_EQ(decoded("\xFE\xFF\0\x61"s, "UTF-16LE"), "a");
  EXPECT_EQ(decoded("a\xFFz", "utf-8"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(decoded("\xEF\xBB\xBF", "ISO-8859-1"), "ï»¿");
  EXPECT_EQ(decoded("+AOk-", "UTF-7"), "é");
}

TEST(PictureMetadata, IsWrittenAndRead) {
  const std::string source = encodeBmp({8, 8, 3, std::string(8 * 8 * 3, '\x40')});
  const auto bitmap = Bitmap::decode(source);
  if (!bitmap) GTEST_SKIP() << "libvips is not installed";
  const auto jpeg = withPictureTags(*bitmap, {{"TIFF", "Make", {"Maker (of) cameras"}},
                                              {"EXIF", "UserComment", {"x"}},
                                              {"EXIF", "DateTimeOriginal", {"2031:07:03 14:07:09"}},
                                              {"IPTC", "Keywords", {"sea", "Küste"}},
                                              {"IPTC", "City", {"Brest"}}})
                        .encode(PictureFormat::jpeg);
  ASSERT_TRUE(jpeg.has_value());
  const auto read = [](std::string_view bytes) {
    std::map<std::string, std::string> found;
    for (const PictureTag& tag : readPictureTags(*Bitmap::decode(bytes))) {
      for (const std::string& value : tag.values) found[tag.block + "/" + tag.name] += value + ";";
    }
    return found;
  };
  auto tags = read(*jpeg);
  EXPECT_EQ(tags["TIFF/Make"], "Maker (of) cameras;");
  EXPECT_EQ(tags["EXIF/DateTimeOriginal"], "2031:07:03 14:07:09;");
  EXPECT_EQ(tags["IPTC/Keywords"], "sea;Küste;");
  EXPECT_EQ(tags["IPTC/City"], "Brest;");
  const auto again = withPictureTags(*Bitmap::decode(*jpeg), {{"IPTC", "City", {}}, {"IPTC", "Credit", {"me"}}})
                         .encode(PictureFormat::jpeg);
  tags = read(*again);
  EXPECT_EQ(tags["IPTC/City"], "");
  EXPECT_EQ(tags["IPTC/Credit"], "me;");
  EXPECT_EQ(tags["IPTC/Keywords"], "sea;Küste;");
  EXPECT_EQ(tags["TIFF/Make"], "Maker (of) cameras;");
}

TEST(PictureMetadata, KnowsPaths) {
  EXPECT_EQ(tagPath("exif/Model")->block, "EXIF");
  EXPECT_EQ(tagPath("GPS/GPSLatitude")->name, "Latitude");
  EXPECT_EQ(tagPath("IPTC/keywords")->name, "Keywords");
  EXPECT_EQ(tagPath("TIFF")->name, "");
  EXPECT_FALSE(tagPath("XMP/x").has_value());
}

}  // namespace
}  // namespace qodly::script::library
