// qodly lsp DIR: the language server that editors start.
#pragma once

#include <filesystem>

namespace qodly::app {

struct LspOptions {
  std::filesystem::path project;  // empty: the folder that the editor opens
  bool stdio = false;             // --stdio: accepted because editors give it; there is no other way
};
// Speaks the Language Server Protocol on stdin and stdout until the editor says exit or closes stdin.
int runLsp(const LspOptions& options);

}  // namespace qodly::app
