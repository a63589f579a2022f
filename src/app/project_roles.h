// roles.json of the open project (roles.md 2, 3): in force for the requests that begin after it was saved; what is
// wrong in it goes to Roles_Errors.json in the logs folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "app/open_application.h"
#include "script/vm/runtime.h"
#include "security/access_cache.h"

namespace qodly::app {

// Thread-safe.
class ProjectRoles {
 public:
  // Reads the file. `tell` hears of each reading with problems and of each change.
  ProjectRoles(const Application& application, std::shared_ptr<script::vm::Runtime> scripts,
               std::function<void(std::string_view)> tell);

  const std::shared_ptr<security::AccessControl>& access() const { return access_; }
  // Looks whether the file has changed, once a second at most: cheap enough for every request.
  void refresh();

 private:
  void read();
  std::filesystem::path file() const;

  const Application& application_;
  std::shared_ptr<script::vm::Runtime> scripts_;
  std::function<void(std::string_view)> tell_;
  std::shared_ptr<security::AccessControl> access_ = std::make_shared<security::AccessControl>();
  std::atomic<std::int64_t> nextLook_{0};  // milliseconds of the steady clock
  std::mutex mutex_;
  std::filesystem::file_time_type written_;  // guarded by mutex_; min() when there is no file
};

}  // namespace qodly::app
