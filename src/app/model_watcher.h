// Makes a changed catalog live without a restart (design, "The model is alive"): watches the project's model files and
// applies a new model to the datastore as soon as the file is whole.
#pragma once

#include <functional>
#include <string_view>

#include "app/folder_watch.h"
#include "app/language.h"
#include "app/open_application.h"

namespace qodly::app {

// Runs a thread of its own until destroyed. `tell` receives one line for a person at each reload, and each diagnostic
// of a broken file (the old model stays in force then); it is called from that thread.
class ModelWatcher {
 public:
  ModelWatcher(Application& application, Language& language, std::function<void(std::string_view)> tell);

 private:
  void reload();

  Application& application_;
  Language& language_;
  std::function<void(std::string_view)> tell_;
  FolderWatch watch_;  // last: it calls what stands above
};

}  // namespace qodly::app
