// Makes a changed catalog live without a restart (design, "The model is alive"): watches the project's model files and
// applies a new model to the datastore as soon as the file is whole.
#pragma once

#include <functional>
#include <string_view>
#include <thread>

#include "app/language.h"
#include "app/open_application.h"

namespace qodly::app {

// Runs a thread of its own until destroyed. `tell` receives one line for a person at each reload, and each diagnostic
// of a broken file (the old model stays in force then); it is called from that thread.
class ModelWatcher {
 public:
  ModelWatcher(Application& application, Language& language, std::function<void(std::string_view)> tell);
  ~ModelWatcher();
  ModelWatcher(const ModelWatcher&) = delete;
  ModelWatcher& operator=(const ModelWatcher&) = delete;

 private:
  void watch();
  void reload();

  Application& application_;
  Language& language_;
  std::function<void(std::string_view)> tell_;
  int stop_ = -1;     // eventfd: readable when the thread shall end
  int changes_ = -1;  // inotify; -1 when the system has none left: then the file is looked at every second
  std::thread thread_;
};

}  // namespace qodly::app
