#include "script/library/zip_library.h"

#include "base/loaded_function.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

ZipLibrary::ZipLibrary() {
  void* library = nullptr;
  for (const char* name : {"libzip.so.4", "libzip.so.5"}) {
    if (library == nullptr) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr) return;
  ready_ =
      findFunction(library, "zip_open", open) && findFunction(library, "zip_close", close) &&
      findFunction(library, "zip_discard", discard) && findFunction(library, "zip_strerror", message) &&
      findFunction(library, "zip_get_error", lastError) && findFunction(library, "zip_error_code_zip", errorCode) &&
      findFunction(library, "zip_source_file", sourceFile) && findFunction(library, "zip_source_free", freeSource) &&
      findFunction(library, "zip_file_add", add) && findFunction(library, "zip_dir_add", addFolder) &&
      findFunction(library, "zip_set_file_compression", setCompression) &&
      findFunction(library, "zip_file_set_encryption", setEncryption) &&
      findFunction(library, "zip_compression_method_supported", supports) &&
      findFunction(library, "zip_register_progress_callback_with_state", onProgress) &&
      findFunction(library, "zip_get_num_entries", count) && findFunction(library, "zip_stat_index", stat) &&
      findFunction(library, "zip_fopen_index_encrypted", openEntry) && findFunction(library, "zip_fread", read) &&
      findFunction(library, "zip_fclose", closeEntry) && findFunction(library, "zip_file_get_error", entryError) &&
      findFunction(library, "zip_error_strerror", errorText);
}

Result<const ZipLibrary*> ZipLibrary::get() {
  static const ZipLibrary loaded;
  if (!loaded.ready_) {
    return fail(fault::archive, "libzip is not installed on this machine: ZIP archives need libzip.so.4.");
  }
  return &loaded;
}

}  // namespace qodly::script::library
