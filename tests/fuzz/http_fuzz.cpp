// Any bytes, in any split, against the request reader and what handlers call on a request. The first byte chooses the
// size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "http/message_reader.h"
#include "http/server.h"

namespace {

using namespace qodly;

// A request that was found complete must be consistent whatever it holds.
void use(http::Request& request, const http::Framing& framing) {
  static security::SessionTable sessions({.applicationName = "Fuzz"});
  std::size_t decoded = 0;
  for (const std::string_view segment : request.segments()) decoded += segment.size();
  if (decoded > request.rawPath().size()) std::abort();
  if (request.path().find('\0') != std::string_view::npos) std::abort();
  security::Visit visit(sessions, framing.cookie, false, security::Instant(std::chrono::hours(500'000)));
  (void)visit.known();
  http::Response response;
  response.body() = "0123456789";
  response.setHeader("X-Echo", request.header("X-Echo"));
  if (!response.notModified(request, "\"1\"")) response.applyRange(request);
  response.error(404, request.target());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  std::size_t at = 1;
  http::MessageReader reader(4096, 2048, 64 * 1024);
  http::Request request;
  for (;;) {
    const auto state = reader.advance(request);
    if (state == http::MessageReader::State::Refused) return 0;
    if (state == http::MessageReader::State::Ready) {
      use(request, reader.framing());
      reader.next();
      continue;
    }
    if (at == size) return 0;
    const auto room = reader.input().room(1);
    const std::size_t count = std::min({step, room.size(), size - at});
    std::memcpy(room.data(), data + at, count);
    reader.input().received(count);
    at += count;
  }
}
