// What a form or a script sends to the pages under /auth: name and value, of a form or of a JSON object.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "value/value.h"

namespace qodly::app {

struct FormBody {
  bool isJson = false;
  std::map<std::string, std::string, std::less<>> fields;  // texts
  Value json;                                              // isJson: the object

  std::string_view operator[](std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
  }
};

// "a=1&b=2", decoded, '+' as a blank. At most 64 names; the first of equal ones counts.
std::map<std::string, std::string> readFormFields(std::string_view text);
// Error: larger than 256 KiB, malformed JSON, neither form nor JSON.
Result<FormBody> readFormBody(const http::Request& request);

}  // namespace qodly::app
