#include "script/library/http_body.h"

#include <algorithm>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/charset.h"
#include "script/library/mail_entity.h"
#include "value/json.h"

namespace qodly::script::library {

std::string_view headerValue(const HttpHeaders& headers, std::string_view name) {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& header) { return equalsIgnoringAsciiCase(header.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool isJsonType(std::string_view mediaType) {
  return mediaType == "application/json" || mediaType == "text/json" || mediaType.ends_with("+json");
}

bool isTextType(std::string_view mediaType) {
  return mediaType.starts_with("text/") || mediaType.contains("javascript") || mediaType.ends_with("/xml") ||
         mediaType.ends_with("+xml") || mediaType == "message/http" || mediaType == "application/x-www-form-urlencoded";
}

Result<Value> bodyValue(vm::Process& process, std::string bytes, std::string_view dataType,
                        std::string_view contentType) {
  const ParameterisedHeader type = readParameters(contentType);
  const bool any = dataType == "auto";
  const bool json = dataType == "object" || (any && isJsonType(type.value));
  const bool text = dataType == "text" || (any && isTextType(type.value));
  if (!json && !text) return newBlobObject(process, std::move(bytes));
  const auto named = Charset::named(type.parameter("charset"));
  const std::string decoded = (named ? *named : Charset::utf8()).decodeMarked(bytes);
  if (!json) return Value::text(std::string_view(decoded));
  if (any && trim(decoded).empty()) return Value::null();  // an answer without body
  return json::parse(decoded, {.heap = &process.heap()});
}

}  // namespace qodly::script::library
