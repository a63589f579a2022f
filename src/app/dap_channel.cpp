// Messages to the client, and how it names files.
#include <algorithm>

#include "app/dap_session.h"
#include "app/protocol_json.h"
#include "value/json.h"

namespace qodly::app {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t mostTexts = 10'000;

}  // namespace

void DapChannel::send(Value message) {
  const std::lock_guard guard(mutex_);
  message.asObject().set("seq", Value::integer(++last_));
  if (send_) send_(json::text(message));
}

void DapChannel::close() {
  const std::lock_guard guard(mutex_);
  send_ = nullptr;
}

void DapChannel::event(std::string_view name, Value body) {
  Value message = protocol::object({{"type", Value::text("event")}, {"event", Value::text(name)}});
  if (!body.isUndefined()) message.asObject().set("body", std::move(body));
  send(std::move(message));
}

void DapChannel::output(std::string_view category, std::string_view text) {
  std::string line(text);
  if (!line.ends_with('\n')) line += '\n';
  event("output", protocol::object({{"category", Value::text(category)}, {"output", Value::text(std::move(line))}}));
}

void DapChannel::answer(const Value& request, bool success, std::string_view message, Value body) {
  Value answer = protocol::object({{"type", Value::text("response")},
                                   {"request_seq", protocol::at(request, "seq")},
                                   {"command", protocol::at(request, "command")},
                                   {"success", Value::boolean(success)}});
  if (!message.empty()) answer.asObject().set("message", Value::text(message));
  if (!body.isUndefined()) answer.asObject().set("body", std::move(body));
  send(std::move(answer));
}

void DapChannel::succeed(const Value& request, Value body) { answer(request, true, "", std::move(body)); }

void DapChannel::fail(const Value& request, std::string_view message) {
  const Value error = protocol::object(
      {{"id", Value::integer(1)}, {"format", Value::text(message)}, {"showUser", Value::boolean(true)}});
  answer(request, false, message, protocol::object({{"error", error}}));
}

void DapChannel::failNotStopped(const Value& request) {
  const Value error = protocol::object({{"id", Value::integer(2)},
                                        {"format", Value::text("The process is not standing still.")},
                                        {"showUser", Value::boolean(false)}});
  answer(request, false, "notStopped", protocol::object({{"error", error}}));  // the protocol's own word
}

// --- Files

void DapChannel::setRoot(fs::path root) {
  std::error_code failed;
  fs::path canonical = fs::weakly_canonical(root, failed);
  const std::lock_guard guard(mutex_);
  root_ = std::move(root).lexically_normal();  // empty: the names are whole paths
  canonicalRoot_ = failed ? root_ : std::move(canonical);
}

std::string DapChannel::pathOf(std::string_view file) const {
  const std::lock_guard guard(mutex_);
  return (root_ / file).lexically_normal().string();
}

std::string DapChannel::fileOf(std::string_view path) const {
  const fs::path given = fs::path(path).lexically_normal();
  std::error_code failed;
  const fs::path canonical = fs::weakly_canonical(given, failed);
  const std::lock_guard guard(mutex_);
  if (root_.empty()) return given.string();
  const auto inside = [](const fs::path& relative) { return !relative.empty() && *relative.begin() != ".."; };
  if (const fs::path relative = given.lexically_relative(root_); inside(relative)) return relative.string();
  if (const fs::path relative = canonical.lexically_relative(canonicalRoot_); !failed && inside(relative)) {
    return relative.string();
  }
  return given.string();
}

Value DapChannel::source(std::string_view file, std::string_view name, std::string_view text) {
  if (!file.empty()) {
    const std::string path = pathOf(file);
    return protocol::object({{"name", Value::text(fs::path(path).filename().string())}, {"path", Value::text(path)}});
  }
  std::size_t place = 0;
  {
    const std::lock_guard guard(mutex_);
    const auto known = std::ranges::find(texts_, text);
    place = static_cast<std::size_t>(known - texts_.begin());
    if (known == texts_.end()) {
      if (texts_.size() == mostTexts) texts_.clear();
      place = texts_.size();
      texts_.emplace_back(text);
    }
  }
  return protocol::object({{"name", Value::text(name)},
                           {"sourceReference", Value::integer(static_cast<std::int64_t>(place) + 1)},
                           {"origin", Value::text("text")}});
}

std::optional<std::string> DapChannel::sourceText(std::int64_t reference) const {
  const std::lock_guard guard(mutex_);
  if (reference < 1 || reference > static_cast<std::int64_t>(texts_.size())) return std::nullopt;
  return texts_[static_cast<std::size_t>(reference) - 1];
}

}  // namespace qodly::app
