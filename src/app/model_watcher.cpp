#include "app/model_watcher.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace qodly::app {

namespace {

// An editor writes in several steps; the file is read when nothing has happened for this long.
constexpr int quietMilliseconds = 30;
// Looked at even without a notice: network file systems send none.
constexpr int pollMilliseconds = 1000;

}  // namespace

ModelWatcher::ModelWatcher(Application& application, Language& language, std::function<void(std::string_view)> tell)
    : application_(application), language_(language), tell_(std::move(tell)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  changes_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (changes_ >= 0) {
    ::inotify_add_watch(changes_, application.project->paths().sources.c_str(),
                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE);
  }
  thread_ = std::thread([this] { watch(); });
}

ModelWatcher::~ModelWatcher() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) == sizeof one) thread_.join();
  ::close(stop_);
  if (changes_ >= 0) ::close(changes_);
}

void ModelWatcher::watch() {
  std::array<pollfd, 2> events = {{{stop_, POLLIN, 0}, {changes_, POLLIN, 0}}};
  int wait = pollMilliseconds;
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
    if (application_.project->catalogChanged()) reload();
  }
}

void ModelWatcher::reload() {
  const bool changed = application_.project->reload();
  for (const model::Diagnostic& diagnostic : application_.project->diagnostics()) {
    if (diagnostic.level != model::Diagnostic::Level::info) tell_(model::text(diagnostic));
  }
  if (!changed) return;
  const Result<> applied = language_.modelChanged();
  tell_(applied ? std::string("The changed model is live.")
                : fmt::format("The changed model could not be applied, the old one stays: {}", applied.error().text()));
}

}  // namespace qodly::app
