// EXIF, GPS, TIFF and IPTC metadata of pictures (commands.md 13).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "value/picture.h"

namespace qodly::script::library {

// One tag: "TIFF/Make", "EXIF/DateTimeOriginal", "GPS/Latitude", "IPTC/Keywords". A tag may have several values.
struct PictureTag {
  std::string block;  // "TIFF", "EXIF", "GPS", "IPTC"
  std::string name;
  std::vector<std::string> values;
};

std::vector<PictureTag> readPictureTags(const Bitmap& bitmap);

// The block and the tag of a path, in the spelling above; the tag is empty for a block. nullopt for a name of no block.
struct TagPath {
  std::string block;
  std::string name;
};
std::optional<TagPath> tagPath(std::string_view path);

// The picture with these tags set, the others kept; a tag without values is removed from IPTC and emptied elsewhere.
Bitmap withPictureTags(const Bitmap& bitmap, const std::vector<PictureTag>& tags);

}  // namespace qodly::script::library
