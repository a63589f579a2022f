// Pictures: what type bytes are, and conversion to another type. libvips is a large library: it is loaded when the
// first picture has to be converted or checked, so that a server without pictures does not carry it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qodly::rest {

enum class PictureFormat : std::uint8_t { unknown, jpeg, png, gif, svg, webp, tiff, bmp };

// From the first bytes; no library needed.
PictureFormat formatOf(std::string_view bytes);
std::string_view mediaTypeOf(PictureFormat format);  // "image/png"; application/octet-stream for unknown
// Types that every browser shows.
bool isWebSafe(PictureFormat format);

// What `$imageformat` names: extension with or without dot, or MIME type, any case. nullopt for anything else.
std::optional<PictureFormat> formatNamed(std::string_view name);

// Thread-safe. nullopt when the bytes are no picture, too large a one (100 million pixels), or the format cannot be
// written on this machine.
std::optional<std::string> convertPicture(std::string_view bytes, PictureFormat to);
// Whether the bytes are a picture that can be read. SVG is recognised by its text alone.
bool isPicture(std::string_view bytes);

}  // namespace qodly::rest
