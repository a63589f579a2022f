// qodly dap: the debug adapter that editors start.
#pragma once

#include <cstdint>
#include <optional>

namespace qodly::app {

struct DapOptions {
  std::optional<std::uint16_t> port;  // --port: on loopback, one editor after the other; without: stdin and stdout
};
// Speaks the Debug Adapter Protocol until the editor disconnects.
int runDap(const DapOptions& options);

}  // namespace qodly::app
