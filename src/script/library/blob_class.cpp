#include "script/library/blob_class.h"

#include <algorithm>
#include <array>

#include "script/library/file_content.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "value/media_name.h"

namespace qodly::script::library {

namespace {

using vm::Call;

constexpr std::size_t slicedInMemory = 1024 * 1024;  // a part of a file that is copied rather than kept in it

Result<Value> receiver(Call& call) {
  const Value* blob = blobIn(call.self());
  return loadedBlob(call.process(), blob != nullptr ? *blob : Value::blob({}));
}

Result<Value> newCommand(Call& call) {
  if (!call.given(0)) return BlobObject::make(std::string());
  if (auto large = vm::LargeBlob::bytesOf(call.at(0))) return BlobObject::make(std::move(large));
  const Value* blob = blobIn(call.at(0));
  if (blob == nullptr) return std::unexpected(call.wrongArgument(0, "a blob or a 4D.Blob"));
  return BlobObject::box(*blob);
}

Result<Value> sizeGetter(Call& call) {
  if (const auto large = vm::LargeBlob::bytesOf(call.self())) return Value::real(static_cast<double>(large->size()));
  const auto blob = receiver(call);
  if (!blob) return std::unexpected(blob.error());
  return Value::real(static_cast<double>(blob->asBlob().bytes.size()));
}

Result<Value> pathGetter(Call& call) {
  const Value* blob = blobIn(call.self());
  if (blob == nullptr || vm::LargeBlob::bytesOf(call.self())) return Value::text("");
  const BlobBox& content = blob->asBlob();
  return Value::text(content.path.empty() ? mediaName(content.mediaType) : std::string_view(content.path));
}

Result<Value> sliceFunction(Call& call) {
  const auto large = vm::LargeBlob::bytesOf(call.self());
  const auto blob = large ? Result<Value>(Value()) : receiver(call);
  if (!blob) return std::unexpected(blob.error());
  const auto size = static_cast<std::int64_t>(large ? large->size() : blob->asBlob().bytes.size());
  const auto place = [&](std::size_t argument, std::int64_t otherwise) {
    const std::int64_t given = call.integer(argument, otherwise);
    return std::clamp<std::int64_t>(given < 0 ? size + given : given, 0, size);
  };
  const std::int64_t start = place(0, 0);
  const std::int64_t end = place(1, size);
  if (end <= start) return BlobObject::make(std::string());
  const auto first = static_cast<std::size_t>(start), count = static_cast<std::size_t>(end - start);
  if (large && count > slicedInMemory) return BlobObject::make(large->slice(first, count));
  if (auto charged = call.process().charge(count); !charged) return std::unexpected(charged.error());
  if (large) return BlobObject::make(std::string(large->view().substr(first, count)));
  return BlobObject::make(blob->asBlob().bytes.substr(first, count), blob->asBlob().mediaType);
}

constexpr vm::FunctionRow constructor = {"new", "(blob?: blob|4D.Blob) : 4D.Blob", newCommand,
                                         "A new blob object, empty or with the bytes of another blob."};

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"slice", "(start?: number, end?: number) : 4D.Blob", sliceFunction,
     "A new blob over the bytes from start to before end; negative places count from the end."},
});

constexpr auto properties = std::to_array<vm::PropertyRow>({
    {"path", "string", pathGetter, nullptr,
     "The name of the file that it was uploaded from; empty when there is none."},
    {"size", "number", sizeGetter, nullptr, "The number of bytes."},
});

}  // namespace

const vm::NativeClass& BlobObject::classOf() {
  static const vm::NativeClass definition = {
      "Blob", "Object", functions, properties, &constructor, "A sequence of bytes that never changes.", false};
  return definition;
}

const vm::NativeClass& blobClass() { return BlobObject::classOf(); }

Value BlobObject::box(Value blob) {
  return Value::handle(Ref<Handle>(new BlobObject(std::move(blob))));  // NOLINT(cppcoreguidelines-owning-memory)
}

Value BlobObject::make(std::string bytes, std::string mediaType) {
  return box(Value::blob(std::move(bytes), std::move(mediaType)));
}

Value BlobObject::make(std::shared_ptr<const FileBytes> file) {
  return Value::handle(Ref<Handle>(new BlobObject(std::move(file))));  // NOLINT(cppcoreguidelines-owning-memory)
}

const Value* BlobObject::scalarBlob() const {
  std::call_once(loaded_, [this] {
    if (file_) blob_ = Value::blob(file_->size() > largestScalarBlob ? std::string() : std::string(file_->view()));
  });
  return &blob_;
}

const Value* blobIn(const Value& value) {
  if (value.type() == Type::blob) return &value;
  const auto* object = vm::NativeObject::from<BlobObject>(value);
  return object != nullptr ? object->scalarBlob() : nullptr;
}

Result<Value> loadedBlob(vm::Process& process, const Value& blobOrPicture) {
  if (const Value* boxed = blobOrPicture.type() == Type::handle ? blobIn(blobOrPicture) : nullptr) {
    return loadedBlob(process, *boxed);
  }
  if (blobOrPicture.asBlob().path.empty()) return blobOrPicture;
  Value loaded = referencedContent(process.runtime().service<FileSystems>(), blobOrPicture);
  if (loaded.isMissing()) return blobOrPicture.type() == Type::picture ? Value::picture({}) : Value::blob({});
  if (auto charged = process.charge(loaded.asBlob().bytes.size()); !charged) return std::unexpected(charged.error());
  return loaded;
}

}  // namespace qodly::script::library
