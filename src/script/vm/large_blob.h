// A 4D.Blob whose bytes lie in a file (base/file_bytes.h): the body of a large request, the content of a large file. It
// stays one in variables and parameters of type blob, because as a scalar blob it would have to be loaded.
#pragma once

#include <memory>

#include "base/file_bytes.h"
#include "value/value.h"

namespace qodly::script::vm {

// Implemented by the built-in class of blobs.
class LargeBlob {
 public:
  virtual ~LargeBlob() = default;
  // nullptr: this blob's bytes are in memory. Valid as long as the blob.
  virtual const std::shared_ptr<const FileBytes>& file() const = 0;

  // The bytes of a value that is such a blob; nullptr for all others.
  static std::shared_ptr<const FileBytes> bytesOf(const Value& value) {
    if (value.type() != Type::handle) return nullptr;
    const auto* blob = dynamic_cast<const LargeBlob*>(&value.asHandle());
    return blob != nullptr ? blob->file() : nullptr;
  }
};

}  // namespace qodly::script::vm
