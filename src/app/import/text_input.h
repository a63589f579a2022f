// A text file read front to back in bounded memory, as UTF-8 whatever its encoding: the ground under the row sources of
// import. Knows byte offsets and line numbers, so that rows can be named and an import resumed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::app {

// Not thread-safe.
class TextInput {
 public:
  static constexpr std::size_t chunkBytes = std::size_t{1} << 20;
  static constexpr std::size_t maximumWindow = std::size_t{512} << 20;  // longest row

  // `file` "-": standard input. `encoding`: "utf-8", "utf-16" or "" (by the byte-order mark, else UTF-8). The
  // byte-order mark is not part of the text. Errors: fileNotFound, inputOutput.
  static Result<std::unique_ptr<TextInput>> open(const std::filesystem::path& file, std::string_view encoding);
  TextInput(TextInput&&) = delete;
  ~TextInput();

  std::string_view window() const { return std::string_view(buffer_).substr(begin_); }  // read and not consumed yet
  // Appends to the window; false at the end of the file. Errors: inputOutput, limitReached (maximumWindow).
  Result<bool> more();
  void consume(std::size_t bytes);

  std::uint64_t offset() const { return offset_; }  // of the window's first byte in the decoded text
  std::uint64_t line() const { return line_; }      // of the window's first byte, from 1
  // Goes forward to an offset noted earlier, where line `line` begins. Error: inputOutput when the file ends before it.
  Result<> skipTo(std::uint64_t offset, std::uint64_t line);

  std::uint64_t bytesRead() const { return bytesRead_; }  // of the file, for progress
  std::uint64_t size() const { return size_; }            // of the file; 0 when unknown

 private:
  enum class Encoding { utf8, utf16Little, utf16Big };
  explicit TextInput(int descriptor) : descriptor_(descriptor) {}
  Result<std::size_t> readRaw();
  void decode(bool last);

  int descriptor_;
  bool atEnd_ = false;
  bool seekable_ = false;
  Encoding encoding_ = Encoding::utf8;
  std::string raw_;  // bytes of the file that are not decoded yet
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t mark_ = 0;  // bytes of the byte-order mark
  std::uint64_t offset_ = 0, line_ = 1, bytesRead_ = 0, size_ = 0;
};

}  // namespace qodly::app
