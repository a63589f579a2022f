// Messages as the Language Server Protocol and the Debug Adapter Protocol frame them: a header with Content-Length, an
// empty line, JSON.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"

namespace qodly::app {

inline constexpr std::size_t maximumMessage = std::size_t{64} << 20;

// Reads a file descriptor; one thread.
class MessageInput {
 public:
  explicit MessageInput(int descriptor) : descriptor_(descriptor) {}
  // The JSON of the next message; nullopt at the end of the input. Error: a header that has anything but Content-Length
  // and Content-Type (so that no web page can speak to a port by HTTP), or a message that is too long; nothing can be
  // read any more then.
  Result<std::optional<std::string>> next();
  // Whether bytes wait, so that work on the present state would soon be outdated.
  bool hasMore() const;

 private:
  bool fill();
  int descriptor_;
  std::string buffer_;
};

// False: the other side is gone.
bool writeMessage(int descriptor, std::string_view json);

// Writes messages in the order they come, on a thread of its own, so that nobody waits for the other side. Thread-safe.
class MessageOutput {
 public:
  explicit MessageOutput(int descriptor);
  // Writes what waits, unless the other side is gone.
  ~MessageOutput();
  MessageOutput(const MessageOutput&) = delete;
  MessageOutput& operator=(const MessageOutput&) = delete;

  // Dropped when the other side is gone, or does not read and too much waits.
  void send(std::string json);

 private:
  void write();
  int descriptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;
  bool ending_ = false;
  bool gone_ = false;
  std::thread thread_;
};

}  // namespace qodly::app
