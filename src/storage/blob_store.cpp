// Blob files: blobs/aa/<64 hexadecimal digits>, where the name is the SHA-256 of the content and aa its first two
// digits. A file holds the bare content. It is written under a temporary name, synced and renamed, so a file that has
// its name is whole.
#include "storage/blob_store.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "storage/file.h"
#include "storage/record_format.h"

namespace qodly::storage {

namespace {

constexpr std::chrono::hours graceAfterWrite{1};
constexpr std::string_view temporaryPrefix = "writing-";

Result<std::string> readPart(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t length) {
  const Result<File> file = File::open(path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::string content(length, '\0');
  std::uint64_t done = 0;
  while (done < length) {
    const ssize_t count =
        ::pread(file->descriptor(), content.data() + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(fileError(errno, "read", path));
    if (count == 0) {
      return std::unexpected(
          Error(code::dataFileDamaged, "dbmg",
                fmt::format("The blob file {} is shorter than the record that refers to it says", path.string())));
    }
    done += static_cast<std::uint64_t>(count);
  }
  return content;
}

}  // namespace

std::optional<BlobRef> BlobRef::decode(std::string_view bytes) {
  if (bytes.size() < blobRefBytes) return std::nullopt;
  BlobRef ref{std::string(bytes.substr(0, 32)), load<std::uint64_t>(bytes.data() + 32)};
  if (ref.size > maximumValueBytes) return std::nullopt;
  return ref;
}

std::string BlobRef::encode() const {
  std::string bytes = digest;
  bytes.resize(blobRefBytes);
  store(bytes.data() + 32, size);
  return bytes;
}

BlobStore::BlobStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path BlobStore::pathOf(const BlobRef& ref) const {
  const std::string name = lowerAscii(toHex(ref.digest));
  return folder_ / name.substr(0, 2) / name;
}

bool BlobStore::exists(const BlobRef& ref) const {
  struct stat status {};
  return ::stat(pathOf(ref).c_str(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) == ref.size;
}

Result<BlobRef> BlobStore::write(std::string_view content) {
  if (content.size() > maximumValueBytes) {
    return std::unexpected(Error(code::limitReached, "dbmg",
                                 fmt::format("A value of {} bytes is larger than the {} bytes one attribute can hold",
                                             content.size(), maximumValueBytes)));
  }
  const BlobRef ref{crypto::sha256(content), content.size()};
  {
    // Protected before looking for the file: a collection that runs meanwhile either sees the protection or has removed
    // the file already.
    const std::lock_guard lock(mutex_);
    protected_[ref.digest].writtenAt = std::chrono::steady_clock::now();
  }
  if (exists(ref)) return ref;
  if (Result<> written = writeFile(pathOf(ref), content); !written) return std::unexpected(written.error());
  return ref;
}

Result<> BlobStore::writeFile(const std::filesystem::path& target, std::string_view content) {
  std::error_code failure;
  const bool newFolder = std::filesystem::create_directories(target.parent_path(), failure);
  if (failure) return std::unexpected(fileError(failure.value(), "create the folder", target.parent_path()));

  std::filesystem::path temporary;
  {
    const std::lock_guard lock(mutex_);
    temporary = folder_ / fmt::format("{}{}-{}", temporaryPrefix, ::getpid(), ++temporaryFiles_);
  }
  const auto writeDurably = [&]() -> Result<> {
    const Result<File> file = File::open(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    if (Result<> written = writeAll(*file, content, temporary); !written) return written;
    if (Result<> synced = synchronise(*file, temporary); !synced) return synced;
    if (::rename(temporary.c_str(), target.c_str()) != 0) return std::unexpected(fileError(errno, "rename", temporary));
    if (Result<> synced = synchroniseFolder(target.parent_path()); !synced) return synced;
    return newFolder ? synchroniseFolder(folder_) : Result<>{};
  };
  Result<> result = writeDurably();
  if (!result) ::unlink(temporary.c_str());
  return result;
}

Result<std::string> BlobStore::read(const BlobRef& ref) const { return readPart(pathOf(ref), 0, ref.size); }

Result<std::string> BlobStore::readRange(const BlobRef& ref, std::uint64_t offset, std::uint64_t length) const {
  if (offset > ref.size) {
    return std::unexpected(Error(code::wrongArgument, "dbmg",
                                 fmt::format("Offset {} lies behind the {} bytes of the value", offset, ref.size)));
  }
  return readPart(pathOf(ref), offset, std::min(length, ref.size - offset));
}

Result<> BlobStore::check(const BlobRef& ref) const {
  const Result<std::string> content = read(ref);
  if (!content) return std::unexpected(content.error());
  if (exists(ref) && crypto::sha256(*content) == ref.digest) return {};
  return std::unexpected(
      Error(code::dataFileDamaged, "dbmg",
            fmt::format("The content of the blob file {} is not what was stored", pathOf(ref).string())));
}

Result<> BlobStore::remove(const BlobRef& ref) {
  const std::filesystem::path path = pathOf(ref);
  if (::unlink(path.c_str()) != 0) return std::unexpected(fileError(errno, "remove", path));
  return {};
}

Result<std::vector<BlobRef>> BlobStore::list() const {
  namespace fs = std::filesystem;
  std::vector<BlobRef> refs;
  std::error_code failure;
  if (!fs::exists(folder_, failure)) return refs;
  for (fs::recursive_directory_iterator entry(folder_, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code gone;  // removed by somebody else between listing and asking
    if (!entry->is_regular_file(gone)) continue;
    const std::string name = entry->path().filename().string();
    const std::optional<std::string> digest = name.size() == 64 ? fromHex(name) : std::nullopt;
    const std::uint64_t size = entry->file_size(gone);
    if (digest && !gone) refs.push_back({*digest, size});
  }
  if (failure) return std::unexpected(fileError(failure.value(), "list", folder_));
  return refs;
}

void BlobStore::protect(const BlobRef& ref) {
  const std::lock_guard lock(mutex_);
  ++protected_[ref.digest].changeSets;
}

void BlobStore::release(const BlobRef& ref) {
  const std::lock_guard lock(mutex_);
  if (collecting_ > 0) settled_.insert(ref.digest);
  const auto place = protected_.find(ref.digest);
  if (place == protected_.end()) return;
  if (place->second.changeSets > 1) {
    --place->second.changeSets;
  } else {
    protected_.erase(place);
  }
}

void BlobStore::beginCollection() {
  const std::lock_guard lock(mutex_);
  ++collecting_;
}

void BlobStore::endCollection() {
  const std::lock_guard lock(mutex_);
  if (--collecting_ == 0) settled_.clear();
}

Result<bool> BlobStore::removeUnlessProtected(const BlobRef& ref) {
  const std::lock_guard lock(mutex_);
  if (settled_.contains(ref.digest)) return false;
  if (const auto place = protected_.find(ref.digest); place != protected_.end()) {
    const bool recent = std::chrono::steady_clock::now() - place->second.writtenAt < graceAfterWrite;
    if (place->second.changeSets > 0 || recent) return false;
    protected_.erase(place);
  }
  if (Result<> removed = remove(ref); !removed) return std::unexpected(removed.error());
  return true;
}

namespace {

bool isMediaColumn(ColumnType type) { return type == ColumnType::blob || type == ColumnType::picture; }

Value externalValue(ColumnType type, std::string content, std::string media) {
  switch (type) {
    case ColumnType::text:
      return Value::text(std::move(content));
    case ColumnType::object:
      return PackedView(content).unpack();
    case ColumnType::picture:
      return Value::picture(std::move(content), std::move(media));
    default:
      return Value::blob(std::move(content), std::move(media));
  }
}

}  // namespace

Result<Value> loadField(const Field& field, ColumnType wanted, const BlobStore& blobs) {
  if (!field.present || !field.external) return toValue(field, wanted);
  const std::optional<BlobRef> ref = BlobRef::decode(field.bytes);
  if (!ref) return Value::null();
  Result<std::string> content = blobs.read(*ref);
  if (!content) return std::unexpected(content.error());
  Value value = externalValue(field.type, std::move(*content), std::string(field.bytes.substr(blobRefBytes)));
  if (field.type == wanted) return value;
  return convertTo(wanted, value).value_or(Value::null());
}

Result<> storeField(RecordBuilder& builder, const Layout& layout, int slot, const Value& value, BlobStore& blobs) {
  const ColumnType type = layout.columns()[static_cast<std::size_t>(slot)].type;
  if (layout.place(slot).fixed || value.isMissing()) return builder.set(slot, value);

  std::string encoded;
  std::string_view content;
  std::string_view media;
  if (isMediaColumn(type) && (value.type() == Type::blob || value.type() == Type::picture)) {
    const BlobBox& box = value.asBlob();
    if (!box.path.empty()) return builder.set(slot, value);
    content = box.bytes;
    media = box.mediaType;
  } else if (type == ColumnType::text && value.isText()) {
    content = value.asText();
  } else if (type == ColumnType::object) {
    if (Result<> result = encodeVariable(type, value, encoded); !result) return result;
    if (encoded.size() <= externalThreshold) {
      builder.setRaw(slot, encoded, false);
      return {};
    }
    content = encoded;
  }
  if (content.size() <= externalThreshold) return builder.set(slot, value);
  const Result<BlobRef> ref = blobs.write(content);
  if (!ref) return std::unexpected(ref.error());
  builder.setRaw(slot, ref->encode() + std::string(media), true);
  return {};
}

}  // namespace qodly::storage
