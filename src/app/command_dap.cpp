#include "app/command_dap.h"

#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/dap_launch.h"
#include "app/loopback.h"
#include "app/message_stream.h"
#include "app/protocol_json.h"
#include "value/json.h"

namespace qodly::app {

namespace {

bool isRequest(const std::string& json, std::string_view command, Value& message) {
  if (json.find(command) == std::string::npos) return false;
  const auto parsed = json::parse(json);
  if (!parsed || protocol::textAt(*parsed, "command") != command) return false;
  message = *parsed;
  return true;
}

// Between an editor and the port of a server: the editor's messages go there, the server's come back.
class Bridge {
 public:
  Bridge(MessageInput& editor, MessageOutput& output) : editor_(editor), output_(output) {}

  // `initialize`, as the editor sent it, has been answered already. False: there is nobody; the editor has been told.
  void run(const std::string& initialize, const std::string& attach, std::int64_t port) {
    auto server = port > 0 && port < 65536
                      ? connectToLoopback(static_cast<std::uint16_t>(port))
                      : Result<Descriptor>(std::unexpected(Error(0, "dap", "'port' is no port number.")));
    MessageInput answers(server ? server->get() : -1);
    const bool known = server && writeMessage(server->get(), initialize) && answers.next().value_or(std::nullopt);
    if (!known) {
      refuse(attach, server ? "The server does not answer." : server.error().message());
      return;
    }
    std::thread back([&] {
      while (const auto message = answers.next().value_or(std::nullopt)) output_.send(*message);
      output_.send(R"({"seq":0,"type":"event","event":"terminated"})");
    });
    bool open = writeMessage(server->get(), attach);
    while (open) {
      const auto message = editor_.next();
      if (!message || !*message) break;
      open = writeMessage(server->get(), **message);
    }
    server->shutDown();
    back.join();
  }

 private:
  void refuse(const std::string& attach, const std::string& why) {
    DapChannel channel([this](std::string json) { output_.send(std::move(json)); });
    channel.fail(json::parse(attach).value_or(Value::null()), why);
  }

  MessageInput& editor_;
  MessageOutput& output_;
};

void serveEditor(int from, int to) {
  MessageOutput output(to);
  MessageInput input(from);
  DapLaunch host;
  DapSession session(host, [&output](std::string json) { output.send(std::move(json)); });
  std::string initialize;
  while (!session.hasEnded()) {
    const auto message = input.next();
    if (!message) printError(message.error());
    if (!message || !*message) return;
    Value request;
    if (isRequest(**message, "initialize", request)) initialize = **message;
    if (!initialize.empty() && !session.isAttached() && isRequest(**message, "attach", request)) {
      return Bridge(input, output).run(initialize, **message, protocol::numberAt(request, "arguments.port"));
    }
    session.receive(**message);
  }
}

}  // namespace

int runDap(const DapOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  if (!options.port) {
    serveEditor(STDIN_FILENO, STDOUT_FILENO);
    return exit_code::done;
  }
  const auto listening = listenOnLoopback(*options.port);
  if (!listening) {
    printError(listening.error());
    return exit_code::failed;
  }
  fmt::print("Debug adapter on 127.0.0.1:{}\n", listening->port);
  std::fflush(stdout);
  while (true) {
    const Descriptor connection = acceptConnection(listening->socket);
    if (connection.get() < 0) return exit_code::failed;
    serveEditor(connection.get(), connection.get());
    connection.finish();
  }
}

}  // namespace qodly::app
