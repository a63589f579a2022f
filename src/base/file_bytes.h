// Bytes that lie in a file without a name, so that large bodies and contents need no memory: what is mapped is only
// looked at, and the system takes the pages back when it needs them. The file is gone with its last owner, or with the
// process, however that ends.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace qodly {

// The error is the system's number (errno).
template <class T = void>
using SystemResult = std::expected<T, int>;

// An open file that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }
  bool isOpen() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// A part of an open file, to be read by its place (pread, sendfile), never by the file's own position.
struct FilePart {
  std::shared_ptr<const OpenFile> file;
  std::uint64_t offset = 0, length = 0;
};

// Writes the part into the file `to` at `offset`, without loading it. EIO: the file is shorter than it was.
SystemResult<> copyPart(const FilePart& part, int to, std::uint64_t offset);

// Immutable; safe from every thread. Held by std::shared_ptr.
class FileBytes {
 public:
  // Behind the bytes of the whole file, as many zeros can be read (parsers that load blocks).
  static constexpr std::size_t slack = 64;

  std::uint64_t size() const { return size_; }
  std::string_view view() const;
  // The bytes [offset, offset + size) of this one, over the same file. They must lie inside.
  std::shared_ptr<const FileBytes> slice(std::uint64_t offset, std::uint64_t size) const;
  FilePart part() const;

  // A copy of the first `size` bytes of an open file, in a nameless file in `folder` (or where the system keeps
  // temporary files, when that folder takes none). What happens to the original later does not matter.
  static SystemResult<std::shared_ptr<const FileBytes>> copyOf(const OpenFile& original, std::uint64_t size,
                                                               const std::filesystem::path& folder);

 private:
  friend class FileBytesWriter;
  struct Whole;
  FileBytes(std::shared_ptr<const Whole> whole, std::uint64_t offset, std::uint64_t size)
      : whole_(std::move(whole)), offset_(offset), size_(size) {}

  std::shared_ptr<const Whole> whole_;
  std::uint64_t offset_, size_;
};

// Makes them. Used by one thread at a time.
class FileBytesWriter {
 public:
  // A nameless file in `folder`, or where the system keeps temporary files.
  static SystemResult<FileBytesWriter> open(const std::filesystem::path& folder);

  // ENOSPC: also when the volume would be left with less than a quarter of a gigabyte.
  SystemResult<> append(std::string_view bytes);
  SystemResult<> append(const FilePart& part);
  std::uint64_t size() const { return size_; }
  // The writer is of no use afterwards.
  SystemResult<std::shared_ptr<const FileBytes>> finish();

 private:
  explicit FileBytesWriter(std::shared_ptr<const OpenFile> file) : file_(std::move(file)) {}
  SystemResult<> checkRoom(std::uint64_t coming);

  std::shared_ptr<const OpenFile> file_;
  std::uint64_t size_ = 0, roomChecked_ = 0;
};

}  // namespace qodly
