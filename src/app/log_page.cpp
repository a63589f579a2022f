#include "app/log_page.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/activity_log.h"
#include "security/decision_log.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t most = 1000;  // lines of one answer

struct Column {
  std::string_view name, heading;
};
constexpr std::array<Column, 7> activityColumns{{{"at", "Time"},
                                                 {"user", "Who"},
                                                 {"action", "What"},
                                                 {"ok", "Succeeded"},
                                                 {"ip", "Address"},
                                                 {"via", "By way of"},
                                                 {"detail", "Details"}}};
constexpr std::array<Column, 7> decisionColumns{{{"at", "Time"},
                                                 {"user", "Who"},
                                                 {"ip", "Address"},
                                                 {"request", "Asked for"},
                                                 {"refusal", "Was told"},
                                                 {"rule", "By the rule"},
                                                 {"held", "Held"}}};

constexpr std::array<Column, 6> sessionColumns{{{"userName", "User"},
                                                {"privileges", "Privileges"},
                                                {"createdAt", "Began"},
                                                {"lastUsedAt", "Last used"},
                                                {"expiresAt", "Ends"},
                                                {"id", "Session"}}};

struct List {
  std::string_view address;
  std::span<const Column> columns;
};
const List& listOf(LogKind kind) {
  static const std::array<List, 3> lists{
      {{"/auth/activity", activityColumns}, {"/auth/decisions", decisionColumns}, {"/auth/sessions", sessionColumns}}};
  return lists[static_cast<std::size_t>(kind)];
}

Result<std::size_t> number(const std::map<std::string, std::string>& query, const std::string& name,
                           std::size_t otherwise, std::int64_t least, std::int64_t greatest) {
  const auto found = query.find(name);
  if (found == query.end()) return otherwise;
  const auto value = parseInteger(found->second);
  if (value && *value >= least && *value <= greatest) return static_cast<std::size_t>(*value);
  return std::unexpected(
      Error(code::wrongArgument, "rest", fmt::format("\"{}\" must be a number from {} to {}.", name, least, greatest)));
}

std::string cell(const Value& value) {
  if (value.isText()) return escapeHtml(value.asText());
  if (value.isMissing()) return {};
  if (value.isCollection()) {
    std::string names;
    for (const Value& each : value.asCollection().elements())
      names += (names.empty() ? "" : ", ") + (each.isText() ? escapeHtml(each.asText()) : std::string());
    return names;
  }
  if (value.isObject() && value.asObject().size() == 0) return {};
  return escapeHtml(json::text(value));
}

std::string endButton(std::string_view id) {
  return fmt::format(R"(<form method="post" action="/auth/sessions/end"><input type="hidden" name="id" value="{0}">)"
                     R"(<button type="submit" class="plain" aria-label="End {0}">End</button></form>)",
                     escapeHtml(id));
}

std::string link(LogKind kind, const LogWish& wish, std::size_t offset, std::string_view text) {
  return fmt::format(R"(<a class="button" href="{}?q={}&amp;offset={}&amp;limit={}">{}</a>)", listOf(kind).address,
                     percentEncode(wish.text), offset, wish.limit, text);
}

}  // namespace

Result<LogWish> readLogWish(const std::map<std::string, std::string>& query) {
  LogWish wish;
  const auto offset = number(query, "offset", 0, 0, 1'000'000'000);
  const auto limit = number(query, "limit", wish.limit, 1, most);
  if (!offset) return std::unexpected(offset.error());
  if (!limit) return std::unexpected(limit.error());
  wish.offset = *offset;
  wish.limit = *limit;
  if (const auto text = query.find("q"); text != query.end()) wish.text = text->second;
  return wish;
}

LogPart readLog(const security::Instance& instance, LogKind kind, const LogWish& wish) {
  const std::vector<std::string> lines =
      kind == LogKind::Activity ? security::readActivity(instance) : security::readDecisions(instance.folder());
  LogPart part;
  const std::string wanted = lowerAscii(wish.text);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!wanted.empty() && !lowerAscii(*line).contains(wanted)) continue;
    const std::size_t place = part.total++;
    if (place < wish.offset || part.items.size() >= wish.limit) continue;
    if (auto parsed = json::parse(*line); parsed && parsed->isObject()) part.items.push_back(std::move(*parsed));
  }
  return part;
}

Value logJson(const LogPart& part) {
  const Ref<Collection> items = Collection::make();
  for (const Value& item : part.items) items->push(item);
  const Ref<Object> answer = Object::make();
  answer->set("items", Value::collection(items));
  answer->set("total", Value::integer(static_cast<std::int64_t>(part.total)));
  return Value::object(answer);
}

std::string logHtml(LogKind kind, const LogWish& wish, const LogPart& part) {
  std::string html = fmt::format(
      R"(<form method="get" action="{}" role="search"><label>Lines that contain<input name="q" type="search" )"
      R"(value="{}" maxlength="200"></label><button type="submit" class="plain">Search</button></form>)",
      listOf(kind).address, escapeHtml(wish.text));
  html += R"(<div class="table" tabindex="0" role="region" aria-label="Lines"><table><thead><tr>)";
  for (const Column& column : listOf(kind).columns) html += fmt::format(R"(<th scope="col">{}</th>)", column.heading);
  html += "</tr></thead><tbody>";
  for (const Value& item : part.items) {
    html += "<tr>";
    for (const Column& column : listOf(kind).columns) {
      const Value* value = item.asObject().find(column.name);
      std::string content = value == nullptr ? std::string() : cell(*value);
      if (kind == LogKind::Sessions && column.name == "id") content += endButton(value->asText());
      html += fmt::format("<td>{}</td>", content);
    }
    html += "</tr>";
  }
  html += "</tbody></table></div>";
  if (part.items.empty()) html += R"(<p class="hint">There is nothing to show.</p>)";
  html += R"(<div class="others">)";
  if (wish.offset > 0) html += link(kind, wish, wish.offset - std::min(wish.offset, wish.limit), "Newer");
  if (wish.offset + wish.limit < part.total) html += link(kind, wish, wish.offset + wish.limit, "Older");
  html += R"(</div><p class="more"><a href="/auth/account">Back to your account</a></p>)";
  return html;
}

}  // namespace qodly::app
