#include "script/library/blob_class.h"

#include <algorithm>
#include <array>

#include "script/library/file_content.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

using vm::Call;

Result<Value> receiver(Call& call) {
  const Value* blob = blobIn(call.self());
  return loadedBlob(call.process(), blob != nullptr ? *blob : Value::blob({}));
}

Result<Value> newCommand(Call& call) {
  if (!call.given(0)) return BlobObject::make({});
  const Value* blob = blobIn(call.at(0));
  if (blob == nullptr) return std::unexpected(call.wrongArgument(0, "a blob or a 4D.Blob"));
  return BlobObject::box(*blob);
}

Result<Value> sizeGetter(Call& call) {
  const auto blob = receiver(call);
  if (!blob) return std::unexpected(blob.error());
  return Value::real(static_cast<double>(blob->asBlob().bytes.size()));
}

Result<Value> sliceFunction(Call& call) {
  const auto blob = receiver(call);
  if (!blob) return std::unexpected(blob.error());
  const std::string& bytes = blob->asBlob().bytes;
  const auto size = static_cast<std::int64_t>(bytes.size());
  const auto place = [&](std::size_t argument, std::int64_t otherwise) {
    const std::int64_t given = call.integer(argument, otherwise);
    return std::clamp<std::int64_t>(given < 0 ? size + given : given, 0, size);
  };
  const std::int64_t start = place(0, 0);
  const std::int64_t end = place(1, size);
  if (end <= start) return BlobObject::make({});
  if (auto charged = call.process().charge(static_cast<std::size_t>(end - start)); !charged) {
    return std::unexpected(charged.error());
  }
  return BlobObject::make(bytes.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)),
                          blob->asBlob().mediaType);
}

constexpr vm::FunctionRow constructor = {"new", "(blob?: blob|4D.Blob) : 4D.Blob", newCommand,
                                         "A new blob object, empty or with the bytes of another blob."};

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"slice", "(start?: number, end?: number) : 4D.Blob", sliceFunction,
     "A new blob over the bytes from start to before end; negative places count from the end."},
});

constexpr auto properties = std::to_array<vm::PropertyRow>({
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

const Value* blobIn(const Value& value) {
  if (value.type() == Type::blob) return &value;
  const auto* object = vm::NativeObject::from<BlobObject>(value);
  return object != nullptr ? object->scalarBlob() : nullptr;
}

Result<Value> loadedBlob(vm::Process& process, const Value& blobOrPicture) {
  if (blobOrPicture.asBlob().path.empty()) return blobOrPicture;
  Value loaded = referencedContent(process.runtime().service<FileSystems>(), blobOrPicture);
  if (loaded.isMissing()) return blobOrPicture.type() == Type::picture ? Value::picture({}) : Value::blob({});
  if (auto charged = process.charge(loaded.asBlob().bytes.size()); !charged) return std::unexpected(charged.error());
  return loaded;
}

}  // namespace qodly::script::library
