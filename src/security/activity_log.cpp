#include "security/activity_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "security/instance.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t rotateAt = 10'000'000;
constexpr std::size_t lastLineBytes = 64 * 1024;
constexpr std::string_view currentName = "activity.jsonl";
const std::string firstPrevious(64, '0');

Error ioError(const std::filesystem::path& file) {
  return {code::inputOutput, "dbmg", fmt::format("Cannot write \"{}\": {}.", file.string(), std::strerror(errno))};
}

// The log open for appending, locked against other programs until the end of the scope.
class LockedFile {
 public:
  explicit LockedFile(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) return;
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~LockedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  bool isOpen() const { return descriptor_ >= 0; }

  std::size_t size() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  }
  // The last `most` bytes.
  std::string tail(std::size_t most) const {
    const std::size_t length = std::min(size(), most);
    std::string content(length, '\0');
    const auto offset = static_cast<off_t>(size() - length);
    const ssize_t got = ::pread(descriptor_, content.data(), length, offset);
    content.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return content;
  }
  // Whole or not at all: a line that could only be written in part is cut off again.
  bool append(std::string_view line) const {
    const std::size_t before = size();
    const ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) return ::fdatasync(descriptor_) == 0;
    (void)!::ftruncate(descriptor_, static_cast<off_t>(before));
    return false;
  }

 private:
  int descriptor_;
};

std::string_view lastLine(std::string_view content) {
  while (content.ends_with('\n')) content.remove_suffix(1);
  return content.substr(content.rfind('\n') + 1);
}

std::uint64_t sequenceOf(const Value& line) {
  const Value sequence = line.isObject() ? line.asObject().get("seq") : Value();
  return sequence.isNumber() && sequence.asNumber() > 0 ? static_cast<std::uint64_t>(sequence.asNumber()) : 0;
}

// Rotated files in the order of the chain, then the current one.
std::vector<std::filesystem::path> filesOf(const std::filesystem::path& folder) {
  std::vector<std::pair<std::int64_t, std::filesystem::path>> rotated;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("activity-") || !name.ends_with(".jsonl")) continue;
    const auto first = parseInteger(std::string_view(name).substr(9, name.size() - 9 - 6));
    if (first) rotated.emplace_back(*first, entry.path());
  }
  std::ranges::sort(rotated);
  std::vector<std::filesystem::path> files;
  for (auto& [first, path] : rotated) files.push_back(std::move(path));
  if (std::filesystem::exists(folder / currentName, failed)) files.push_back(folder / currentName);
  return files;
}

struct Link {
  std::uint64_t next = 1;
  std::string previous = firstPrevious;
};

constexpr std::string_view headName = "activity.head";

// activity.head as it was written with the last line: where the chain has to go on. Nothing: there is none, or it is
// not of this instance.
std::optional<Link> readHead(const Instance& instance) {
  const auto content = readFile(instance.folder() / headName);
  const auto text = content ? instance.unseal(*content) : content;
  const auto parsed = text ? json::parse(*text) : Result<Value>(Value());
  if (!parsed || !parsed->isObject()) return std::nullopt;
  const std::uint64_t last = sequenceOf(*parsed);
  if (last == 0) return std::nullopt;
  return Link{last + 1, textMember(parsed->asObject(), "sha256")};
}

Result<> writeHead(const Instance& instance, std::uint64_t last, const std::string& digest) {
  const Ref<Object> head = Object::make();
  head->set("seq", Value::integer(static_cast<std::int64_t>(last)));
  head->set("sha256", Value::text(digest));
  return writePrivateFile(instance.folder() / headName, instance.seal(json::text(Value::object(head))));
}

// Where the chain goes on behind the last line of `content`; the beginning when there is none.
Link linkBehind(std::string_view content) {
  const std::string_view line = lastLine(content);
  if (line.empty()) return {};
  const auto parsed = json::parse(line);
  return {parsed ? sequenceOf(*parsed) + 1 : 1, sha256Hex(line)};
}

}  // namespace

ActivityLog::ActivityLog(const Instance& instance, std::string app, std::string environment)
    : instance_(instance), app_(std::move(app)), environment_(std::move(environment)) {}

Result<> ActivityLog::append(const Activity& activity) {
  std::lock_guard lock(mutex_);
  const std::filesystem::path& folder = instance_.folder();
  const std::filesystem::path path = folder / currentName;
  // A lock of its own, because the log itself may be renamed meanwhile.
  const LockedFile guard(folder / ".activity.lock");
  if (!guard.isOpen()) return std::unexpected(ioError(folder / ".activity.lock"));
  {
    const LockedFile log(path);
    if (!log.isOpen()) return std::unexpected(ioError(path));
    // The chain goes on behind the head: when lines were cut off, the next one does not fit, and the gap stays visible.
    const std::optional<Link> known = readHead(instance_);
    Link link = known.value_or(Link{});
    if (const Link behind = linkBehind(log.tail(lastLineBytes)); behind.next == link.next + 1 || !known) link = behind;
    std::string at;
    appendInstant(qodly::Instant::now(), at);
    const Ref<Object> line = Object::make();
    line->set("seq", Value::integer(static_cast<std::int64_t>(link.next)));
    line->set("at", Value::text(at));
    line->set("app", Value::text(app_));
    line->set("env", Value::text(environment_));
    line->set("action", Value::text(activity.action));
    line->set("user", Value::text(activity.user));
    line->set("via", Value::text(activity.via));
    line->set("ip", Value::text(activity.address));
    line->set("detail", activity.detail.isObject() ? activity.detail : Value::object(Object::make()));
    line->set("ok", Value::boolean(activity.succeeded));
    line->set("prev", Value::text(link.previous));
    const std::string text = json::text(Value::object(line));
    if (text.size() > lastLineBytes) {
      return std::unexpected(Error(code::limitReached, "rest", "An entry of the activity log is at most 64 KiB."));
    }
    if (!log.append(text + "\n")) return std::unexpected(ioError(path));
    if (auto written = writeHead(instance_, link.next, sha256Hex(text)); !written) return written;
    if (log.size() < rotateAt) return {};
  }
  auto content = readFile(path);
  if (!content) return std::unexpected(content.error());
  const auto first = json::parse(std::string_view(*content).substr(0, content->find('\n')));
  std::error_code failed;
  std::filesystem::rename(path, folder / fmt::format("activity-{}.jsonl", first ? sequenceOf(*first) : 1), failed);
  return {};
}

std::vector<std::string> readActivity(const Instance& instance) {
  std::vector<std::filesystem::path> files = filesOf(instance.folder());
  if (files.size() > 2) files.erase(files.begin(), files.end() - 2);
  std::vector<std::string> lines;
  for (const std::filesystem::path& file : files) {
    const auto content = readFile(file);
    if (!content) continue;
    for (const std::string_view line : split(*content, '\n')) {
      if (!line.empty()) lines.emplace_back(line);
    }
  }
  return lines;
}

namespace {

// Everything that writes these files writes an entry, too.
bool wasUsed(const std::filesystem::path& folder) {
  constexpr std::array<std::string_view, 3> files{".activity.lock", "api-keys.json", "directory.json"};
  return std::ranges::any_of(files, [&](std::string_view name) { return std::filesystem::exists(folder / name); });
}

}  // namespace

Result<ActivityCheck> verifyActivity(const Instance& instance) {
  ActivityCheck check;
  Link link;
  const std::optional<Link> head = readHead(instance);
  const auto breakAt = [&check](std::uint64_t sequence, std::string reason) {
    check.broken = sequence;
    check.reason = std::move(reason);
  };
  for (const std::filesystem::path& file : filesOf(instance.folder())) {
    auto content = readFile(file);
    if (!content) return std::unexpected(content.error());
    for (const std::string_view line : split(*content, '\n')) {
      if (line.empty()) continue;
      const auto parsed = json::parse(line);
      const std::uint64_t sequence = parsed ? sequenceOf(*parsed) : 0;
      if (sequence == 0) {
        breakAt(link.next, "the line is no activity");
        return check;
      }
      const Value previous = parsed->asObject().get("prev");
      if (!previous.isText() || previous.asText() != link.previous) {
        breakAt(sequence, "the line before it was changed, removed or added");
        return check;
      }
      if (sequence != link.next) {
        breakAt(sequence, fmt::format("{} was expected", link.next));
        return check;
      }
      ++check.entries;
      link = {sequence + 1, sha256Hex(line)};
      // One line may stand behind the head: the server stopped between the two writes.
      if (head && sequence + 1 == head->next && link.previous != head->previous) {
        breakAt(sequence, "the line was changed");
        return check;
      }
    }
  }
  if (head && link.next < head->next) {
    breakAt(link.next, fmt::format("the log ends here, but {} entries were written", head->next - 1));
  } else if (head && link.next > head->next + 1) {
    breakAt(head->next, "the lines from here on were not written by this server");
  } else if (!head && check.entries == 0 && wasUsed(instance.folder())) {
    breakAt(1, "the log and activity.head are gone");
  } else if (!head && check.entries > 1) {
    breakAt(link.next, "activity.head is missing or not of this server: whether the end is there cannot be told");
  }
  return check;
}

}  // namespace qodly::security
