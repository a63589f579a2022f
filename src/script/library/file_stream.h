// Sequential access to a file (classes.md 7). Used by one process at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file_bytes.h"
#include "script/library/charset.h"
#include "script/library/descriptor.h"
#include "script/library/file_systems.h"
#include "script/library/file_text.h"

namespace qodly::script::library {

enum class StreamMode : std::uint8_t { read, write, append };

class FileStream {
 public:
  struct Options {
    StreamMode mode = StreamMode::read;
    Charset charset = Charset::utf8();
    Breaks breaksRead = Breaks::native, breaksWrite = Breaks::native;
  };
  // Writing makes a missing file and the folders above it; one stream at a time writes to a file (openForWriting).
  static Result<std::unique_ptr<FileStream>> open(const Location& place, Options options);
  ~FileStream();
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  const Options& options() const { return options_; }
  // Bytes, or characters (UTF-16 units) after a text was read.
  double offset() const { return static_cast<double>(offset_); }
  void setOffset(double offset);  // brought into the file
  bool atEnd() const;
  std::uint64_t size() const;
  Result<> setSize(double bytes);  // keeps the first bytes

  Result<std::string> readBytes(double count);
  Result<std::string> readLine();
  // Up to `stop`, which is skipped; "" and no movement when it does not come. "": everything.
  Result<std::string> readText(std::string_view stop);
  Result<> writeBytes(std::string_view bytes);
  Result<> writeFile(const FilePart& part);
  Result<> writeText(std::string_view text);
  Result<> writeLine(std::string_view text);

 private:
  FileStream(Location place, Options options, Descriptor file, FileSystems::FileId id);
  Result<> mustRead() const;
  Result<> mustWrite() const;
  Result<> load();  // the text, at the first text read
  std::uint64_t end() const;

  Location place_;
  Options options_;
  Descriptor file_;
  FileSystems::FileId id_;
  std::uint64_t offset_ = 0;
  bool inText_ = false;  // offset_ counts characters
  std::optional<std::u16string> text_;
};

}  // namespace qodly::script::library
