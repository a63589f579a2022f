#include "http/embedded_file.h"

#include <fmt/format.h>

#include "http/target.h"

namespace qodly::http {

std::string validatorOf(std::string_view bytes) {
  std::uint64_t hash = 14'695'981'039'346'656'037ull;  // FNV-1a
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211ull;
  return fmt::format("\"{:x}-{:x}\"", bytes.size(), hash);
}

void sendEmbedded(const EmbeddedFile& file, const Request& request, Response& response) {
  const bool inRanges = request.hasHeader("Range");
  const bool brotli =
      !file.brotli.empty() && !inRanges && preferredCoding(request.header("Accept-Encoding"), true) == Coding::Brotli;
  if (!brotli) {
    if (response.notModified(request, file.etag)) return;
    response.body().assign(file.bytes);
    if (inRanges) response.applyRange(request);
    if (!file.brotli.empty() && inRanges) response.addHeader("Vary", "Accept-Encoding");
    return;
  }
  response.addHeader("Vary", "Accept-Encoding");
  if (response.notModified(request, file.etag.substr(0, file.etag.size() - 1) + "-br\"")) return;
  response.body().assign(file.brotli);
  response.addHeader("Content-Encoding", "br");
  response.setCompressible(false);
}

}  // namespace qodly::http
