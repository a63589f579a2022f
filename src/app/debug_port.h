// The port of a server that debuggers attach to (`qodly serve --debug-port`): the Debug Adapter Protocol on loopback.
// Whoever may attach can run code with all rights of the server: it is a switch for developers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "app/loopback.h"
#include "script/vm/runtime.h"

namespace qodly::app {

class DapChannel;

// Thread-safe. Give it up before the runtime.
class DebugPort {
 public:
  // token: what a client must give with `attach`; "": nothing.
  DebugPort(script::vm::Runtime& runtime, std::filesystem::path root, std::string token);
  ~DebugPort();
  DebugPort(const DebugPort&) = delete;
  DebugPort& operator=(const DebugPort&) = delete;

  Result<> listen(std::uint16_t port);  // 0: any free one
  void close();                         // clients are cut off; what they stopped runs on
  std::uint16_t port() const { return listening_.port; }
  // A line of the server's log, for the clients.
  void output(std::string_view line);

 private:
  class Host;
  struct Client {
    Descriptor connection;
    std::shared_ptr<DapChannel> channel;
    std::thread thread;
    bool ended = false;
  };
  void accept();
  void serve(Client& client);
  void removeEnded();

  script::vm::Runtime& runtime_;
  const std::filesystem::path root_;
  const std::string token_;
  Listening listening_;
  std::thread thread_;
  std::mutex mutex_;  // guards what follows
  std::list<Client> clients_;
  bool closing_ = false;
};

// For a server: with the token of QODLY_DEBUG_TOKEN. nullptr, and told, when the port is taken.
std::unique_ptr<DebugPort> openDebugPort(std::uint16_t port, script::vm::Runtime& runtime,
                                         const std::filesystem::path& root);

}  // namespace qodly::app
