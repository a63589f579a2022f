#include "app/handed_sockets.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace qodly::app {

namespace {

constexpr int firstDescriptor = 3;
constexpr int mostSockets = 16;
constexpr int outOfTheWay = 512;

int numberOf(const char* text) {
  int number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

bool isListening(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

// The file of this program; of one that has been replaced since, the new one.
std::string programFile() {
  std::array<char, PATH_MAX> path;
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  std::string file(path.data(), static_cast<std::size_t>(size));
  constexpr std::string_view deleted = " (deleted)";
  if (file.ends_with(deleted)) file.resize(file.size() - deleted.size());
  return file;
}

std::vector<std::string> ownArguments() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    arguments.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return arguments;
}

}  // namespace

std::vector<http::ListenerOptions> takeHandedSockets() {
  std::vector<http::ListenerOptions> sockets;
  const int process = numberOf(std::getenv("LISTEN_PID"));
  const int count = std::min(numberOf(std::getenv("LISTEN_FDS")), mostSockets);
  const char* given = std::getenv("LISTEN_FDNAMES");
  const std::vector<std::string_view> names =
      split(given == nullptr ? std::string_view() : std::string_view(given), ':');
  if (process == ::getpid()) {
    for (int i = 0; i < count; ++i) {
      if (!isListening(firstDescriptor + i)) continue;
      const auto place = static_cast<std::size_t>(i);
      sockets.push_back({.tls = place < names.size() && names[place] == "https", .descriptor = firstDescriptor + i});
    }
  }
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  return sockets;
}

bool canStartAnew() { return ::access(programFile().c_str(), X_OK) == 0; }

void startAnew(const std::vector<http::ListenerOptions>& sockets) {
  std::vector<int> moved;
  std::string names;
  for (const http::ListenerOptions& socket : sockets) {
    moved.push_back(::fcntl(socket.descriptor, F_DUPFD_CLOEXEC, outOfTheWay));
    names.append(names.empty() ? "" : ":").append(socket.tls ? "https" : "http");
    ::close(socket.descriptor);
  }
  // dup2 clears the mark that closes a descriptor when another program starts.
  for (std::size_t i = 0; i < moved.size(); ++i) ::dup2(moved[i], firstDescriptor + static_cast<int>(i));
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(moved.size()).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  std::vector<std::string> arguments = ownArguments();
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execv(programFile().c_str(), pointers.data());
  for (std::size_t i = 0; i < moved.size(); ++i) ::close(firstDescriptor + static_cast<int>(i));
}

void tellManager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || *path == '\0') return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(path);
  if (size >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, size);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  (void)::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
  ::close(descriptor);
}

}  // namespace qodly::app
