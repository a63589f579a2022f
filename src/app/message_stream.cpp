#include "app/message_stream.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/text.h"
#include "base/write_all.h"

namespace qodly::app {

namespace {

constexpr std::size_t maximumHeader = 8192;
constexpr std::string_view headerEnd = "\r\n\r\n";

std::optional<std::size_t> lengthIn(std::string_view header) {
  std::optional<std::size_t> found;
  for (const std::string_view line : split(header, '\n')) {
    const auto colon = std::min(line.find(':'), line.size());
    const std::string_view name = trim(line.substr(0, colon));
    if (equalsIgnoringAsciiCase(name, "Content-Length")) {
      const auto length = parseInteger(trim(line.substr(std::min(colon + 1, line.size()))));
      if (!length || *length < 0) return std::nullopt;
      found = static_cast<std::size_t>(*length);
    } else if (!equalsIgnoringAsciiCase(name, "Content-Type")) {
      return std::nullopt;
    }
  }
  return found;
}

std::unexpected<Error> broken(std::string message) { return std::unexpected(Error(0, "protocol", std::move(message))); }

}  // namespace

bool MessageInput::fill() {
  char bytes[65536];
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, bytes, sizeof bytes);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

Result<std::optional<std::string>> MessageInput::next() {
  std::size_t end = 0;
  while ((end = buffer_.find(headerEnd)) == std::string::npos) {
    if (buffer_.size() > maximumHeader) return broken("A message begins with Content-Length and an empty line.");
    if (!fill()) return std::nullopt;
  }
  const auto length = lengthIn(std::string_view(buffer_).substr(0, end));
  if (!length) return broken("The header of a message has a Content-Length, perhaps a Content-Type, and nothing else.");
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

bool MessageInput::hasMore() const {
  if (!buffer_.empty()) return true;
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

bool writeMessage(int descriptor, std::string_view json) {
  return writeAll(descriptor, fmt::format("Content-Length: {}\r\n\r\n{}", json.size(), json));
}

MessageOutput::MessageOutput(int descriptor) : descriptor_(descriptor) {
  thread_ = std::thread([this] { write(); });
}

MessageOutput::~MessageOutput() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void MessageOutput::send(std::string json) {
  {
    const std::lock_guard guard(mutex_);
    if (gone_ || ending_ || bytes_ > maximumMessage) return;
    bytes_ += json.size();
    waiting_.push_back(std::move(json));
  }
  changed_.notify_one();
}

void MessageOutput::write() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::string message = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= message.size();
    if (gone_) continue;
    lock.unlock();
    const bool written = writeMessage(descriptor_, message);
    lock.lock();
    gone_ = !written;
  }
}

}  // namespace qodly::app
