// Requests that the server itself sends to identity providers and certificate authorities. The layer above brings the
// HTTP client.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace qodly::security {

struct FetchRequest {
  std::string url;                  // http or https
  std::optional<std::string> body;  // with one the request is a POST
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds timeout{5000};  // of everything
  std::size_t maximumAnswer = 1024 * 1024;  // bytes, decompressed
  std::string authorityFile;                // trusted certificates; "" those of the system
};

struct FetchAnswer {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // as received, in order
};

// Waits for the whole answer. Redirections are answers: they are never followed. Errors: no connection, no trust in the
// certificate, too slow, too large. Called from any thread.
using Fetch = std::function<Result<FetchAnswer>(const FetchRequest& request)>;

}  // namespace qodly::security
