// 4D.Blob (classes.md 2): bytes that never change, as an object. Scalar blobs become one in containers and back in
// variables of type blob.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/vm/large_blob.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// Safe from every thread.
class BlobObject final : public vm::NativeObject, public vm::LargeBlob {
 public:
  // `blob` must be of type blob.
  static Value box(Value blob);
  static Value make(std::string bytes, std::string mediaType = {});
  static Value make(std::shared_ptr<const FileBytes> file);
  static const vm::NativeClass& classOf();

  const vm::NativeClass& nativeClass() const override { return classOf(); }
  bool mayBeShared() const override { return true; }
  // Loads what lies in a file.
  const Value* scalarBlob() const override;
  const std::shared_ptr<const FileBytes>& file() const override { return file_; }

 private:
  explicit BlobObject(Value blob) : blob_(std::move(blob)) {}
  explicit BlobObject(std::shared_ptr<const FileBytes> file) : file_(std::move(file)) {}
  const std::shared_ptr<const FileBytes> file_;
  mutable std::once_flag loaded_;
  mutable Value blob_;
};

const vm::NativeClass& blobClass();

// A scalar blob larger than this is empty (language.md 17).
inline constexpr std::size_t largestScalarBlob = 2'147'483'647;

// The blob that a value is or holds; nullptr for other values.
const Value* blobIn(const Value& value);

// A blob of either kind, or a picture, with its bytes at hand: one that is stored by reference is read from its file,
// and is empty when there is no such file.
Result<Value> loadedBlob(vm::Process& process, const Value& blobOrPicture);

}  // namespace qodly::script::library
