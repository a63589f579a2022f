// gzip for answers. One a thread: its state (about 270 KB) is made with the first answer that is compressed and reused.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace qodly::http {

class Compressor {
 public:
  explicit Compressor(int level);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Replaces `out` by the compressed form of `plain`. False when that is not smaller, or `plain` is too large.
  bool gzip(std::string_view plain, std::string& out);

 private:
  struct Stream;
  int level_;
  std::unique_ptr<Stream> stream_;
};

// Text of all kinds; what is compressed already (pictures, archives, video) is not worth it.
bool isCompressibleType(std::string_view contentType);

}  // namespace qodly::http
