#include "app/code_watcher.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace qodly::app {

namespace {

// An editor writes in several steps; the files are read when nothing has happened for this long.
constexpr int quietMilliseconds = 20;
// Looked at even without a notice: network file systems send none.
constexpr int pollMilliseconds = 1000;
constexpr std::uint32_t changesOfFiles = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
constexpr auto folders = std::to_array<std::string_view>({"", "Methods", "Classes", "DatabaseMethods"});

}  // namespace

CodeWatcher::CodeWatcher(Language& language, const std::filesystem::path& sources,
                         std::function<void(std::string_view)> tell)
    : language_(language), sources_(sources), tell_(std::move(tell)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  changes_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  thread_ = std::thread([this] { watch(); });
}

CodeWatcher::~CodeWatcher() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) == sizeof one) thread_.join();
  ::close(stop_);
  if (changes_ >= 0) ::close(changes_);
}

void CodeWatcher::watch() {
  std::array<pollfd, 2> events = {{{stop_, POLLIN, 0}, {changes_, POLLIN, 0}}};
  int wait = 0;
  for (;;) {
    const int ready = ::poll(events.data(), changes_ >= 0 ? 2 : 1, wait);
    if (events[0].revents != 0) return;
    if (ready > 0) {
      std::array<char, 4096> notices;
      while (::read(changes_, notices.data(), notices.size()) > 0) {
      }
      wait = quietMilliseconds;
      continue;
    }
    wait = pollMilliseconds;
    // Again each time: a folder may have come into being. Watching one twice is no error.
    for (const std::string_view folder : folders) {
      if (changes_ >= 0) ::inotify_add_watch(changes_, (sources_ / folder).c_str(), changesOfFiles);
    }
    reload();
  }
}

void CodeWatcher::reload() {
  const auto reloaded = language_.reload();
  if (!reloaded) return;
  for (const auto& each : reloaded->diagnostics) {
    if (each.level == script::syntax::Diagnostic::Level::error) tell_(script::syntax::text(each));
  }
  tell_(script::syntax::hasErrors(reloaded->diagnostics)
            ? fmt::format("{}: errors; the old code stays in force.", fmt::join(reloaded->files, ", "))
            : fmt::format("{}: the changed code is live.", fmt::join(reloaded->files, ", ")));
}

}  // namespace qodly::app
