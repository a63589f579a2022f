#include "rest/pictures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include <dlfcn.h>

#include "base/text.h"

namespace qodly::rest {

namespace {

struct NamedFormat {
  std::string_view name;
  PictureFormat format;
};

constexpr std::array names{
    NamedFormat{"gif", PictureFormat::gif},   NamedFormat{"png", PictureFormat::png},
    NamedFormat{"jpeg", PictureFormat::jpeg}, NamedFormat{"jpg", PictureFormat::jpeg},
    NamedFormat{"tiff", PictureFormat::tiff}, NamedFormat{"tif", PictureFormat::tiff},
};

bool looksLikeSvg(std::string_view bytes) {
  std::string_view start = trim(bytes.substr(0, 4096));
  if (start.starts_with("\xEF\xBB\xBF")) start = trim(start.substr(3));
  return start.starts_with("<svg") ||
         ((start.starts_with("<?xml") || start.starts_with("<!")) && start.contains("<svg"));
}

// The C functions of libvips and GLib that are used, by their documented signatures.
class Vips {
 public:
  // nullptr when the library is not installed.
  static const Vips* get() {
    static const Vips loaded;
    return loaded.ready_ ? &loaded : nullptr;
  }

  struct Unref {
    const Vips* vips;
    void operator()(void* image) const { vips->unref_(image); }
  };
  using Image = std::unique_ptr<void, Unref>;

  Image load(std::string_view bytes) const {
    Image image(loadBuffer_(bytes.data(), bytes.size(), "", nullptr), Unref{this});
    constexpr long maximumPixels = 100'000'000;
    if (image && static_cast<long>(width_(image.get())) * height_(image.get()) > maximumPixels) image.reset();
    if (!image) clearError_();
    return image;
  }

  std::optional<std::string> save(const Image& image, const char* suffix) const {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (writeBuffer_(image.get(), suffix, &bytes, &size, nullptr) != 0) {
      clearError_();
      return std::nullopt;
    }
    std::string result(static_cast<const char*>(bytes), size);
    free_(bytes);
    return result;
  }

  // Reads every pixel: a header alone proves nothing.
  bool decodes(const Image& image) const {
    double average = 0;
    if (average_(image.get(), &average, nullptr) == 0) return true;
    clearError_();
    return false;
  }

 private:
  Vips() {
    void* library = dlopen("libvips.so.42", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    int (*init)(const char*) = nullptr;
    void (*blockUntrusted)(int) = nullptr;
    void (*concurrency)(int) = nullptr;
    ready_ = find(library, "vips_init", init) && find(library, "vips_block_untrusted_set", blockUntrusted) &&
             find(library, "vips_concurrency_set", concurrency) &&
             find(library, "vips_image_new_from_buffer", loadBuffer_) &&
             find(library, "vips_image_write_to_buffer", writeBuffer_) && find(library, "vips_avg", average_) &&
             find(library, "vips_image_get_width", width_) && find(library, "vips_image_get_height", height_) &&
             find(library, "vips_error_clear", clearError_) && find(library, "g_object_unref", unref_) &&
             find(library, "g_free", free_) && init("qodly") == 0;
    if (!ready_) return;
    // A damaged picture is the client's affair, answered to the client; the server's log has no use for it.
    unsigned (*setLogHandler)(const char*, int, void (*)(const char*, int, const char*, void*), void*) = nullptr;
    constexpr int warnings = 1 << 4;  // G_LOG_LEVEL_WARNING
    if (find(library, "g_log_set_handler", setLogHandler)) {
      setLogHandler(
          "VIPS", warnings, [](const char*, int, const char*, void*) {}, nullptr);
    }
    blockUntrusted(1);  // only loaders that are fuzzed upstream: pictures come from anywhere
    concurrency(1);     // requests run in parallel already
  }

  template <class Function>
  static bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));  // the documented use of dlsym
    return function != nullptr;
  }

  bool ready_ = false;
  void* (*loadBuffer_)(const void*, std::size_t, const char*, ...) = nullptr;
  int (*writeBuffer_)(void*, const char*, void**, std::size_t*, ...) = nullptr;
  int (*average_)(void*, double*, ...) = nullptr;
  int (*width_)(const void*) = nullptr;
  int (*height_)(const void*) = nullptr;
  void (*clearError_)() = nullptr;
  void (*unref_)(void*) = nullptr;
  void (*free_)(void*) = nullptr;
};

const char* suffixOf(PictureFormat format) {
  switch (format) {
    case PictureFormat::jpeg:
      return ".jpg[Q=90]";
    case PictureFormat::png:
      return ".png";
    case PictureFormat::gif:
      return ".gif";
    case PictureFormat::tiff:
      return ".tif[compression=deflate]";
    case PictureFormat::webp:
      return ".webp";
    default:
      return nullptr;
  }
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
  } else if (plain.starts_with('.')) {
    plain.remove_prefix(1);
  }
  const auto* known = std::ranges::find(names, plain, &NamedFormat::name);
  return known == names.end() ? std::nullopt : std::optional(known->format);
}

std::optional<std::string> convertPicture(std::string_view bytes, PictureFormat to) {
  const char* suffix = suffixOf(to);
  const Vips* vips = suffix == nullptr ? nullptr : Vips::get();
  if (vips == nullptr) return std::nullopt;
  const auto image = vips->load(bytes);
  return image ? vips->save(image, suffix) : std::nullopt;
}

bool isPicture(std::string_view bytes) {
  const PictureFormat format = formatOf(bytes);
  if (format == PictureFormat::svg) return true;
  const Vips* vips = Vips::get();
  // Without the library the first bytes have to do.
  if (vips == nullptr) return format != PictureFormat::unknown;
  const auto image = vips->load(bytes);
  return image && vips->decodes(image);
}

}  // namespace qodly::rest
