// Makes changed classes and methods live without a restart (language.md 1): watches the folders of the code.
#pragma once

#include <functional>
#include <string_view>

#include "app/folder_watch.h"
#include "app/language.h"

namespace qodly::app {

// Runs a thread of its own until destroyed. `tell` receives a line at each reload and one for each error of the files
// that were read again; it is called from that thread.
class CodeWatcher {
 public:
  CodeWatcher(Language& language, const std::filesystem::path& sources, std::function<void(std::string_view)> tell);

 private:
  void reload();

  Language& language_;
  std::function<void(std::string_view)> tell_;
  FolderWatch watch_;  // last: it calls what stands above
};

}  // namespace qodly::app
