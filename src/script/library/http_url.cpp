// URLs and compressed bodies of HTTP requests; declared in http_client.h.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <zlib.h>

#include "base/text.h"
#include "script/library/http_client.h"
#include "script/library/http_curl.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t longestUrl = 1 << 20;

// Blanks, control characters and bytes beyond ASCII behind the host cannot stand in a URL as they are.
std::string withEscapes(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == url.npos ? 0 : scheme + 3;
  const std::size_t path = std::min(url.find_first_of("/?#", host), url.size());
  std::string escaped(url.substr(0, path));
  for (const char c : url.substr(path)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 127) {
      escaped += fmt::format("%{:02X}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// zlib's state, closed on the way out. Window bits: 15 + 32 reads gzip and zlib headers, -15 a bare stream.
class Inflater {
 public:
  explicit Inflater(int windowBits) : ready_(inflateInit2(&stream_, windowBits) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::optional<std::string> run(std::string& bytes) {
    std::string out;
    std::string part(65536, '\0');  // not on the stack: fibers have a small one
    stream_.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int outcome = ready_ ? Z_OK : Z_MEM_ERROR;
    while (outcome == Z_OK && out.size() <= maximumHttpBody) {
      stream_.next_out = reinterpret_cast<Bytef*>(part.data());
      stream_.avail_out = static_cast<uInt>(part.size());
      outcome = inflate(&stream_, Z_NO_FLUSH);
      out.append(part.data(), part.size() - stream_.avail_out);
    }
    if (outcome != Z_STREAM_END || out.size() > maximumHttpBody) return std::nullopt;
    return out;
  }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

Result<std::string> completeUrl(std::string_view url) {
  const auto curl = Curl::get();
  if (!curl) return std::unexpected(curl.error());
  url = trim(url);
  const auto wrong = [&] {
    return fail(fault::wrongSettings, fmt::format("\"{}\" is not an address that can be asked: http://host/path or "
                                                  "https://host/path is expected.",
                                                  repairUtf8(url.substr(0, 200))));
  };
  if (url.empty() || url.size() > longestUrl || url.contains('\0')) return wrong();
  const std::size_t scheme = url.find("://");
  const bool hasScheme = scheme != url.npos && url.find_first_of("/?#") > scheme;
  const std::string whole = withEscapes(hasScheme ? std::string(url) : "https://" + std::string(url));
  const std::string lower = lowerAscii(whole.substr(0, 8));
  if (!lower.starts_with("http://") && !lower.starts_with("https://")) return wrong();
  const std::unique_ptr<CURLU, decltype((*curl)->freeUrl)> parsed((*curl)->newUrl(), (*curl)->freeUrl);
  if ((*curl)->setUrl(parsed.get(), CURLUPART_URL, whole.c_str(), 0) != CURLUE_OK) return wrong();
  char* complete = nullptr;
  if ((*curl)->getUrl(parsed.get(), CURLUPART_URL, &complete, 0) != CURLUE_OK) return wrong();
  std::string result(complete);
  (*curl)->free(complete);
  return result;
}

Result<std::string> decompress(std::string bytes, std::string_view encoding) {
  const std::string name = lowerAscii(trim(encoding));
  if (bytes.empty() || (name != "gzip" && name != "x-gzip" && name != "deflate")) return bytes;
  constexpr int anyHeader = 15 + 32, noHeader = -15;
  auto plain = Inflater(anyHeader).run(bytes);
  if (!plain && name == "deflate") plain = Inflater(noHeader).run(bytes);
  if (!plain) return fail(fault::inputOutput, fmt::format("The body of the answer is no valid {} stream.", name));
  return std::move(*plain);
}

}  // namespace qodly::script::library
