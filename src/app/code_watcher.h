// Makes changed classes and methods live without a restart (language.md 1): watches the folders of the code.
#pragma once

#include <functional>
#include <string_view>
#include <thread>

#include "app/language.h"

namespace qodly::app {

// Runs a thread of its own until destroyed. `tell` receives a line at each reload and one for each error of the files
// that were read again; it is called from that thread.
class CodeWatcher {
 public:
  CodeWatcher(Language& language, const std::filesystem::path& sources, std::function<void(std::string_view)> tell);
  ~CodeWatcher();
  CodeWatcher(const CodeWatcher&) = delete;
  CodeWatcher& operator=(const CodeWatcher&) = delete;

 private:
  void watch();
  void reload();

  Language& language_;
  std::filesystem::path sources_;
  std::function<void(std::string_view)> tell_;
  int stop_ = -1;     // eventfd: readable when the thread shall end
  int changes_ = -1;  // inotify; -1 when the system has none left: then the files are looked at every second
  std::thread thread_;
};

}  // namespace qodly::app
