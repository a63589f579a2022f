// Lists for the administrator of an instance, newest first (admin.md 14; form as in 26): what was done, which requests
// were refused by which rule, and the sessions there are (session_list.h).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/instance.h"
#include "value/value.h"

namespace qodly::app {

enum class LogKind : std::uint8_t { Activity, Decisions, Sessions };

// What a client asks for: ?q=text&offset=0&limit=100 (at most 1000).
struct LogWish {
  std::string text;  // that a line has to contain; "": all
  std::size_t offset = 0, limit = 100;
};
// Error: no numbers, limit out of range.
Result<LogWish> readLogWish(const std::map<std::string, std::string>& query);

struct LogPart {
  std::vector<Value> items;  // objects
  std::size_t total = 0;     // lines that contain the text
};
// kind: one of the two logs.
LogPart readLog(const security::Instance& instance, LogKind kind, const LogWish& wish);

// {"items":[...],"total":n}
Value logJson(const LogPart& part);
// HTML: a field to search by, the table, links to what is older and newer.
std::string logHtml(LogKind kind, const LogWish& wish, const LogPart& part);

}  // namespace qodly::app
