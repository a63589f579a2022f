// What type the bytes of a picture are, told from their beginning and their names. No library is needed for this.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace qodly {

enum class PictureFormat : std::uint8_t { unknown, jpeg, png, gif, svg, webp, tiff, bmp, pdf };

PictureFormat formatOf(std::string_view bytes);
std::string_view mediaTypeOf(PictureFormat format);  // "image/png"; application/octet-stream for unknown
// Types that every browser shows.
bool isWebSafe(PictureFormat format);

// Extension with or without dot, or MIME type, any case. nullopt for anything else.
std::optional<PictureFormat> formatNamed(std::string_view name);

}  // namespace qodly
