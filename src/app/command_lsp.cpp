// qodly lsp: the language server on stdin and stdout.
#include "app/command_lsp.h"

#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/language.h"
#include "app/lsp_server.h"
#include "app/message_stream.h"
#include "value/json.h"

namespace qodly::app {

int runLsp(const LspOptions& options) {
  const auto language = Language::alone();
  LspServer server(options.project.empty() ? options.project : std::filesystem::absolute(options.project),
                   language->builtins(),
                   [](const Value& message) { (void)writeMessage(STDOUT_FILENO, json::text(message)); });
  MessageInput input(STDIN_FILENO);
  while (!server.hasExited()) {
    if (!input.hasMore()) server.publish();
    const auto message = input.next();
    if (!message) {
      printError(message.error());
      return exit_code::failed;
    }
    if (!*message) break;
    server.receive(**message);
  }
  return server.exitCode();
}

}  // namespace qodly::app
