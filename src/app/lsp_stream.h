// Messages of the Language Server Protocol: a header with Content-Length, an empty line, JSON.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "base/error.h"

namespace qodly::app {

inline constexpr std::size_t maximumMessage = std::size_t{64} << 20;

// Reads a file descriptor; one thread.
class LspInput {
 public:
  explicit LspInput(int descriptor) : descriptor_(descriptor) {}
  // The JSON of the next message; nullopt at the end of the input. Error: a header that is none, or a message that is
  // too long; nothing can be read any more then.
  Result<std::optional<std::string>> next();
  // Whether bytes wait, so that work on the present state would soon be outdated.
  bool hasMore() const;

 private:
  bool fill();
  int descriptor_;
  std::string buffer_;
};

void writeMessage(std::FILE* out, std::string_view json);

}  // namespace qodly::app
