// The options of 4D.HTTPRequest.new(), read into what the client sends (classes.md 10.1).
#pragma once

#include <string>

#include "script/library/charset.h"
#include "script/library/http_client.h"
#include "script/vm/native.h"

namespace qodly::script::library {

struct HttpOptions {
  HttpSpec spec;
  std::string method = "GET", dataType = "auto", encoding = "UTF-8", protocol = "auto";
  std::optional<double> timeout;
  bool keepsBody = true;  // returnResponseBody
  bool hasOnData = false;
  bool decodesData = false;
};

// Error wrongSettings: what cannot be sent, and which option says so.
Result<HttpOptions> readHttpOptions(vm::Process& process, std::string_view url, const Value& options);

}  // namespace qodly::script::library
