// Keywords that a picture carries (IPTC/Keywords), for the `%` comparator on image attributes (query.md 6.2).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace qodly::query {

// Calls `visit` with each keyword (UTF-8) until it returns true; the result says whether it did. JPEG only; other
// formats and damaged files have no keywords.
bool anyPictureKeyword(std::string_view picture, const std::function<bool(std::string_view keyword)>& visit);

}  // namespace qodly::query
