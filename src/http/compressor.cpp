#include "http/compressor.h"

#include <array>
#include <limits>

#include "http/ascii.h"

// zlib's initialisation is a macro with an old-style cast.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <zlib.h>

namespace qodly::http {

struct Compressor::Stream {
  explicit Stream(int level) {
    constexpr int gzipFormat = 15 + 16;
    constexpr int usualMemory = 8;
    usable = deflateInit2(&z, level, Z_DEFLATED, gzipFormat, usualMemory, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Stream() {
    if (usable) deflateEnd(&z);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
  bool usable = false;
};
#pragma GCC diagnostic pop

Compressor::Compressor(int level) : level_(level) {}
Compressor::~Compressor() = default;

bool Compressor::gzip(std::string_view plain, std::string& out) {
  if (plain.size() > std::numeric_limits<uInt>::max() / 2) return false;
  if (!stream_) stream_ = std::make_unique<Stream>(level_);
  if (!stream_->usable) return false;
  z_stream& z = stream_->z;
  if (deflateReset(&z) != Z_OK) return false;
  // Room for less than the plain text: what does not fit is not worth sending.
  out.resize(plain.size());
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) return false;
  out.resize(z.total_out);
  return true;
}

bool isCompressibleType(std::string_view contentType) {
  static constexpr std::array<std::string_view, 9> kinds{
      "application/json",          "application/javascript", "application/xml", "image/svg+xml", "application/wasm",
      "application/manifest+json", "application/xhtml+xml",  "application/rtf", "image/bmp"};
  const std::string_view kind = trimBlanks(contentType.substr(0, contentType.find(';')));
  if (kind.size() > 5 && sameToken(kind.substr(0, 5), "text/")) return !sameToken(kind, "text/event-stream");
  for (const std::string_view known : kinds) {
    if (sameToken(kind, known)) return true;
  }
  return kind.ends_with("+json") || kind.ends_with("+xml");
}

}  // namespace qodly::http
