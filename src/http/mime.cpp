#include "http/mime.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "http/ascii.h"

namespace qodly::http {

namespace {

// In the order of the extensions.
constexpr auto types = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"css", "text/css; charset=UTF-8"},
    {"csv", "text/csv; charset=UTF-8"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"heic", "image/heic"},
    {"htm", "text/html; charset=UTF-8"},
    {"html", "text/html; charset=UTF-8"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar; charset=UTF-8"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=UTF-8"},
    {"json", "application/json; charset=UTF-8"},
    {"m4a", "audio/mp4"},
    {"map", "application/json; charset=UTF-8"},
    {"md", "text/markdown; charset=UTF-8"},
    {"mjs", "text/javascript; charset=UTF-8"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"rtf", "application/rtf"},
    {"svg", "image/svg+xml"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=UTF-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml; charset=UTF-8"},
    {"zip", "application/zip"},
});
static_assert(std::ranges::is_sorted(types, {}, &std::pair<std::string_view, std::string_view>::first));

constexpr std::size_t longestExtension = 11;

}  // namespace

std::string_view contentTypeOf(std::string_view fileName) {
  constexpr std::string_view unknown = "application/octet-stream";
  const std::size_t dot = fileName.rfind('.');
  if (dot == std::string_view::npos || fileName.size() - dot - 1 > longestExtension) return unknown;
  std::string extension(fileName.substr(dot + 1));
  for (char& c : extension) c = ascii::lower(c);
  const auto* at = std::ranges::lower_bound(types, extension, {}, &decltype(types)::value_type::first);
  return at != types.end() && at->first == extension ? at->second : unknown;
}

}  // namespace qodly::http
