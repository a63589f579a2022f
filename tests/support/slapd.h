// A real OpenLDAP server for the tests of a program (slapd.sh beside this file): started by the first that needs it,
// stopped when the program ends.
#pragma once

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

namespace qodly::testing {

inline int freePort() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(listener);
  return ntohs(address.sin_port);
}

class Slapd {
 public:
  // nullptr when slapd is not installed or does not start.
  static Slapd* get() {
    static const std::unique_ptr<Slapd> server(new Slapd);
    return server->ready_ ? server.get() : nullptr;
  }
  ~Slapd() {
    if (process_ > 0) {
      ::kill(process_, SIGTERM);
      ::waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Slapd(const Slapd&) = delete;
  Slapd& operator=(const Slapd&) = delete;

  std::string url() const { return fmt::format("ldap://127.0.0.1:{}", port_); }
  std::string secureUrl() const { return fmt::format("ldaps://127.0.0.1:{}", securePort_); }
  std::string authorities() const { return folder_ / "ca.pem"; }

 private:
  Slapd() {
    if (::access("/usr/sbin/slapd", X_OK) != 0) return;
    const std::string script = QODLY_SOURCE_DIR "/tests/support/slapd.sh", port = std::to_string(port_),
                      securePort = std::to_string(securePort_), folder = folder_;
    char* const arguments[] = {const_cast<char*>(script.c_str()), const_cast<char*>(folder.c_str()),  // NOLINT
                               const_cast<char*>(port.c_str()), const_cast<char*>(securePort.c_str()), nullptr};
    if (::posix_spawn(&process_, script.c_str(), nullptr, nullptr, arguments, environ) != 0) return;
    for (int tries = 0; tries < 600 && !ready_; ++tries) {
      ready_ = std::filesystem::exists(folder_ / "ready");
      if (!ready_ && ::waitpid(process_, nullptr, WNOHANG) != 0) {
        process_ = 0;
        return;
      }
      if (!ready_) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("qodly-slapd-" + randomHex(8));
  int port_ = freePort(), securePort_ = freePort();
  pid_t process_ = 0;
  bool ready_ = false;
};

}  // namespace qodly::testing
