#include "storage/owner_lock.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/error_codes.h"
#include "value/json.h"

namespace qodly::storage {

namespace {

std::string commandLine() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string command(std::istreambuf_iterator<char>(file), {});
  while (!command.empty() && command.back() == '\0') command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  return command;
}

std::string description() {
  std::string since;
  appendInstant(Instant::now(), since);
  const Ref<Object> owner = Object::make();
  owner->set("pid", Value::integer(::getpid()));
  owner->set("command", Value::text(commandLine()));
  owner->set("since", Value::text(since));
  return json::text(Value::object(owner)) + "\n";
}

Error inUse(const std::filesystem::path& folder, const std::filesystem::path& lockFile) {
  std::ifstream file(lockFile, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::string holder = "another process";
  if (const Result<Value> owner = json::parse(text); owner && owner->isObject()) {
    const Object& object = owner->asObject();
    const Value pid = object.get("pid"), command = object.get("command"), since = object.get("since");
    if (pid.type() == Type::integer && command.isText() && since.isText()) {
      holder = fmt::format("process {} ({}) since {}", pid.asInteger(), command.asText(), since.asText());
    }
  }
  return {code::dataFileInUse, "dbmg",
          fmt::format("The data in {} is in use by {}. Stop that process, or open another data folder", folder.string(),
                      holder)};
}

}  // namespace

Result<File> lockDataFolder(const std::filesystem::path& folder, bool shared) {
  const std::filesystem::path path = folder / "data.qodly.owner";
  Result<File> file = File::open(path, O_RDWR | O_CREAT);
  if (!file && shared) file = File::open(path, O_RDONLY);
  if (!file) {
    if (shared) return File();  // a read-only medium: nobody can write there
    return file;
  }
  if (::flock(file->descriptor(), (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::unexpected(inUse(folder, path));
    return std::unexpected(fileError(errno, "lock", path));
  }
  if (!shared) {
    if (::ftruncate(file->descriptor(), 0) != 0) return std::unexpected(fileError(errno, "write", path));
    if (Result<> written = writeAll(*file, description(), path); !written) return std::unexpected(written.error());
  }
  return file;
}

}  // namespace qodly::storage
