#include "value/picture_format.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace qodly {

namespace {

struct NamedFormat {
  std::string_view name;
  PictureFormat format;
};

constexpr std::array names{
    NamedFormat{"gif", PictureFormat::gif},   NamedFormat{"png", PictureFormat::png},
    NamedFormat{"jpeg", PictureFormat::jpeg}, NamedFormat{"jpg", PictureFormat::jpeg},
    NamedFormat{"tiff", PictureFormat::tiff}, NamedFormat{"tif", PictureFormat::tiff},
    NamedFormat{"bmp", PictureFormat::bmp},   NamedFormat{"x-ms-bmp", PictureFormat::bmp},
    NamedFormat{"svg", PictureFormat::svg},   NamedFormat{"svg+xml", PictureFormat::svg},
    NamedFormat{"webp", PictureFormat::webp}, NamedFormat{"pdf", PictureFormat::pdf},
};

bool looksLikeSvg(std::string_view bytes) {
  std::string_view start = trim(bytes.substr(0, 4096));
  if (start.starts_with("\xEF\xBB\xBF")) start = trim(start.substr(3));
  return start.starts_with("<svg") ||
         ((start.starts_with("<?xml") || start.starts_with("<!")) && start.contains("<svg"));
}

}  // namespace

PictureFormat formatOf(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return PictureFormat::jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return PictureFormat::png;
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return PictureFormat::gif;
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return PictureFormat::webp;
  if (bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4))) {
    return PictureFormat::tiff;
  }
  if (bytes.starts_with("BM") && bytes.size() > 26) return PictureFormat::bmp;
  if (bytes.starts_with("%PDF-")) return PictureFormat::pdf;
  return looksLikeSvg(bytes) ? PictureFormat::svg : PictureFormat::unknown;
}

std::string_view mediaTypeOf(PictureFormat format) {
  switch (format) {
    case PictureFormat::jpeg:
      return "image/jpeg";
    case PictureFormat::png:
      return "image/png";
    case PictureFormat::gif:
      return "image/gif";
    case PictureFormat::svg:
      return "image/svg+xml";
    case PictureFormat::webp:
      return "image/webp";
    case PictureFormat::tiff:
      return "image/tiff";
    case PictureFormat::bmp:
      return "image/bmp";
    case PictureFormat::pdf:
      return "application/pdf";
    case PictureFormat::unknown:
      break;
  }
  return "application/octet-stream";
}

bool isWebSafe(PictureFormat format) {
  return format == PictureFormat::jpeg || format == PictureFormat::png || format == PictureFormat::gif ||
         format == PictureFormat::svg || format == PictureFormat::webp;
}

std::optional<PictureFormat> formatNamed(std::string_view name) {
  const std::string lower = lowerAscii(trim(name));
  std::string_view plain = lower;
  if (plain.starts_with("image/")) {
    plain.remove_prefix(6);
  } else if (plain == "application/pdf") {
    plain = "pdf";
  } else if (plain.starts_with('.')) {
    plain.remove_prefix(1);
  }
  const auto* known = std::ranges::find(names, plain, &NamedFormat::name);
  return known == names.end() ? std::nullopt : std::optional(known->format);
}

}  // namespace qodly
