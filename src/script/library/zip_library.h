// libzip, loaded on first use. The pointers are libzip's documented functions.
#pragma once

#include <memory>

#include <zip.h>

#include "base/error.h"

namespace qodly::script::library {

// Thread-safe after loading; an archive belongs to one thread at a time.
class ZipLibrary {
 public:
  // Error archive: the library is not installed.
  static Result<const ZipLibrary*> get();

  decltype(&::zip_open) open = nullptr;
  decltype(&::zip_close) close = nullptr;
  decltype(&::zip_discard) discard = nullptr;
  decltype(&::zip_strerror) message = nullptr;
  decltype(&::zip_get_error) lastError = nullptr;
  decltype(&::zip_error_code_zip) errorCode = nullptr;
  decltype(&::zip_source_file) sourceFile = nullptr;
  decltype(&::zip_source_free) freeSource = nullptr;
  decltype(&::zip_file_add) add = nullptr;
  decltype(&::zip_dir_add) addFolder = nullptr;
  decltype(&::zip_set_file_compression) setCompression = nullptr;
  decltype(&::zip_file_set_encryption) setEncryption = nullptr;
  decltype(&::zip_compression_method_supported) supports = nullptr;
  decltype(&::zip_register_progress_callback_with_state) onProgress = nullptr;
  decltype(&::zip_get_num_entries) count = nullptr;
  decltype(&::zip_stat_index) stat = nullptr;
  decltype(&::zip_fopen_index_encrypted) openEntry = nullptr;
  decltype(&::zip_fread) read = nullptr;
  decltype(&::zip_fclose) closeEntry = nullptr;
  decltype(&::zip_file_get_error) entryError = nullptr;
  decltype(&::zip_error_strerror) errorText = nullptr;

 private:
  ZipLibrary();
  bool ready_ = false;
};

}  // namespace qodly::script::library
