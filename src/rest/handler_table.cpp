#include "rest/handler_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/text_regex.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

using script::library::matchRegex;
using script::library::RegexSearch;

constexpr auto builtInSpaces = std::to_array<std::string_view>({
    "/rest",
    "/$lib",
    "/$shared",
    "/4DACTION",
    "/healthz",
    "/4DSTATS",
    "/4DHTMLSTATS",
    "/4DCACHECLEAR",
    "/4DWEBTEST",
});

// What the server itself has below /auth. The rest may be the application's own.
constexpr std::string_view signInSpace = "/auth";
constexpr auto signInPages = std::to_array<std::string_view>({
    "/auth/login",
    "/auth/factor",
    "/auth/logout",
    "/auth/reset",
    "/auth/invite",
    "/auth/setup",
    "/auth/account",
    "/auth/password",
    "/auth/totp",
    "/auth/recovery",
    "/auth/passkeys",
    "/auth/passkey",
    "/auth/start",
    "/auth/callback",
    "/auth/sessions",
    "/auth/decisions",
    "/auth/activity",
    "/auth/session",
});

// Whole segments from the start.
bool liesUnder(std::string_view prefix, std::string_view path) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::string upperAscii(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return upper;
}

// From the start of the path to the end of a segment.
std::string anchored(std::string_view expression) { return fmt::format("(?:{})(?=/|\\z)", expression); }

std::vector<std::string> verbsOf(const Value& given) {
  std::vector<std::string> verbs;
  if (!given.isText()) return verbs;
  for (const std::string_view each : split(given.asText(), ',')) {
    const std::string_view verb = trim(each);
    if (verb == "*") return {};
    if (!verb.empty()) verbs.push_back(upperAscii(verb));
  }
  return verbs;
}

std::string prefixOf(std::string_view pattern) {
  pattern = trim(pattern);
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  return "/" + std::string(pattern);
}

std::string textOf(const Object& entry, std::string_view name) {
  const Value value = entry.get(name);
  return value.isText() ? std::string(trim(value.asText())) : std::string();
}

struct Reading {
  RequestHandler handler;
  std::string problem;  // "" when the handler can be used
};

void readPattern(const Object& entry, Reading& reading) {
  RequestHandler& handler = reading.handler;
  if (const Value expression = entry.get("regexPattern"); expression.isText() && !expression.asText().empty()) {
    handler.isExpression = true;
    handler.pattern = anchored(expression.asText());
    const auto tried = matchRegex(handler.pattern, "/", 1, RegexSearch::exactlyAt);
    if (!tried) reading.problem = fmt::format("the regexPattern is wrong: {}", tried.error().message());
    return;
  }
  const std::string pattern = textOf(entry, "pattern");
  if (pattern.empty()) {
    reading.problem = "it has neither a pattern nor a regexPattern";
    return;
  }
  handler.pattern = prefixOf(pattern);
  if (isBuiltInSpace(handler.pattern)) {
    reading.problem = fmt::format("the addresses under {} belong to the server", handler.pattern);
  }
}

Reading readEntry(const Value& value) {
  Reading reading;
  if (!value.isObject()) {
    reading.problem = "it is not an object";
    return reading;
  }
  const Object& entry = value.asObject();
  reading.handler.singleton = textOf(entry, "class");
  reading.handler.function = textOf(entry, "method");
  reading.handler.verbs = verbsOf(entry.get("verbs"));
  if (reading.handler.singleton.empty() || reading.handler.function.empty()) {
    reading.problem = "it names no class or no method";
  } else {
    readPattern(entry, reading);
  }
  return reading;
}

}  // namespace

bool isSignInSpace(std::string_view path) {
  return path == signInSpace ||
         std::ranges::any_of(signInPages, [path](std::string_view page) { return liesUnder(page, path); });
}

bool isBuiltInSpace(std::string_view path) {
  return isSignInSpace(path) ||
         std::ranges::any_of(builtInSpaces, [path](std::string_view space) { return liesUnder(space, path); });
}

bool RequestHandler::takes(std::string_view verb) const {
  const auto named = [this](std::string_view wanted) {
    return std::ranges::any_of(verbs,
                               [wanted](std::string_view each) { return equalsIgnoringAsciiCase(each, wanted); });
  };
  return verbs.empty() || named(verb) || (verb == "HEAD" && named("GET"));
}

bool RequestHandler::covers(std::string_view path) const {
  if (!isExpression) return pattern == "/" ? path == "/" : liesUnder(pattern, path);
  // On the thread of the connection: an address made to be slow to match is no match.
  constexpr std::int32_t most = 25;
  const auto found = matchRegex(pattern, path, 1, RegexSearch::exactlyAt, most);
  return found && !found->empty();
}

HandlerTable HandlerTable::read(std::string_view text) {
  HandlerTable table;
  const auto value = json::parse(text, {.tolerant = true});
  if (!value) {
    table.problems_.push_back(fmt::format("HTTPHandlers.json cannot be read: {}", value.error().message()));
    return table;
  }
  if (!value->isCollection()) {
    table.problems_.emplace_back("HTTPHandlers.json must be an array of handlers");
    return table;
  }
  const auto& entries = value->asCollection().elements();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (table.handlers_.size() == maximumHandlers) {
      table.problems_.push_back(fmt::format("HTTPHandlers.json: only the first {} are used", maximumHandlers));
      break;
    }
    Reading reading = readEntry(entries[i]);
    if (reading.problem.empty()) {
      table.handlers_.push_back(std::move(reading.handler));
    } else {
      table.problems_.push_back(fmt::format("HTTPHandlers.json: handler {} is ignored: {}", i + 1, reading.problem));
    }
  }
  return table;
}

const RequestHandler* HandlerTable::find(std::string_view path, std::string_view verb) const {
  if (handlers_.empty() || isBuiltInSpace(path)) return nullptr;
  const auto found = std::ranges::find_if(
      handlers_, [&](const RequestHandler& handler) { return handler.takes(verb) && handler.covers(path); });
  return found == handlers_.end() ? nullptr : &*found;
}

}  // namespace qodly::rest
