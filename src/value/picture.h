// Pictures: decoding, encoding, scaling, joining and their metadata. libvips is a large library: it is loaded when the
// first picture has to be worked on, so that a server without pictures does not carry it. All functions are
// thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "value/picture_format.h"

namespace qodly {

// A decoded picture. Cheap to copy; immutable.
class Bitmap {
 public:
  // nullopt when the bytes are no picture, too large a one (100 million pixels), or the library is not installed.
  static std::optional<Bitmap> decode(std::string_view bytes);

  int width() const;
  int height() const;
  bool isSound() const;  // every pixel can be read; decode() has looked at the header alone

  // nullopt when the format cannot be written on this machine. quality: 1 to 100, for formats that lose.
  std::optional<std::string> encode(PictureFormat format, int quality = 90) const;

  // These give nullopt when the result would be empty or too large.
  std::optional<Bitmap> scaled(double horizontal, double vertical) const;
  // Scaled to lie inside width x height with its own ratio, the rest white. centred: in the middle, else top left.
  std::optional<Bitmap> fitted(int width, int height, bool centred) const;
  std::optional<Bitmap> beside(const Bitmap& right) const;
  std::optional<Bitmap> above(const Bitmap& below) const;
  std::optional<Bitmap> moved(int right, int down) const;  // space is added, or what leaves is cut off

  // Metadata as the library names it ("exif-ifd0-Make"), texts only.
  std::vector<std::pair<std::string, std::string>> metadata() const;
  std::optional<std::string> block(const char* name) const;  // bytes of one ("iptc-data")
  Bitmap withMetadata(const std::vector<std::pair<std::string, std::string>>& texts) const;
  Bitmap withBlock(const char* name, std::string_view bytes) const;

 private:
  explicit Bitmap(std::shared_ptr<void> image) : image_(std::move(image)) {}
  friend class BitmapMaker;
  std::shared_ptr<void> image_;
};

// nullopt when the bytes are no picture or the format cannot be written on this machine.
std::optional<std::string> convertPicture(std::string_view bytes, PictureFormat to, int quality = 90);
// Whether the bytes are a picture that can be read. SVG and PDF are recognised by their beginning alone.
bool isPicture(std::string_view bytes);

struct PictureSize {
  int width = 0;
  int height = 0;
};
// Of SVG what its attributes say; 0 x 0 when unknown.
PictureSize pictureSize(std::string_view bytes);

}  // namespace qodly
