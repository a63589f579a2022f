// Windows bitmaps, which the picture library reads and writes only through a loader that is not safe for bytes from
// anywhere. Internal to pictures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qodly {

// Rows from the top, `bands` bytes a pixel: red, green, blue and, with four, alpha.
struct Pixels {
  int width = 0;
  int height = 0;
  int bands = 3;
  std::string bytes;
};

// 1, 4, 8, 16, 24 and 32 bits a pixel, uncompressed, with bit fields or run lengths. nullopt for anything else and for
// more than `mostPixels`.
std::optional<Pixels> decodeBmp(std::string_view bytes, std::int64_t mostPixels);
std::string encodeBmp(const Pixels& pixels);  // 24 bits a pixel, 32 with alpha

}  // namespace qodly
