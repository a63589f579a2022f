// Pictures: formats, sizes, conversions.
#include "value/picture.h"

#include <gtest/gtest.h>

#include "value/picture_bmp.h"

namespace qodly {
namespace {

// A picture of one colour with a pixel of another at the top left.
std::string bitmapFile(int width, int height, int bands = 3) {
  Pixels pixels{width, height, bands, {}};
  for (int i = 0; i < width * height; ++i) {
    pixels.bytes += i == 0 ? "\x10\x20\x30" : "\xC0\x80\x40";
    if (bands == 4) pixels.bytes.push_back(i == 0 ? '\x7F' : '\xFF');
  }
  return encodeBmp(pixels);
}

class Pictures : public testing::Test {
 protected:
  void SetUp() override {
    if (!Bitmap::decode(bitmapFile(2, 2))) GTEST_SKIP() << "libvips is not installed";
  }
};

TEST(PictureBmp, WritesWhatItReads) {
  for (const int bands : {3, 4}) {
    const auto pixels = decodeBmp(bitmapFile(5, 3, bands), 1000);
    ASSERT_TRUE(pixels.has_value());
    EXPECT_EQ(pixels->width, 5);
    EXPECT_EQ(pixels->height, 3);
    EXPECT_EQ(pixels->bands, bands);
    EXPECT_EQ(pixels->bytes.substr(0, 3), "\x10\x20\x30");
    EXPECT_EQ(pixels->bytes.substr(static_cast<std::size_t>(bands), 3), "\xC0\x80\x40");
  }
  EXPECT_FALSE(decodeBmp(bitmapFile(5, 3), 14).has_value());
  EXPECT_FALSE(decodeBmp("BM", 1000).has_value());
  const std::string whole = bitmapFile(5, 3);
  for (std::size_t length = 0; length < whole.size(); ++length) decodeBmp(whole.substr(0, length), 1000);
}

TEST(PictureBmp, ReadsPalettesAndRuns) {
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> (8 * i)));
    return text;
  };
  const auto file = [&](int bits, std::uint32_t compression, std::string_view data) {
    const std::string palette = std::string("\0\0\0\0", 4) + "\x30\x20\x10" + '\0';  // black, and another colour
    return "BM" + number(0, 8) + number(54 + 8, 4) + number(40, 4) + number(4, 4) + number(2, 4) + number(1, 2) +
           number(static_cast<std::uint32_t>(bits), 2) + number(compression, 4) + number(0, 12) + number(2, 4) +
           number(0, 4) + palette + std::string(data);
  };
  const std::string lit = "\x10\x20\x30";
  const std::string dark(3, '\0');
  using namespace std::string_view_literals;
  const auto one = decodeBmp(file(1, 0, "\x50\0\0\0\xA0\0\0\0"sv), 100);
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->bytes, lit + dark + lit + dark + dark + lit + dark + lit);
  const auto runs = decodeBmp(file(8, 1, "\x02\x01\x00\x00\x00\x03\x01\x00\x01\x00\x00\x01"sv), 100);
  ASSERT_TRUE(runs.has_value());
  EXPECT_EQ(runs->bytes, lit + dark + lit + dark + lit + lit + dark + dark);
}

TEST_F(Pictures, AreConverted) {
  const std::string source = bitmapFile(20, 10);
  for (const PictureFormat format : {PictureFormat::png, PictureFormat::jpeg, PictureFormat::gif, PictureFormat::tiff,
                                     PictureFormat::bmp, PictureFormat::webp}) {
    const auto bytes = convertPicture(source, format);
    ASSERT_TRUE(bytes.has_value()) << mediaTypeOf(format);
    EXPECT_EQ(formatOf(*bytes), format);
    EXPECT_TRUE(isPicture(*bytes)) << mediaTypeOf(format);
    const PictureSize size = pictureSize(*bytes);
    EXPECT_EQ(size.width, 20) << mediaTypeOf(format);
    EXPECT_EQ(size.height, 10) << mediaTypeOf(format);
  }
  EXPECT_FALSE(convertPicture(source, PictureFormat::svg).has_value());
  EXPECT_FALSE(convertPicture("no picture", PictureFormat::png).has_value());
  const auto png = convertPicture(bitmapFile(3, 3, 4), PictureFormat::png);
  ASSERT_TRUE(png.has_value());
  const auto back = convertPicture(*png, PictureFormat::bmp);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(decodeBmp(*back, 100)->bytes.substr(0, 4), "\x10\x20\x30\x7F");
}

TEST_F(Pictures, AreScaledAndJoined) {
  const auto bitmap = Bitmap::decode(bitmapFile(40, 20));
  ASSERT_TRUE(bitmap.has_value());
  const auto size = [](const std::optional<Bitmap>& result) {
    return result ? std::to_string(result->width()) + "x" + std::to_string(result->height()) : std::string("none");
  };
  EXPECT_EQ(size(bitmap->scaled(0.5, 2)), "20x40");
  EXPECT_EQ(size(bitmap->scaled(0, 1)), "none");
  EXPECT_EQ(size(bitmap->scaled(1e9, 1)), "none");
  EXPECT_EQ(size(bitmap->fitted(48, 48, true)), "48x48");
  EXPECT_EQ(size(bitmap->fitted(0, 48, true)), "none");
  EXPECT_EQ(size(bitmap->beside(*Bitmap::decode(bitmapFile(5, 30)))), "45x30");
  EXPECT_EQ(size(bitmap->above(*Bitmap::decode(bitmapFile(5, 30, 4)))), "40x50");
  EXPECT_EQ(size(bitmap->moved(10, 0)), "50x20");
  EXPECT_EQ(size(bitmap->moved(-10, 5)), "30x25");
  EXPECT_EQ(size(bitmap->moved(-40, 0)), "none");

  // Centred: white above and below; else white below only.
  const auto rows = [&](bool centred) {
    const auto bytes = bitmap->fitted(40, 40, centred)->encode(PictureFormat::bmp);
    return decodeBmp(*bytes, 10'000)->bytes;
  };
  const std::string white = "\xFF\xFF\xFF";
  EXPECT_EQ(rows(true).substr(0, 3), white);
  EXPECT_NE(rows(true).substr(40 * 20 * 3, 3), white);
  EXPECT_NE(rows(false).substr(0, 3), white);
  EXPECT_EQ(rows(false).substr(40 * 39 * 3, 3), white);
}

TEST(PictureSvg, SvgTellsItsSize) {
  const auto size = [](std::string_view text) {
    const PictureSize found = pictureSize(text);
    return std::to_string(found.width) + "x" + std::to_string(found.height);
  };
  EXPECT_EQ(size(R"(<svg xmlns="x" width="30" height='20px'/>)"), "30x20");
  EXPECT_EQ(size(R"(<?xml version="1.0"?><svg viewBox="0 0 12 34"></svg>)"), "12x34");
  EXPECT_EQ(size(R"(<svg width="100%" height="100%" viewBox="0,0,7,8"/>)"), "7x8");
  EXPECT_EQ(size("<svg/>"), "0x0");
  EXPECT_EQ(size("<svg"), "0x0");
  EXPECT_EQ(size("text"), "0x0");
  EXPECT_TRUE(isPicture("%PDF-1.7"));
}

}  // namespace
}  // namespace qodly
