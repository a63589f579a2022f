#include "value/picture.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "value/picture_bmp.h"
#include "value/picture_vips.h"

namespace qodly {

namespace {

constexpr std::int64_t maximumPixels = 100'000'000;
constexpr int largestSide = 65'500;  // of JPEG; no format here needs more

// Numbers of libvips.
constexpr int formatUchar = 0;
constexpr int interpretationRgb = 22;
constexpr int extendWhite = 4;
constexpr int horizontal = 0;
constexpr int vertical = 1;

using Image = std::shared_ptr<void>;

Image owned(const Vips& vips, void* image) {
  return image == nullptr ? nullptr : Image(image, [&vips](void* held) { vips.unref(held); });
}

// Runs an operation that puts its result into a pointer.
template <class Operation>
Image made(const Vips& vips, const Operation& operation) {
  void* out = nullptr;
  if (operation(&out) == 0) return owned(vips, out);
  vips.clearError();
  return nullptr;
}

bool fits(std::int64_t width, std::int64_t height) {
  return width > 0 && height > 0 && width <= largestSide && height <= largestSide && width * height <= maximumPixels;
}

Image loadBmp(const Vips& vips, std::string_view bytes) {
  const auto pixels = decodeBmp(bytes, maximumPixels);
  if (!pixels) return nullptr;
  const Image raw = owned(vips, vips.fromMemory(pixels->bytes.data(), pixels->bytes.size(), pixels->width,
                                                pixels->height, pixels->bands, formatUchar));
  if (!raw) return nullptr;
  // What the numbers are is not known of memory.
  return made(vips,
              [&](void** out) { return vips.copy(raw.get(), out, "interpretation", interpretationRgb, nullptr); });
}

Image load(const Vips& vips, std::string_view bytes) {
  Image image = formatOf(bytes) == PictureFormat::bmp
                    ? loadBmp(vips, bytes)
                    : owned(vips, vips.loadBuffer(bytes.data(), bytes.size(), "", nullptr));
  if (image && std::int64_t{vips.width(image.get())} * vips.height(image.get()) > maximumPixels) image.reset();
  if (!image) vips.clearError();
  return image;
}

// Red, green, blue and perhaps alpha, a byte each.
Image plainColours(const Vips& vips, const Image& image) {
  const Image rgb =
      made(vips, [&](void** out) { return vips.colourspace(image.get(), out, interpretationRgb, nullptr); });
  if (!rgb) return nullptr;
  return made(vips, [&](void** out) { return vips.cast(rgb.get(), out, formatUchar, nullptr); });
}

Image withoutAlpha(const Vips& vips, const Image& image) {
  if (vips.hasAlpha(image.get()) == 0) return image;
  constexpr double white[] = {255, 255, 255};
  void* background = vips.newArrayDouble(white, 3);
  Image flat =
      made(vips, [&](void** out) { return vips.flatten(image.get(), out, "background", background, nullptr); });
  vips.unrefArea(background);
  return flat;
}

Image withAlpha(const Vips& vips, const Image& image) {
  if (vips.hasAlpha(image.get()) != 0) return image;
  return made(vips, [&](void** out) { return vips.addAlpha(image.get(), out, nullptr); });
}

std::optional<std::string> saveBmp(const Vips& vips, const Image& image) {
  const Image plain = plainColours(vips, image);
  if (!plain) return std::nullopt;
  Pixels pixels{vips.width(plain.get()), vips.height(plain.get()), vips.bands(plain.get()), {}};
  std::size_t size = 0;
  void* bytes = vips.toMemory(plain.get(), &size);
  if (bytes == nullptr || (pixels.bands != 3 && pixels.bands != 4)) {
    vips.clearError();
    return std::nullopt;
  }
  pixels.bytes.assign(static_cast<const char*>(bytes), size);
  vips.free(bytes);
  return encodeBmp(pixels);
}

std::string suffixOf(PictureFormat format, int quality) {
  const std::string factor = "[Q=" + std::to_string(std::clamp(quality, 1, 100)) + "]";
  switch (format) {
    case PictureFormat::jpeg:
      return ".jpg" + factor;
    case PictureFormat::png:
      return ".png";
    case PictureFormat::gif:
      return ".gif";
    case PictureFormat::tiff:
      return ".tif[compression=deflate]";
    case PictureFormat::webp:
      return ".webp" + factor;
    default:
      return {};
  }
}

// The number at the start of an attribute of the root element of an SVG; units other than pixels count as pixels.
double svgLength(std::string_view element, std::string_view attribute) {
  for (std::size_t at = element.find(attribute); at != std::string_view::npos; at = element.find(attribute, at + 1)) {
    const std::string_view rest = trim(element.substr(at + attribute.size()));
    const bool isName = at > 0 && (element[at - 1] == ' ' || element[at - 1] == '\n' || element[at - 1] == '\t');
    if (!isName || !rest.starts_with('=')) continue;
    const std::string_view value = trim(rest.substr(1));
    double number = 0;
    if (value.size() > 1) std::from_chars(value.data() + 1, value.data() + value.size(), number);
    return value.contains('%') && value.find('%') < value.find(value.front(), 1) ? 0 : number;
  }
  return 0;
}

PictureSize svgSize(std::string_view bytes) {
  const std::size_t start = bytes.find("<svg");
  const std::string_view element = bytes.substr(start, bytes.find('>', start) - start);
  double width = svgLength(element, "width");
  double height = svgLength(element, "height");
  if (const std::size_t box = element.find("viewBox"); (width <= 0 || height <= 0) && box != std::string_view::npos) {
    double numbers[4] = {};
    std::size_t at = element.find_first_of("0123456789-", box);
    for (double& number : numbers) {
      if (at == std::string_view::npos) break;
      const auto read = std::from_chars(element.data() + at, element.data() + element.size(), number);
      at = element.find_first_of("0123456789-", static_cast<std::size_t>(read.ptr - element.data()));
    }
    width = numbers[2];
    height = numbers[3];
  }
  constexpr double most = 1e6;
  return {static_cast<int>(std::clamp(width, 0.0, most)), static_cast<int>(std::clamp(height, 0.0, most))};
}

}  // namespace

class BitmapMaker {
 public:
  static std::optional<Bitmap> of(Image image) {
    return image ? std::optional(Bitmap(std::move(image))) : std::nullopt;
  }
};

std::optional<Bitmap> Bitmap::decode(std::string_view bytes) {
  const Vips* vips = Vips::get();
  return vips == nullptr ? std::nullopt : BitmapMaker::of(load(*vips, bytes));
}

int Bitmap::width() const { return Vips::get()->width(image_.get()); }
int Bitmap::height() const { return Vips::get()->height(image_.get()); }

bool Bitmap::isSound() const {
  const Vips& vips = *Vips::get();
  double average = 0;
  if (vips.average(image_.get(), &average, nullptr) == 0) return true;
  vips.clearError();
  return false;
}

std::optional<std::string> Bitmap::encode(PictureFormat format, int quality) const {
  const Vips& vips = *Vips::get();
  if (format == PictureFormat::bmp) return saveBmp(vips, image_);
  const std::string suffix = suffixOf(format, quality);
  void* bytes = nullptr;
  std::size_t size = 0;
  if (suffix.empty()) return std::nullopt;
  if (vips.writeBuffer(image_.get(), suffix.c_str(), &bytes, &size, nullptr) != 0) {
    vips.clearError();
    return std::nullopt;
  }
  std::string result(static_cast<const char*>(bytes), size);
  vips.free(bytes);
  return result;
}

std::optional<Bitmap> Bitmap::scaled(double horizontalScale, double verticalScale) const {
  const Vips& vips = *Vips::get();
  const double newWidth = std::round(width() * horizontalScale);
  const double newHeight = std::round(height() * verticalScale);
  if (!(newWidth >= 1 && newHeight >= 1 && newWidth < 1e6 && newHeight < 1e6)) return std::nullopt;
  if (!fits(static_cast<std::int64_t>(newWidth), static_cast<std::int64_t>(newHeight))) return std::nullopt;
  return BitmapMaker::of(made(vips, [&](void** out) {
    return vips.resize(image_.get(), out, horizontalScale, "vscale", verticalScale, nullptr);
  }));
}

std::optional<Bitmap> Bitmap::fitted(int newWidth, int newHeight, bool centred) const {
  const Vips& vips = *Vips::get();
  if (!fits(newWidth, newHeight)) return std::nullopt;
  const double scale = std::min(double{1.0} * newWidth / width(), double{1.0} * newHeight / height());
  // A very long or flat picture keeps at least one pixel.
  const auto inside = scaled(std::max(scale, 0.51 / width()), std::max(scale, 0.51 / height()));
  if (!inside) return std::nullopt;
  Image image = plainColours(vips, inside->image_);
  if (image) image = withoutAlpha(vips, image);
  if (!image) return std::nullopt;
  const int x = centred ? (newWidth - vips.width(image.get())) / 2 : 0;
  const int y = centred ? (newHeight - vips.height(image.get())) / 2 : 0;
  return BitmapMaker::of(made(vips, [&](void** out) {
    return vips.embed(image.get(), out, x, y, newWidth, newHeight, "extend", extendWhite, nullptr);
  }));
}

namespace {

// Both with the same bands, so that they can be joined.
std::pair<Image, Image> alike(const Vips& vips, const Image& one, const Image& other) {
  Image left = plainColours(vips, one);
  Image right = plainColours(vips, other);
  if (!left || !right) return {};
  if (vips.hasAlpha(left.get()) != vips.hasAlpha(right.get())) {
    left = withAlpha(vips, left);
    right = withAlpha(vips, right);
  }
  return {left, right};
}

Image joined(const Image& one, const Image& other, int direction) {
  const Vips& vips = *Vips::get();
  const std::int64_t width = std::int64_t{vips.width(one.get())} + vips.width(other.get());
  const std::int64_t height = std::int64_t{vips.height(one.get())} + vips.height(other.get());
  const bool possible = direction == horizontal
                            ? fits(width, std::max(vips.height(one.get()), vips.height(other.get())))
                            : fits(std::max(vips.width(one.get()), vips.width(other.get())), height);
  if (!possible) return nullptr;
  const auto [left, right] = alike(vips, one, other);
  if (!left || !right) return nullptr;
  constexpr double white[] = {255};
  void* background = vips.newArrayDouble(white, 1);
  Image result = made(vips, [&](void** out) {
    return vips.join(left.get(), right.get(), out, direction, "expand", 1, "background", background, nullptr);
  });
  vips.unrefArea(background);
  return result;
}

}  // namespace

std::optional<Bitmap> Bitmap::beside(const Bitmap& right) const {
  return BitmapMaker::of(joined(image_, right.image_, horizontal));
}

std::optional<Bitmap> Bitmap::above(const Bitmap& below) const {
  return BitmapMaker::of(joined(image_, below.image_, vertical));
}

std::optional<Bitmap> Bitmap::moved(int right, int down) const {
  const Vips& vips = *Vips::get();
  const std::int64_t newWidth = std::int64_t{width()} + right;
  const std::int64_t newHeight = std::int64_t{height()} + down;
  if (!fits(newWidth, newHeight)) return std::nullopt;
  const Image image = plainColours(vips, image_);
  if (!image) return std::nullopt;
  return BitmapMaker::of(made(vips, [&](void** out) {
    return vips.embed(image.get(), out, right, down, static_cast<int>(newWidth), static_cast<int>(newHeight), "extend",
                      extendWhite, nullptr);
  }));
}

std::vector<std::pair<std::string, std::string>> Bitmap::metadata() const {
  const Vips& vips = *Vips::get();
  std::vector<std::pair<std::string, std::string>> texts;
  char** names = vips.fields(image_.get());
  for (char** name = names; name != nullptr && *name != nullptr; ++name) {
    const std::string_view key = *name;
    if (!key.starts_with("exif-ifd")) continue;
    char* text = nullptr;
    if (vips.asString(image_.get(), *name, &text) == 0) {
      texts.emplace_back(key, repairUtf8(text));
      vips.free(text);
    }
  }
  vips.freeTexts(names);
  vips.clearError();
  return texts;
}

std::optional<std::string> Bitmap::block(const char* name) const {
  const Vips& vips = *Vips::get();
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (vips.typeOf(image_.get(), name) == 0) return std::nullopt;
  if (vips.getBlob(image_.get(), name, &bytes, &size) != 0) {
    vips.clearError();
    return std::nullopt;
  }
  return std::string(static_cast<const char*>(bytes), size);
}

Bitmap Bitmap::withMetadata(const std::vector<std::pair<std::string, std::string>>& texts) const {
  const Vips& vips = *Vips::get();
  const Image copy = made(vips, [&](void** out) { return vips.copy(image_.get(), out, nullptr); });
  if (!copy) return *this;
  for (const auto& [name, text] : texts) vips.setString(copy.get(), name.c_str(), text.c_str());
  return Bitmap(copy);
}

Bitmap Bitmap::withBlock(const char* name, std::string_view bytes) const {
  const Vips& vips = *Vips::get();
  const Image copy = made(vips, [&](void** out) { return vips.copy(image_.get(), out, nullptr); });
  if (!copy) return *this;
  vips.setBlobCopy(copy.get(), name, bytes.data(), bytes.size());
  return Bitmap(copy);
}

std::optional<std::string> convertPicture(std::string_view bytes, PictureFormat to, int quality) {
  const auto bitmap = Bitmap::decode(bytes);
  return bitmap ? bitmap->encode(to, quality) : std::nullopt;
}

bool isPicture(std::string_view bytes) {
  const PictureFormat format = formatOf(bytes);
  if (format == PictureFormat::svg || format == PictureFormat::pdf) return true;
  // Without the library the first bytes have to do.
  if (Vips::get() == nullptr) return format != PictureFormat::unknown;
  const auto bitmap = Bitmap::decode(bytes);
  return bitmap && bitmap->isSound();
}

PictureSize pictureSize(std::string_view bytes) {
  const PictureFormat format = formatOf(bytes);
  if (format == PictureFormat::svg) return svgSize(bytes);
  if (format == PictureFormat::pdf || format == PictureFormat::unknown) return {};
  const auto bitmap = Bitmap::decode(bytes);
  return bitmap ? PictureSize{bitmap->width(), bitmap->height()} : PictureSize{};
}

}  // namespace qodly
