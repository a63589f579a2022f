// `qodly serve`: opens an application and answers HTTP until it is told to stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace qodly::app {

struct ServeOptions {
  std::filesystem::path project;
  std::filesystem::path data;      // --data; empty: <root>/Data
  std::string host = "127.0.0.1";  // --host
  std::uint16_t port = 8080;       // --port; 0: any free port (printed)
  unsigned threads = 0;            // --threads; 0: one a core
  bool quiet = false;              // --quiet: only errors
};

// Returns the exit code: 0 after SIGTERM or SIGINT, 1 when the application cannot be opened or the port is taken.
int runServe(const ServeOptions& options);

}  // namespace qodly::app
