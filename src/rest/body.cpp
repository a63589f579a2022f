#include "rest/body.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "rest/errors.h"
#include "value/json.h"
#include "value/json_size.h"

namespace qodly::rest {

namespace {

// What a common client escapes of JSON although it sends it raw: ! ' ( ) *
constexpr std::array<std::pair<std::string_view, char>, 5> escapes{
    {{"%21", '!'}, {"%27", '\''}, {"%28", '('}, {"%29", ')'}, {"%2A", '*'}}};

std::string withoutFewEscapes(std::string_view body) {
  std::string text;
  text.reserve(body.size());
  for (std::size_t i = 0; i < body.size();) {
    const std::string_view here = body.substr(i, 3);
    const auto* escape = std::ranges::find_if(
        escapes, [here](const auto& candidate) { return equalsIgnoringAsciiCase(candidate.first, here); });
    if (escape == escapes.end()) {
      text += body[i++];
    } else {
      text += escape->second;
      i += 3;
    }
  }
  return text;
}

bool startsWithEscapedBracket(std::string_view text) {
  const std::string_view start = text.substr(0, 3);
  return equalsIgnoringAsciiCase(start, "%5B") || equalsIgnoringAsciiCase(start, "%7B");
}

}  // namespace

std::string jsonText(std::string_view body, std::string_view contentType) {
  const std::string_view text = trim(body);
  if (lowerAscii(trim(contentType.substr(0, contentType.find(';')))) != "application/x-www-form-urlencoded") {
    return std::string(text);
  }
  if (text.starts_with('[') || text.starts_with('{')) return withoutFewEscapes(text);
  return startsWithEscapedBracket(text) ? percentDecode(text) : std::string(text);
}

Result<Value> parseJson(std::string_view text, std::size_t maximumDepth) {
  if (!json::hasAtMostValues(text, json::mostValuesOfRequest)) {
    return std::unexpected(refused(413, fmt::format("The JSON of a request has at most {} values: send it in several",
                                                    json::mostValuesOfRequest)));
  }
  auto value = json::parse(text, {.maximumDepth = maximumDepth});
  if (!value) return std::unexpected(malformed(value.error().text()));
  return value;
}

Result<Value> jsonBody(const http::Request& request) {
  const std::string text = jsonText(request.body(), request.header("Content-Type"));
  if (!text.starts_with('[') && !text.starts_with('{')) {
    return std::unexpected(malformed(text.empty() ? "The request has no body: expected a JSON object or array"
                                                  : "The body is not JSON: expected it to start with { or ["));
  }
  auto value = parseJson(text);
  const bool isMalformed = !value && httpStatus(value.error()) == 400;
  if (isMalformed) {
    return std::unexpected(malformed(fmt::format("The body is not valid JSON: {}", value.error().message())));
  }
  return value;
}

}  // namespace qodly::rest
