#include "app/form_body.h"

#include <algorithm>

#include "base/error_codes.h"
#include "base/text.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t largestBody = 256 * 1024;
constexpr std::size_t mostFields = 64;
constexpr std::size_t deepestJson = 16;

Error invalid(std::string message) { return {code::wrongArgument, "rest", std::move(message)}; }

std::string decoded(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '+', ' ');
  return repairUtf8(percentDecode(plain));
}

}  // namespace

std::map<std::string, std::string> readFormFields(std::string_view text) {
  std::map<std::string, std::string> fields;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty() || fields.size() >= mostFields) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    fields.emplace(decoded(pair.substr(0, equals)), decoded(value));
  }
  return fields;
}

Result<FormBody> readFormBody(const http::Request& request) {
  if (request.body().size() > largestBody) return std::unexpected(invalid("The body is larger than 256 KiB."));
  FormBody body;
  const std::string type = lowerAscii(request.header("Content-Type"));
  if (type.starts_with("application/json")) {
    auto parsed = json::parse(request.body(), {.maximumDepth = deepestJson});
    if (!parsed) return std::unexpected(parsed.error());
    if (!parsed->isObject()) return std::unexpected(invalid("A JSON object is expected."));
    body.isJson = true;
    for (const Object::Member& member : parsed->asObject().members()) {
      if (member.value.isText()) body.fields.emplace(member.name, std::string(member.value.asText()));
    }
    body.json = std::move(*parsed);
    return body;
  }
  if (!type.empty() && !type.starts_with("application/x-www-form-urlencoded")) {
    return std::unexpected(invalid("A form (application/x-www-form-urlencoded) or application/json is expected."));
  }
  for (auto& [name, value] : readFormFields(request.body())) body.fields.emplace(name, value);
  return body;
}

}  // namespace qodly::app
