#include "value/picture_vips.h"

#include <dlfcn.h>

namespace qodly {

namespace {

// Looks up functions; `complete` tells whether all were there.
class Library {
 public:
  explicit Library(const char* name) : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)), complete_(handle_ != nullptr) {}
  bool complete() const { return complete_; }

  template <class Function>
  Library& operator()(const char* name, Function& function) {
    if (handle_ != nullptr) function = reinterpret_cast<Function>(dlsym(handle_, name));  // the documented use of dlsym
    complete_ = complete_ && function != nullptr;
    return *this;
  }

 private:
  void* handle_;
  bool complete_;
};

}  // namespace

const Vips* Vips::get() {
  static const Vips loaded;
  return loaded.ready_ ? &loaded : nullptr;
}

Vips::Vips() {
  Library library("libvips.so.42");
  int (*init)(const char*) = nullptr;
  void (*blockUntrusted)(int) = nullptr;
  void (*concurrency)(int) = nullptr;
  library("vips_init", init)("vips_block_untrusted_set", blockUntrusted)("vips_concurrency_set", concurrency);
  library("vips_image_new_from_buffer", loadBuffer)("vips_image_new_from_memory_copy", fromMemory);
  library("vips_image_write_to_buffer", writeBuffer)("vips_image_write_to_memory", toMemory)("vips_avg", average);
  library("vips_resize", resize)("vips_embed", embed)("vips_join", join)("vips_flatten", flatten);
  library("vips_colourspace", colourspace)("vips_cast", cast)("vips_copy", copy)("vips_addalpha", addAlpha);
  library("vips_autorot", autoRotate)("vips_image_get_width", width)("vips_image_get_height", height);
  library("vips_image_get_bands", bands)("vips_image_hasalpha", hasAlpha)("vips_image_get_fields", fields);
  library("vips_image_get_as_string", asString)("vips_image_get_blob", getBlob)("vips_image_get_typeof", typeOf);
  library("vips_image_set_string", setString)("vips_image_set_blob_copy", setBlobCopy);
  library("vips_array_double_new", newArrayDouble)("vips_area_unref", unrefArea)("vips_error_clear", clearError);
  library("g_object_unref", unref)("g_free", free)("g_strfreev", freeTexts);
  ready_ = library.complete() && init("qodly") == 0;
  if (!ready_) return;
  // A damaged picture is the client's affair, answered to the client; the server's log has no use for it.
  unsigned (*setLogHandler)(const char*, int, void (*)(const char*, int, const char*, void*), void*) = nullptr;
  constexpr int warnings = 1 << 4;  // G_LOG_LEVEL_WARNING
  if (library("g_log_set_handler", setLogHandler).complete()) {
    setLogHandler(
        "VIPS", warnings, [](const char*, int, const char*, void*) {}, nullptr);
  }
  blockUntrusted(1);  // only loaders that are fuzzed upstream: pictures come from anywhere
  concurrency(1);     // requests run in parallel already
}

}  // namespace qodly
