// Chunked reading and decoding.
#include "app/import/text_input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::app {

namespace {

constexpr std::string_view utf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view littleMark = "\xFF\xFE";
constexpr std::string_view bigMark = "\xFE\xFF";

char32_t unitAt(std::string_view raw, std::size_t at, bool big) {
  const auto first = static_cast<unsigned char>(raw[at]);
  const auto second = static_cast<unsigned char>(raw[at + 1]);
  return static_cast<char32_t>(big ? first << 8 | second : second << 8 | first);
}

bool isLead(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool isTrail(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Decodes as many whole characters as `raw` holds and returns how many bytes they took. Lone surrogates become U+FFFD.
std::size_t decodeUtf16(std::string_view raw, bool big, bool last, std::string& out) {
  std::size_t at = 0;
  while (at + 2 <= raw.size()) {
    const char32_t unit = unitAt(raw, at, big);
    if (isLead(unit)) {
      if (at + 4 > raw.size() && !last) break;
      const char32_t trail = at + 4 <= raw.size() ? unitAt(raw, at + 2, big) : 0;
      if (isTrail(trail)) {
        appendCodePoint(0x10000 + ((unit - 0xD800) << 10) + (trail - 0xDC00), out);
        at += 4;
        continue;
      }
    }
    appendCodePoint(isLead(unit) || isTrail(unit) ? U'\uFFFD' : unit, out);
    at += 2;
  }
  return at;
}

}  // namespace

Result<std::unique_ptr<TextInput>> TextInput::open(const std::filesystem::path& file, std::string_view encoding) {
  const bool standardInput = file == "-";
  const int descriptor = standardInput ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int number = errno;
    return std::unexpected(Error(number == ENOENT ? code::fileNotFound : code::inputOutput, "dbmg",
                                 fmt::format("Cannot open \"{}\": {}.", file.string(), std::strerror(number))));
  }
  std::unique_ptr<TextInput> input(new TextInput(descriptor));  // NOLINT(cppcoreguidelines-owning-memory)
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    input->size_ = static_cast<std::uint64_t>(status.st_size);
    input->seekable_ = true;
  }
  while (input->raw_.size() < 4 && !input->atEnd_) {
    if (auto read = input->readRaw(); !read) return std::unexpected(read.error());
  }
  const std::string_view start = input->raw_;
  if (start.starts_with(utf8Mark)) {
    input->mark_ = utf8Mark.size();
  } else if (start.starts_with(littleMark) || start.starts_with(bigMark)) {
    input->encoding_ = start.starts_with(bigMark) ? Encoding::utf16Big : Encoding::utf16Little;
    input->mark_ = littleMark.size();
  } else if (encoding == "utf-16") {
    // Without a mark: text begins with an ASCII character, whose zero byte tells the order.
    input->encoding_ = !start.empty() && start.front() == '\0' ? Encoding::utf16Big : Encoding::utf16Little;
  }
  input->raw_.erase(0, input->mark_);
  input->decode(input->atEnd_);
  return input;
}

TextInput::~TextInput() { ::close(descriptor_); }

Result<std::size_t> TextInput::readRaw() {
  const std::size_t old = raw_.size();
  raw_.resize(old + chunkBytes);
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, raw_.data() + old, chunkBytes);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg", fmt::format("The file cannot be read: {}.", std::strerror(errno))));
  }
  raw_.resize(old + static_cast<std::size_t>(got));
  bytesRead_ += static_cast<std::uint64_t>(got);
  atEnd_ = got == 0;
  return static_cast<std::size_t>(got);
}

void TextInput::decode(bool last) {
  if (encoding_ == Encoding::utf8) {
    if (buffer_.empty()) {
      buffer_.swap(raw_);
    } else {
      buffer_ += raw_;
    }
    raw_.clear();
    return;
  }
  raw_.erase(0, decodeUtf16(raw_, encoding_ == Encoding::utf16Big, last, buffer_));
}

Result<bool> TextInput::more() {
  if (atEnd_) return false;
  if (buffer_.size() - begin_ >= maximumWindow) {
    return std::unexpected(
        Error(code::limitReached, "dbmg",
              fmt::format("The row that begins in line {} is longer than {} bytes. A quote or bracket "
                          "that is never closed does that.",
                          line_, maximumWindow)));
  }
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t before = buffer_.size();
  while (buffer_.size() == before && !atEnd_) {
    if (auto read = readRaw(); !read) return std::unexpected(read.error());
    decode(atEnd_);
  }
  return buffer_.size() != before;
}

void TextInput::consume(std::size_t bytes) {
  const std::string_view consumed = window().substr(0, bytes);
  line_ += static_cast<std::uint64_t>(std::ranges::count(consumed, '\n'));
  offset_ += consumed.size();
  begin_ += consumed.size();
}

Result<> TextInput::skipTo(std::uint64_t offset, std::uint64_t line) {
  if (seekable_ && encoding_ == Encoding::utf8 && offset > offset_ + window().size()) {
    const auto target = static_cast<off_t>(offset + mark_);
    if (offset + mark_ <= size_ && ::lseek(descriptor_, target, SEEK_SET) == target) {
      buffer_.clear();
      begin_ = 0;
      offset_ = offset;
      bytesRead_ = offset + mark_;
      atEnd_ = false;
    }
  }
  while (offset_ < offset) {
    if (window().empty()) {
      auto read = more();
      if (!read) return std::unexpected(read.error());
      if (!*read) {
        return std::unexpected(Error(code::inputOutput, "dbmg",
                                     fmt::format("The file ends before byte {}, where the import stopped.", offset)));
      }
    }
    consume(static_cast<std::size_t>(std::min<std::uint64_t>(window().size(), offset - offset_)));
  }
  line_ = line;
  return {};
}

}  // namespace qodly::app
