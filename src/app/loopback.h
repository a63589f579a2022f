// Plain TCP sockets on the loopback address, for tools of developers.
#pragma once

#include <cstdint>
#include <utility>

#include "base/error.h"

namespace qodly::app {

// A file descriptor that is closed at its end. -1: none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return descriptor_; }
  // Ends what waits in reading, writing or accepting on it; from any thread.
  void shutDown() const;
  // Ends writing and reads on, for a second at most, until the other side has ended, too: what was written last would
  // be lost with a connection that is closed while bytes of the other side are under way.
  void finish() const;

 private:
  int descriptor_ = -1;
};

struct Listening {
  Descriptor socket;
  std::uint16_t port = 0;
};
// On 127.0.0.1; port 0 takes a free one.
Result<Listening> listenOnLoopback(std::uint16_t port);
// The next connection; -1 when the socket has been shut down. One that does not read for five seconds counts as gone.
Descriptor acceptConnection(const Descriptor& socket);
Result<Descriptor> connectToLoopback(std::uint16_t port);

}  // namespace qodly::app
