// The body of a request while it arrives: in memory while it is small, then in a file without a name, so that large
// uploads take no memory. Used by one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_bytes.h"

namespace qodly::http {

class BodyStore {
 public:
  static constexpr std::uint64_t inMemory = 1024 * 1024;  // larger ones go into the file

  // `folder`: where the file is made; "": where the system keeps temporary files.
  explicit BodyStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // What a client announces; costs no more memory than a body that is kept there.
  void reserve(std::uint64_t bytes);
  // False: the file cannot take it.
  bool append(std::string_view bytes);
  std::uint64_t size() const { return file_ ? file_->size() : text_.size(); }
  // The whole, with readable bytes behind it; valid until clear(). nullopt: as above.
  std::optional<std::string_view> finish();
  // The file of a finished body; nullptr when it is in memory.
  const std::shared_ptr<const FileBytes>& file() const { return whole_; }
  // Memory beyond what is usual is given back.
  void clear();

 private:
  std::filesystem::path folder_;
  std::string text_;
  std::optional<FileBytesWriter> file_;
  std::shared_ptr<const FileBytes> whole_;
};

}  // namespace qodly::http
