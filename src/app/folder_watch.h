// Tells when files in folders may have changed.
#pragma once

#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

namespace qodly::app {

// Calls `look` from a thread of its own until destroyed: once at the start, then whenever something happened in one of
// the folders and nothing more for a moment (an editor writes in several steps), and every second (network file systems
// send no notices, and the system may have none left to give). A folder need not be there yet. `look` finds out itself
// what is new; it must not throw.
class FolderWatch {
 public:
  FolderWatch(std::vector<std::filesystem::path> folders, std::function<void()> look);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  void watch();

  std::vector<std::filesystem::path> folders_;
  std::function<void()> look_;
  int stop_ = -1;     // eventfd: readable when the thread shall end
  int changes_ = -1;  // inotify; -1 when the system has none left
  std::thread thread_;
};

}  // namespace qodly::app
