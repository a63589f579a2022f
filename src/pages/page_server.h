// The web-application server (pages.md 1): the shell that shows pages, page definitions, and the files pages share.
// What draws the pages in the browser is web/runtime; web/README.md says what it expects of this server.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/embedded_file.h"
#include "http/message.h"
#include "http/static_files.h"
#include "pages/file_cache.h"

namespace qodly::pages {

struct PageServerOptions {
  std::filesystem::path sources;  // Project/Sources
  // The file compiled into the executable under a URL path; nullptr when there is none.
  std::function<const http::EmbeddedFile*(std::string_view path)> asset;
  bool live = false;  // whether /rest/$changes is there
  // What the REST API answers to the visitor's GET of a target ("/rest/$catalog/$all"): its JSON; "" when it is
  // refused. None: the browser asks for itself.
  std::function<std::string(http::Request& visitor, std::string_view target)> rest;
};

// qodlyApp.json, and settings.json for keys it lacks (project-format.md 20).
struct ApplicationSettings {
  std::string indexPage;  // "": none
  std::string loginPage;
  std::string displayMode = "neutral";
  std::string theme = "light";  // webforms.renderer.theme, own key: "light", "dark" or "system"
  Value i18n;                   // object; undefined when none
};

// Thread-safe. Looks at the files each time, so a saved page is live at the next request.
class PageServer {
 public:
  explicit PageServer(PageServerOptions options);

  ApplicationSettings settings() const;
  bool hasPage(std::string_view name) const;

  // /$lib/renderer/...: the shell and its files.
  void serveRenderer(http::Request& request, http::Response& response) const;
  // /$shared/...
  void serveShared(http::Request& request, http::Response& response) const;
  // The stored JSON of a page ($getWebForm). Errors of component "rest": 404 unknown page, 500 with place for one that
  // is no JSON.
  Result<std::string> page(std::string_view name) const;

 private:
  std::shared_ptr<const JsonFile> pageFile(std::string_view name) const;
  std::string shell(std::string_view page, http::Request& visitor, http::Response& response) const;
  std::string preload(std::string_view page, http::Request& visitor, http::Response& response) const;
  std::string sharedFiles() const;

  PageServerOptions options_;
  http::StaticFiles shared_;
  mutable FileCache files_;
};

}  // namespace qodly::pages
