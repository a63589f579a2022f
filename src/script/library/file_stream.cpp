#include "script/library/file_stream.h"

#include <algorithm>
#include <cerrno>
#include <cmath>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unicode/unistr.h>

#include "script/library/file_access.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

std::u16string wide(std::string_view utf8) {
  const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  return {text.getBuffer(), static_cast<std::size_t>(text.length())};
}

std::string narrow(std::u16string_view text) {
  std::string utf8;
  icu::UnicodeString(false, text.data(), static_cast<int32_t>(text.size())).toUTF8String(utf8);
  return utf8;
}

// A count that a script gives: whole, not negative, at most `most`.
std::uint64_t bounded(double count, std::uint64_t most) {
  if (!(count > 0)) return 0;
  return count >= static_cast<double>(most) ? most : static_cast<std::uint64_t>(count);
}

}  // namespace

FileStream::FileStream(Location place, Options options, Descriptor file, FileSystems::FileId id)
    : place_(std::move(place)), options_(std::move(options)), file_(std::move(file)), id_(id) {
  if (options_.mode == StreamMode::append) offset_ = size();
}

FileStream::~FileStream() {
  if (options_.mode != StreamMode::read) place_.systems().endWriting(id_);
}

Result<std::unique_ptr<FileStream>> FileStream::open(const Location& place, Options options) {
  const bool writing = options.mode != StreamMode::read;
  if (writing) {
    if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" is a folder.", place.path()));
    if (auto made = folder::ensure(place.parent()); !made) return std::unexpected(made.error());
  }
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  // O_NONBLOCK: a pipe among the files must not keep the process waiting.
  const int flags = writing ? O_RDWR | O_CREAT : O_RDONLY | O_NONBLOCK;
  Descriptor file(::open(path->c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0666));
  struct stat found {};
  if (!file.isOpen() || ::fstat(file.number(), &found) != 0) {
    return std::unexpected(systemError(errno, "open the file", place.path()));
  }
  if (!S_ISREG(found.st_mode)) return fail(fault::noFile, fmt::format("\"{}\" is not a file.", place.path()));
  const FileSystems::FileId id{found.st_dev, found.st_ino};
  if (writing && !place.systems().beginWriting(id)) {
    return fail(fault::openForWriting, fmt::format("\"{}\" is already open for writing.", place.path()));
  }
  return std::unique_ptr<FileStream>(new FileStream(place, std::move(options), std::move(file), id));
}

std::uint64_t FileStream::size() const {
  struct stat found {};
  return ::fstat(file_.number(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

std::uint64_t FileStream::end() const { return inText_ && text_ ? text_->size() : size(); }

void FileStream::setOffset(double offset) { offset_ = bounded(offset, end()); }

bool FileStream::atEnd() const { return offset_ >= end(); }

Result<> FileStream::setSize(double bytes) {
  if (auto writable = mustWrite(); !writable) return writable;
  constexpr std::uint64_t most = std::uint64_t{1} << 50;
  if (::ftruncate(file_.number(), static_cast<off_t>(bounded(bytes, most))) != 0) {
    return std::unexpected(systemError(errno, "resize the file", place_.path()));
  }
  offset_ = std::min(offset_, size());
  return {};
}

Result<> FileStream::mustRead() const {
  if (options_.mode == StreamMode::read) return {};
  return fail(fault::accessDenied, fmt::format("\"{}\" is open for writing: it cannot be read.", place_.path()));
}

Result<> FileStream::mustWrite() const {
  if (options_.mode != StreamMode::read) return {};
  return fail(fault::accessDenied, fmt::format("\"{}\" is open for reading: it cannot be written.", place_.path()));
}

Result<std::string> FileStream::readBytes(double count) {
  if (auto readable = mustRead(); !readable) return std::unexpected(readable.error());
  inText_ = false;
  const std::uint64_t whole = size();
  offset_ = std::min(offset_, whole);
  std::string bytes(bounded(count, std::min(whole - offset_, file::maximumContent)), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        ::pread(file_.number(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset_ + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(systemError(errno, "read the file", place_.path()));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  offset_ += filled;
  return bytes;
}

Result<> FileStream::load() {
  if (auto readable = mustRead(); !readable) return readable;
  inText_ = true;
  if (text_) return {};
  const std::uint64_t kept = offset_;
  offset_ = 0;
  if (size() > file::maximumContent) {
    return fail(fault::limitReached,
                fmt::format("\"{}\" is larger than 2 GB: it cannot be read as a text.", place_.path()));
  }
  auto content = readBytes(static_cast<double>(size()));
  if (!content) return std::unexpected(content.error());
  inText_ = true;
  text_ = wide(textOfContent(*content, options_.charset, options_.breaksRead));
  offset_ = kept;
  return {};
}

Result<std::string> FileStream::readLine() {
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  const std::u16string_view text(*text_);
  offset_ = std::min<std::uint64_t>(offset_, text.size());
  const std::u16string delimiter = wide(delimiterOf(options_.breaksRead));
  const std::size_t found = text.find(delimiter, offset_);
  const std::size_t lineEnd = std::min(found, text.size());
  std::string line = narrow(text.substr(offset_, lineEnd - offset_));
  offset_ = found == text.npos ? text.size() : found + delimiter.size();
  return line;
}

Result<std::string> FileStream::readText(std::string_view stop) {
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  const std::u16string_view text(*text_);
  offset_ = std::min<std::uint64_t>(offset_, text.size());
  const std::u16string mark = wide(stop);
  const std::size_t found = mark.empty() ? text.size() : text.find(mark, offset_);
  if (found == text.npos) return std::string();
  std::string part = narrow(text.substr(offset_, found - offset_));
  offset_ = found + mark.size();
  return part;
}

Result<> FileStream::writeBytes(std::string_view bytes) {
  if (auto writable = mustWrite(); !writable) return writable;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(systemError(errno, "write the file", place_.path()));
    offset_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> FileStream::writeFile(const FilePart& part) {
  if (auto writable = mustWrite(); !writable) return writable;
  if (const auto copied = copyPart(part, file_.number(), offset_); !copied) {
    return std::unexpected(systemError(copied.error(), "write the file", place_.path()));
  }
  offset_ += part.length;
  return {};
}

Result<> FileStream::writeText(std::string_view text) {
  return writeBytes(options_.charset.encode(withBreaks(std::string(text), options_.breaksWrite)));
}

Result<> FileStream::writeLine(std::string_view text) {
  std::string line = withBreaks(std::string(text), options_.breaksWrite);
  line += delimiterOf(options_.breaksWrite);
  return writeBytes(options_.charset.encode(line));
}

}  // namespace qodly::script::library
