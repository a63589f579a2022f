// The content of large blobs as files, for those who send it without loading it (rest.md 14). An engine that keeps such
// content in files of its own implements ContentFiles beside Engine.
#pragma once

#include <cstdint>
#include <optional>

#include "base/file_bytes.h"
#include "storage/record.h"

namespace qodly::orda {

class ContentFiles {
 public:
  virtual ~ContentFiles() = default;
  // The open file with the bytes of an attribute of type blob; its content stays as it is, whatever becomes of the
  // record. nullopt: the value lies elsewhere, or must be converted: Engine::decode reads it. Thread-safe.
  virtual std::optional<FilePart> contentFile(const storage::RecordView& record, std::uint32_t dataClass,
                                              std::uint32_t attribute) = 0;
};

}  // namespace qodly::orda
