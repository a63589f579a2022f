#include "app/debug_port.h"

#include <cstdlib>

#include "app/console.h"
#include "app/dap_session.h"
#include "app/message_stream.h"
#include "app/protocol_json.h"

namespace qodly::app {

namespace {

constexpr std::size_t mostClients = 8;

}  // namespace

class DebugPort::Host final : public DapHost {
 public:
  explicit Host(DebugPort& port) : port_(port) {}
  Result<Target> attach(const Value& arguments) override {
    if (!port_.token_.empty() && !DapSession::isSecret(protocol::textAt(arguments, "token"), port_.token_)) {
      return std::unexpected(Error(0, "dap", "The server wants its token: give it as 'token'."));
    }
    return Target{port_.runtime_, port_.root_};
  }

 private:
  DebugPort& port_;
};

DebugPort::DebugPort(script::vm::Runtime& runtime, std::filesystem::path root, std::string token)
    : runtime_(runtime), root_(std::move(root)), token_(std::move(token)) {
  script::debug::Debugger::of(runtime_);  // made before processes run
}

DebugPort::~DebugPort() { close(); }

void DebugPort::close() {
  listening_.socket.shutDown();
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard guard(mutex_);
    closing_ = true;
    for (Client& each : clients_) each.connection.shutDown();
  }
  // The list does not change any more.
  for (Client& each : clients_) each.thread.join();
  clients_.clear();
}

Result<> DebugPort::listen(std::uint16_t port) {
  auto made = listenOnLoopback(port);
  if (!made) return std::unexpected(made.error());
  listening_ = std::move(*made);
  thread_ = std::thread([this] { accept(); });
  return {};
}

void DebugPort::output(std::string_view line) {
  const std::lock_guard guard(mutex_);
  for (const Client& each : clients_) {
    if (each.channel) each.channel->output("console", line);
  }
}

void DebugPort::accept() {
  while (true) {
    Descriptor connection = acceptConnection(listening_.socket);
    if (connection.get() < 0) return;
    removeEnded();
    const std::lock_guard guard(mutex_);
    if (closing_ || clients_.size() >= mostClients) continue;
    Client& client = clients_.emplace_back();
    client.connection = std::move(connection);
    client.thread = std::thread([this, &client] { serve(client); });
  }
}

void DebugPort::removeEnded() {
  std::list<Client> ended;
  {
    const std::lock_guard guard(mutex_);
    for (auto each = clients_.begin(); each != clients_.end();) {
      const auto next = std::next(each);
      if (each->ended) ended.splice(ended.end(), clients_, each);
      each = next;
    }
  }
  for (Client& each : ended) each.thread.join();
}

void DebugPort::serve(Client& client) {
  {
    MessageOutput output(client.connection.get());
    Host host(*this);
    DapSession session(host, [&output](std::string json) { output.send(std::move(json)); });
    MessageInput input(client.connection.get());
    while (!session.hasEnded()) {
      const auto message = input.next();
      if (!message || !*message) break;
      session.receive(**message);
      const std::lock_guard guard(mutex_);
      if (session.isAttached()) client.channel = session.channel();
    }
  }
  client.connection.finish();
  client.connection.shutDown();
  const std::lock_guard guard(mutex_);
  client.ended = true;
  client.channel = nullptr;
}

std::unique_ptr<DebugPort> openDebugPort(std::uint16_t port, script::vm::Runtime& runtime,
                                         const std::filesystem::path& root) {
  const char* token = std::getenv("QODLY_DEBUG_TOKEN");
  auto made = std::make_unique<DebugPort>(runtime, std::filesystem::absolute(root), token != nullptr ? token : "");
  if (const Result<> listening = made->listen(port); !listening) {
    printError(listening.error());
    return nullptr;
  }
  return made;
}

}  // namespace qodly::app
