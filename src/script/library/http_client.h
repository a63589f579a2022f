// HTTP requests over libcurl on one background thread, which is started by the first of them (classes.md 10).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace qodly::script::library {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

enum class HttpAuthentication : std::uint8_t { any, basic, digest };

struct HttpCredentials {
  std::string name, password;
  HttpAuthentication method = HttpAuthentication::any;
};

// One request, complete: nothing is asked back.
struct HttpSpec {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::optional<std::string> body;
  std::optional<std::chrono::milliseconds> timeout;  // of everything, redirections included
  long minimumTls = 0;                               // curl's CURL_SSLVERSION_...; 0: TLS 1.2
  std::string certificateFile, keyFile;              // of the client; "" none
  std::string authorityFile;                         // further trusted authorities; "" those of the system
  std::optional<HttpCredentials> server, proxy;
  std::string proxyUrl;  // "" as the environment says
  bool redirect = true;  // follow redirections as classes.md 10 says
  bool decoded = true;   // onData gets decompressed bytes
};

struct HttpHead {
  int status = 0;
  std::string statusText;
  HttpHeaders headers;  // as received, in order
};

inline constexpr std::uint64_t maximumHttpBody = 2'147'483'647;

// Called on the client's thread, in this order: head at most once, data any number of times, done exactly once.
class HttpListener {
 public:
  virtual ~HttpListener() = default;
  virtual void head(HttpHead head) = 0;
  virtual void data(std::string bytes) = 0;
  // nullopt: the whole answer has been received.
  virtual void done(std::optional<Error> problem) = 0;
};

// A request on its way. Any thread.
class HttpTransfer {
 public:
  virtual ~HttpTransfer() = default;
  // Ends it; done() is not called any more once this has returned... unless it is being called at that moment.
  virtual void cancel() = 0;
};

// The URL as it will be asked for: https when it names no scheme, characters that need it percent-encoded. Error
// wrongSettings: not an http or https URL.
Result<std::string> completeUrl(std::string_view url);

// Starts at once. Error wrongSettings: libcurl is missing, or the specification cannot be sent (URL, header, method).
Result<std::shared_ptr<HttpTransfer>> startHttp(HttpSpec spec, std::shared_ptr<HttpListener> listener);

// Decompresses a body that came as `encoding` (gzip, deflate; anything else stays). Error: damaged, or larger than
// maximumHttpBody.
Result<std::string> decompress(std::string bytes, std::string_view encoding);

}  // namespace qodly::script::library
