#include "base/file_bytes.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace qodly {

namespace {

constexpr std::uint64_t checkedEvery = 16ull * 1024 * 1024;  // how much is written between two looks at the volume
constexpr std::uint64_t leftOver = 256ull * 1024 * 1024;     // of the volume, for everybody else

std::unexpected<int> failed() { return std::unexpected(errno); }

// A file that has no name; where the file system cannot make one, a name that is taken away at once.
int openNameless(const std::filesystem::path& folder) {
  const int direct = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (direct >= 0) return direct;
  std::string name = (folder / ".qodly-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

SystemResult<> copyPart(const FilePart& part, int to, std::uint64_t offset) {
  auto from = static_cast<off_t>(part.offset);
  auto place = static_cast<off_t>(offset);
  bool copies = true;
  if (::lseek(to, place, SEEK_SET) < 0) return failed();
  for (std::uint64_t left = part.length; left > 0;) {
    const std::size_t piece = std::min<std::uint64_t>(left, checkedEvery);
    ssize_t count = copies ? ::copy_file_range(part.file->descriptor(), &from, to, nullptr, piece, 0) : -1;
    if (count < 0 && (!copies || errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
      copies = false;  // not between these two file systems
      count = ::sendfile(to, part.file->descriptor(), &from, piece);
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed();
    if (count == 0) return std::unexpected(EIO);
    left -= static_cast<std::uint64_t>(count);
  }
  return {};
}

struct FileBytes::Whole {
  std::shared_ptr<const OpenFile> file;
  void* memory = nullptr;  // the file, and zeros behind it
  std::size_t length = 0;

  ~Whole() {
    if (memory != nullptr) ::munmap(memory, length);
  }
};

std::string_view FileBytes::view() const { return {static_cast<const char*>(whole_->memory) + offset_, size_}; }

std::shared_ptr<const FileBytes> FileBytes::slice(std::uint64_t offset, std::uint64_t size) const {
  return std::shared_ptr<const FileBytes>(new FileBytes(whole_, offset_ + offset, size));
}

FilePart FileBytes::part() const { return {.file = whole_->file, .offset = offset_, .length = size_}; }

SystemResult<std::shared_ptr<const FileBytes>> FileBytes::copyOf(const OpenFile& original, std::uint64_t size,
                                                                 const std::filesystem::path& folder) {
  auto writer = FileBytesWriter::open(folder);
  if (!writer) return std::unexpected(writer.error());
  const int copy = ::fcntl(original.descriptor(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return failed();
  const FilePart part{.file = std::make_shared<const OpenFile>(copy), .offset = 0, .length = size};
  if (auto done = writer->append(part); !done) return std::unexpected(done.error());
  return writer->finish();
}

SystemResult<FileBytesWriter> FileBytesWriter::open(const std::filesystem::path& folder) {
  int descriptor = folder.empty() ? -1 : openNameless(folder);
  if (descriptor < 0) {
    std::error_code ignored;
    descriptor = openNameless(std::filesystem::temp_directory_path(ignored));
  }
  if (descriptor < 0) return failed();
  return FileBytesWriter(std::make_shared<const OpenFile>(descriptor));
}

SystemResult<> FileBytesWriter::checkRoom(std::uint64_t coming) {
  if (size_ + coming < roomChecked_) return {};
  roomChecked_ = size_ + coming + checkedEvery;
  struct statvfs volume {};
  if (::fstatvfs(file_->descriptor(), &volume) != 0) return failed();
  if (volume.f_bavail * volume.f_frsize < coming + checkedEvery + leftOver) return std::unexpected(ENOSPC);
  return {};
}

SystemResult<> FileBytesWriter::append(std::string_view bytes) {
  if (auto room = checkRoom(bytes.size()); !room) return room;
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file_->descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed();
    size_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

SystemResult<> FileBytesWriter::append(const FilePart& part) {
  if (auto room = checkRoom(part.length); !room) return room;
  if (auto copied = copyPart(part, file_->descriptor(), size_); !copied) return copied;
  size_ += part.length;
  return {};
}

// The room is taken from the system as memory first, so that what the file does not fill can be read as zeros.
SystemResult<std::shared_ptr<const FileBytes>> FileBytesWriter::finish() {
  auto whole = std::make_shared<FileBytes::Whole>();
  whole->file = std::move(file_);
  const std::size_t length = static_cast<std::size_t>(size_) + FileBytes::slack;
  void* memory = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return failed();
  whole->memory = memory;
  whole->length = length;
  if (size_ > 0 && ::mmap(memory, static_cast<std::size_t>(size_), PROT_READ, MAP_SHARED | MAP_FIXED,
                          whole->file->descriptor(), 0) == MAP_FAILED) {
    return failed();
  }
  return std::shared_ptr<const FileBytes>(new FileBytes(std::move(whole), 0, size_));
}

}  // namespace qodly
