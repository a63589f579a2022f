#include "app/lsp_stream.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/text.h"

namespace qodly::app {

namespace {

constexpr std::size_t maximumHeader = 8192;
constexpr std::string_view headerEnd = "\r\n\r\n";

std::optional<std::size_t> lengthIn(std::string_view header) {
  for (const std::string_view line : split(header, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !equalsIgnoringAsciiCase(trim(line.substr(0, colon)), "Content-Length")) {
      continue;
    }
    const auto length = parseInteger(trim(line.substr(colon + 1)));
    if (length && *length >= 0) return static_cast<std::size_t>(*length);
  }
  return std::nullopt;
}

std::unexpected<Error> broken(std::string message) { return std::unexpected(Error(0, "lsp", std::move(message))); }

}  // namespace

bool LspInput::fill() {
  char bytes[65536];
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, bytes, sizeof bytes);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

Result<std::optional<std::string>> LspInput::next() {
  std::size_t end = 0;
  while ((end = buffer_.find(headerEnd)) == std::string::npos) {
    if (buffer_.size() > maximumHeader) return broken("A message begins with Content-Length and an empty line.");
    if (!fill()) return std::nullopt;
  }
  const auto length = lengthIn(std::string_view(buffer_).substr(0, end));
  if (!length) return broken("The header of a message has no Content-Length.");
  if (*length > maximumMessage) {
    return broken(
        fmt::format("A message of {} bytes is longer than the {} that are allowed.", *length, maximumMessage));
  }
  const std::size_t begin = end + headerEnd.size();
  while (buffer_.size() < begin + *length) {
    if (!fill()) return std::nullopt;
  }
  std::string message = buffer_.substr(begin, *length);
  buffer_.erase(0, begin + *length);
  return message;
}

bool LspInput::hasMore() const {
  if (!buffer_.empty()) return true;
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

void writeMessage(std::FILE* out, std::string_view json) {
  const std::string header = fmt::format("Content-Length: {}\r\n\r\n", json.size());
  std::fwrite(header.data(), 1, header.size(), out);
  std::fwrite(json.data(), 1, json.size(), out);
  std::fflush(out);
}

}  // namespace qodly::app
