// A folder served under a URL prefix (project-format.md 17.5, admin.md 12 rootFolder). What is served is always checked
// to lie inside the folder after it was opened, so neither ".." nor a symbolic link leads out of it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/static_cache.h"

namespace qodly::http {

struct StaticFilesOptions {
  std::filesystem::path root;             // may come into being later: nothing is found until then
  std::string prefix = "/";               // what the URL has in front of the names inside the folder
  std::string indexFile = "index.html";   // answered for a folder; "": none
  std::string cacheControl = "no-cache";  // the browser asks each time, and gets 304 for what has not changed
  std::uint64_t cacheBytes = 0;           // of contents kept in memory; 0: none
  bool ignoreCase = true;  // a name that is not found as written is looked for ignoring case (project-format.md 1.5)
  // Names that are not served, e.g. "*.4dm". Names that start with '.' never are, save ".well-known".
  std::function<bool(std::string_view name)> refused;
};

// Thread-safe. Answers GET and HEAD, with ETag, Last-Modified, Range; files over 1 MiB are sent without loading them.
// To who accepts brotli a file that lies beside as NAME.br is sent, or else the form that the cache has made.
class StaticFiles {
 public:
  explicit StaticFiles(StaticFilesOptions options);

  // False, with the response untouched, when the folder holds no such file.
  bool serve(Request& request, Response& response) const;
  // The same for one file, whatever the request's path: "start/index.html".
  bool serveFile(std::string_view path, Request& request, Response& response) const;
  StaticCacheFigures cacheFigures() const { return cache_->figures(); }
  void clearCache() const { cache_->clear(); }
  // For a Router: 404 when there is no such file.
  void operator()(Request& request, Response& response) const;

 private:
  StaticFilesOptions options_;
  std::shared_ptr<StaticCache> cache_;  // of all copies
  std::size_t prefixSegments_;
};

}  // namespace qodly::http
