// Any bytes, in any split, against the reader of WebSocket frames. The first byte chooses the size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "http/websocket_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qodly;
  constexpr std::uint64_t maximum = 4096;
  if (size == 0) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  http::WebSocketReader reader(maximum);
  std::string pending;
  for (std::size_t at = 1; at < size; at += step) {
    pending.append(reinterpret_cast<const char*>(data) + at, std::min(step, size - at));
    for (;;) {
      std::size_t taken = 0;
      const auto event = reader.next({pending.data(), pending.size()}, taken);
      if (taken > pending.size()) std::abort();
      pending.erase(0, taken);
      using Kind = http::WebSocketReader::Kind;
      if (event.kind == Kind::NeedMore) break;
      if (event.kind == Kind::Failed) return 0;
      if (event.payload.size() > maximum) std::abort();
      const bool isControl = event.kind != Kind::Text && event.kind != Kind::Binary;
      if (isControl && event.payload.size() > 125) std::abort();
      if (event.kind == Kind::Text && !isValidUtf8(event.payload)) std::abort();
    }
  }
  return 0;
}
