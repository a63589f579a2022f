#include "script/library/zip_library.h"

#include <dlfcn.h>

#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));  // the documented use of dlsym
  return function != nullptr;
}

}  // namespace

ZipLibrary::ZipLibrary() {
  void* library = nullptr;
  for (const char* name : {"libzip.so.4", "libzip.so.5"}) {
    if (library == nullptr) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr) return;
  ready_ = find(library, "zip_open", open) && find(library, "zip_close", close) &&
           find(library, "zip_discard", discard) && find(library, "zip_strerror", message) &&
           find(library, "zip_get_error", lastError) && find(library, "zip_error_code_zip", errorCode) &&
           find(library, "zip_source_file", sourceFile) && find(library, "zip_source_free", freeSource) &&
           find(library, "zip_file_add", add) && find(library, "zip_dir_add", addFolder) &&
           find(library, "zip_set_file_compression", setCompression) &&
           find(library, "zip_file_set_encryption", setEncryption) &&
           find(library, "zip_compression_method_supported", supports) &&
           find(library, "zip_register_progress_callback_with_state", onProgress) &&
           find(library, "zip_get_num_entries", count) && find(library, "zip_stat_index", stat) &&
           find(library, "zip_fopen_index_encrypted", openEntry) && find(library, "zip_fread", read) &&
           find(library, "zip_fclose", closeEntry) && find(library, "zip_file_get_error", entryError) &&
           find(library, "zip_error_strerror", errorText);
}

Result<const ZipLibrary*> ZipLibrary::get() {
  static const ZipLibrary loaded;
  if (!loaded.ready_) {
    return fail(fault::archive, "libzip is not installed on this machine: ZIP archives need libzip.so.4.");
  }
  return &loaded;
}

}  // namespace qodly::script::library
