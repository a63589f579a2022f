// `qodly serve`: opens an application and answers HTTP until it is told to stop. SIGUSR2 starts the program anew in the
// same process without refusing a connection: requests end, the listening sockets stay, clients wait in their queues.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace qodly::app {

struct ServeOptions {
  std::filesystem::path project;
  std::filesystem::path data;              // --data; empty: <root>/Data
  std::string host;                        // --host; empty: that of the settings, else 127.0.0.1
  std::optional<std::uint16_t> port;       // --port; 0: any free port (printed); none: that of the settings
  std::optional<std::uint16_t> httpsPort;  // --https-port: switches HTTPS on
  unsigned threads = 0;                    // --threads; 0: one a core
  bool quiet = false;                      // --quiet: only errors
  bool allowInsecureTls = false;           // --allow-insecure-tls: minTLSVersion 1 and 2
  bool logSecrets = false;                 // --log-secrets: the debug log masks nothing
  std::optional<std::uint16_t> debugPort;  // --debug-port: debuggers attach there; 0: any free port (printed)
};

// Returns the exit code: 0 after SIGTERM or SIGINT, 1 when the application cannot be opened, a setting is wrong or the
// port is taken.
int runServe(const ServeOptions& options);

}  // namespace qodly::app
