#include "app/folder_watch.h"

#include <array>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace qodly::app {

namespace {

constexpr int quietMilliseconds = 30;
constexpr int pollMilliseconds = 1000;
constexpr std::uint32_t changesOfFiles = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;

}  // namespace

FolderWatch::FolderWatch(std::vector<std::filesystem::path> folders, std::function<void()> look)
    : folders_(std::move(folders)), look_(std::move(look)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  changes_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  thread_ = std::thread([this] { watch(); });
}

FolderWatch::~FolderWatch() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) == sizeof one) thread_.join();
  ::close(stop_);
  if (changes_ >= 0) ::close(changes_);
}

void FolderWatch::watch() {
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
    for (const auto& folder : folders_) {
      if (changes_ >= 0) ::inotify_add_watch(changes_, folder.c_str(), changesOfFiles);
    }
    look_();
  }
}

}  // namespace qodly::app
