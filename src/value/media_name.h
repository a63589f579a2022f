// The media type of a blob or picture carries the name of the file that it came from: `image/png; name="a.png"`.
#pragma once

#include <string>
#include <string_view>

namespace qodly {

// "image/png" of `image/png; name="a.png"`.
std::string_view withoutMediaName(std::string_view mediaType);
// "a.png"; "" when there is no name.
std::string_view mediaName(std::string_view mediaType);
// The type with the name in place of one that it has. Of a path the last part counts; control characters and quotes are
// left out; what would make the whole longer than the 255 bytes that are stored is cut, between two characters.
std::string withMediaName(std::string_view mediaType, std::string_view name);

}  // namespace qodly
