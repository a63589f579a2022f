#include "security/decision_log.h"

#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "security/instance.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::string_view currentName = "decisions.jsonl";
constexpr std::string_view olderName = "decisions.1.jsonl";
constexpr std::size_t longestText = 1000;

Value bounded(std::string_view text) { return Value::text(repairUtf8(text.substr(0, longestText))); }

}  // namespace

void DecisionLog::record(const Decision& decision) {
  std::lock_guard lock(mutex_);
  const qodly::Instant now = qodly::Instant::now();
  if (second_ != now.ms / 1000) {
    second_ = now.ms / 1000;
    inSecond_ = 0;
  }
  if (++inSecond_ > mostASecond) {
    ++leftOut_;
    return;
  }
  std::string at;
  appendInstant(now, at);
  const Ref<Object> line = Object::make();
  line->set("at", Value::text(at));
  line->set("user", bounded(decision.user));
  line->set("session", bounded(decision.session));
  line->set("ip", bounded(decision.address));
  line->set("request", bounded(decision.request));
  line->set("refusal", bounded(decision.refusal));
  line->set("rule", bounded(decision.rule));
  line->set("held", collectionOf(decision.held));
  if (leftOut_ != 0) line->set("leftOut", Value::integer(static_cast<std::int64_t>(std::exchange(leftOut_, 0))));
  const std::string text = json::text(Value::object(line)) + "\n";
  const std::filesystem::path file = folder_ / currentName;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  (void)!::write(descriptor, text.data(), text.size());
  struct stat status {};
  const bool full = ::fstat(descriptor, &status) == 0 && static_cast<std::size_t>(status.st_size) >= rotateAt;
  ::close(descriptor);
  std::error_code failed;
  if (full) std::filesystem::rename(file, folder_ / olderName, failed);
}

std::vector<std::string> readDecisions(const std::filesystem::path& folder) {
  std::vector<std::string> lines;
  for (const std::string_view name : {olderName, currentName}) {
    std::ifstream in(folder / name, std::ios::binary);
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace qodly::security
