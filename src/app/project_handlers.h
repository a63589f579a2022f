// HTTPHandlers.json of the open project (project-format.md 21.1): a saved change counts from the next request on.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "rest/handler_table.h"

namespace qodly::app {

// Thread-safe.
class ProjectHandlers {
 public:
  // `tell` hears of entries that cannot be used, and of each change.
  ProjectHandlers(const std::filesystem::path& sources, std::function<void(std::string_view)> tell);

  // What the file says now.
  std::shared_ptr<const rest::HandlerTable> table();

 private:
  struct Version {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const Version&) const = default;
  };
  std::optional<Version> onDisk() const;  // nullopt: there is no file
  void read();

  std::filesystem::path file_;
  std::function<void(std::string_view)> tell_;
  std::mutex mutex_;
  std::optional<Version> version_;                   // guarded by mutex_
  std::shared_ptr<const rest::HandlerTable> table_;  // guarded by mutex_
};

// Whether the first line of a method's file marks it as callable through /4DACTION (project-format.md, attributes of
// methods).
bool isPublishedOnWeb(const std::filesystem::path& file);

}  // namespace qodly::app
