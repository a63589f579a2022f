#include "app/web_application.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/assets.h"
#include "app/auth_server.h"
#include "app/session_list.h"
#include "app/welcome_page.h"
#include "rest/code_settings.h"
#include "rest/login_memory.h"
#include "script/vm/runtime.h"

namespace qodly::app {

namespace {

// Embedded pages load nothing from elsewhere and run no inline script.
constexpr std::string_view pagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// The page to try the REST API shows pictures that it has fetched.
constexpr std::string_view apiPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// Types of the files under web/.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> mediaTypes = {{
    {".html", "text/html; charset=UTF-8"},
    {".css", "text/css; charset=UTF-8"},
    {".js", "text/javascript; charset=UTF-8"},
    {".svg", "image/svg+xml"},
    {".ts", "text/plain; charset=UTF-8"},
}};

http::Method methodNamed(std::string_view text) {
  unsigned method = 0;
  while (method < static_cast<unsigned>(http::Method::Other) && http::name(static_cast<http::Method>(method)) != text)
    ++method;
  return static_cast<http::Method>(method);
}

std::string_view mediaType(std::string_view path) {
  const auto found = std::ranges::find_if(mediaTypes, [path](const auto& row) { return path.ends_with(row.first); });
  return found == mediaTypes.end() ? "application/octet-stream" : found->second;
}

security::SessionOptions sessionOptions(const std::string& application, const ServerSettings& settings) {
  return {.applicationName = settings.publicationName.empty() ? application : settings.publicationName,
          .legacyCookies = settings.restLegacyCookies,
          .sameSite = settings.sameSite,
          .idleTimeout = settings.inactiveSessionTimeout,
          .maxSessions = settings.maxSessions,
          .cookieName = settings.sessionCookieName,
          .cookieDomain = settings.sessionCookieDomain,
          .cookiePath = settings.sessionCookiePath};
}

// Text files of the project are in the character set of the settings; scripts of modules are UTF-8 by their standard.
void nameCharset(const std::string& characterSet, http::Response& response) {
  constexpr std::string_view usual = "; charset=UTF-8";
  const std::string type(response.contentType());
  if (characterSet.empty() || !type.starts_with("text/") || type.starts_with("text/javascript") ||
      !type.ends_with(usual))
    return;
  response.setContentType(type.substr(0, type.size() - usual.size()) + "; charset=" + characterSet);
}

// The static files of the host that a request names.
class FilesOfSite {
 public:
  FilesOfSite(const Sites& known, const http::StaticFiles& usual, const http::Request& request)
      : site_(known.empty() ? nullptr : known.find(hostName(request.host()))),
        files_(site_ != nullptr && site_->files ? *site_->files : usual) {}

  // home: what the server answers at "/". False: there is no such file.
  bool serve(const std::string& home, const std::string& characterSet, http::Request& request,
             http::Response& response) const {
    const bool own = site_ != nullptr && site_->site.homePage;
    const bool found = request.path() == "/" ? files_.serveFile(own ? *site_->site.homePage : home, request, response)
                                             : files_.serve(request, response);
    if (found) nameCharset(characterSet, response);
    return found;
  }

 private:
  const Sites::Entry* site_;
  const http::StaticFiles& files_;
};

}  // namespace

WebApplication::WebApplication(Application& application, std::shared_ptr<script::vm::Runtime> scripts,
                               std::function<void(std::string_view)> tell, const ServerSettings& settings,
                               std::shared_ptr<UserService> users)
    : application_(application),
      pages_({.sources = application.project->paths().sources,
              .asset = [](std::string_view path) -> const http::EmbeddedFile* {
                const Asset* asset = findAsset(path);
                return asset == nullptr ? nullptr : &asset->file;
              },
              .live = true,
              .rest = [this](http::Request& visitor, std::string_view target) { return restAnswer(visitor, target); }}),
      users_(std::move(users)),
      scripts_(scripts),
      roles_(application, scripts, tell),
      handlers_(application.project->paths().sources, tell),
      sessions_(sessionOptions(application.project->name(), settings)),
      rest_(*application.datastore, application.project->name(), sessions_, restOptions(std::move(scripts), settings)),
      webFolder_({.root = settings.rootFolder.empty() ? application.project->paths().webFolder : settings.rootFolder,
                  .cacheBytes = settings.cacheEnabled ? settings.cacheKilobytes * 1024 : 0,
                  .refused = {}}),
      homePage_(settings.homePage),
      characterSet_(settings.characterSet),
      sites_(std::make_shared<const Sites>(settings, nullptr)),
      hasSites_(!settings.sites.empty()),
      live_(std::make_shared<const http::LiveSettings>(settings.live)) {
  router_.add("/rest", [this](http::Request& request, http::Response& response) {
    roles_.refresh();
    rest_.handle(request, response);
  });
  if (users_) {
    keeper_ = std::make_unique<SessionKeeper>(
        users_->instance(), application.data / "sessions.bin", sessions_,
        [this](const SessionEnd& asked, const std::vector<std::string>& tokens) { endSessions(asked, tokens); }, tell);
    auto auth = std::make_shared<AuthServer>(users_, roles_.access(), sessions_, application.project->name());
    router_.add("/auth", [auth](http::Request& request, http::Response& response) { auth->handle(request, response); });
  }
  router_.add("/4DACTION",
              [this](http::Request& request, http::Response& response) {
                roles_.refresh();
                rest_.handleAction(request, response);
              },
              {http::Method::Get, http::Method::Head, http::Method::Post});
  const auto reading = {http::Method::Get, http::Method::Head};
  router_.add(
      "/$lib/renderer",
      [this](http::Request& request, http::Response& response) { pages_.serveRenderer(request, response); }, reading);
  for (const char* const prefix : {"/$shared", "/$Shared"}) {  // pages made where case does not count write both
    router_.add(
        prefix, [this](http::Request& request, http::Response& response) { pages_.serveShared(request, response); },
        reading);
  }
  router_.add("/$lib", [this](http::Request& request, http::Response& response) { serveEmbedded(request, response); },
              {http::Method::Get, http::Method::Head});
  router_.add("/", [this](http::Request& request, http::Response& response) { serveFiles(request, response); },
              {http::Method::Get, http::Method::Head});
}

// A GET that the server makes for the visitor, under the visitor's session: "" unless REST answers it with JSON.
std::string WebApplication::restAnswer(http::Request& visitor, std::string_view target) {
  auto session = visitor.visit().known();
  if (visitor.visit().isRefused()) return {};
  const std::string message = "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  http::Request request;
  if (!request.read(message)) return {};
  request.visit().use(std::move(session), false);
  http::Response response;
  rest_.handle(request, response);
  const bool told = response.status() == 200 && response.contentType() == http::jsonType;
  return told ? std::string(response.bodyView()) : std::string();
}

void WebApplication::handle(http::Request& request, http::Response& response) {
  if (hasSites_.load(std::memory_order_relaxed) && isForeignHost(request, response)) return;
  roles_.refresh();
  if (users_) {
    const auto roles = roles_.access()->roles();
    if (loggedRoles_.load(std::memory_order_relaxed) != roles.get()) logRoles(roles.get());
    keeper_->restore(request, *roles, users_->accounts(), scripts_);
    if (users_->answers(request, response, *roles)) return;
  }
  if (!rest::isBuiltInSpace(request.path())) {
    if (rest_.handleCustom(request, response)) return;
    if (request.path() != "/" && serveUnknown(request, response)) return;
  }
  router_(request, response);
}

void WebApplication::endSessions(const SessionEnd& asked, const std::vector<std::string>& tokens) {
  security::Accounts& accounts = users_->accounts();
  for (const std::string& token : tokens) accounts.signIns().end(token);
  if (asked.id.empty()) {
    endSessionsOf(sessions_, asked.user, accounts);
  } else {
    endSession(sessions_, asked.id, accounts);
  }
}

// An address that belongs to no handler: a file, or what the code of the application makes of it.
bool WebApplication::serveUnknown(http::Request& request, http::Response& response) {
  std::shared_ptr<const Sites> known;
  std::string characterSet;
  if (request.isRead()) {
    std::lock_guard lock(settingsMutex_);
    known = sites_;
    characterSet = characterSet_;
  }
  if (known && FilesOfSite(*known, webFolder_, request).serve({}, characterSet, request, response)) return true;
  return rest_.handleConnection(request, response);
}

// Who may do what has changed: the log says what roles.json is now.
void WebApplication::logRoles(const security::Roles* roles) {
  const bool first = loggedRoles_.exchange(roles) == nullptr;
  if (first) return;
  const auto content = security::readFile(application_.project->paths().sources / "roles.json");
  const Ref<Object> detail = Object::make();
  detail->set("file", Value::text("roles.json"));
  detail->set("sha256", content ? Value::text(security::sha256Hex(*content)) : Value::null());
  users_->accounts().log("Update Settings", "system", {"", "server"}, true, Value::object(detail));
}

void WebApplication::sweep() {
  sessions_.sweep(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  rest_.sweep();
}

void WebApplication::keepSessions() {
  if (keeper_) keeper_->stop();
}

void WebApplication::apply(const ServerSettings& settings) {
  sessions_.apply(sessionOptions(application_.project->name(), settings));
  rest_.apply(settings.restGetDelete, settings.restApiKeyRequired);
  if (auto* code = scripts_ ? scripts_->service<rest::CodeSettings>() : nullptr)
    code->apply(settings.inactiveProcessTimeout, settings.characterSet);
  auto live = std::make_shared<const http::LiveSettings>(settings.live);
  auto known = std::make_shared<const Sites>(settings, sites().get());
  std::lock_guard lock(settingsMutex_);
  homePage_ = settings.homePage;
  characterSet_ = settings.characterSet;
  hasSites_.store(!known->empty(), std::memory_order_relaxed);
  sites_ = std::move(known);
  live_ = std::move(live);
}

std::shared_ptr<const Sites> WebApplication::sites() const {
  std::lock_guard lock(settingsMutex_);
  return sites_;
}

bool WebApplication::isForeignHost(http::Request& request, http::Response& response) const {
  const bool own = users_ && users_->access()->modeOf(request.host()) != AccessMode::Single;
  return sites()->refuses(request, response, own);
}

// What REST finds at the runtime, before it starts.
void WebApplication::installServices(script::vm::Runtime& runtime, const ServerSettings& settings) const {
  auto code = std::make_shared<rest::CodeSettings>(!settings.scalableSession);
  code->apply(settings.inactiveProcessTimeout, settings.characterSet);
  runtime.setService(std::move(code));
  if (!users_) return;
  const security::Instance& instance = users_->instance();
  runtime.setService(std::make_shared<rest::LoginMemory>(
      std::make_unique<security::SealedJournal>(instance, instance.folder() / "logins.bin"),
      rest::LoginMemory::Clock::now()));
}

rest::RestOptions WebApplication::restOptions(std::shared_ptr<script::vm::Runtime> scripts,
                                              const ServerSettings& settings) {
  if (scripts) installServices(*scripts, settings);
  rest::RestOptions options;
  options.getDelete = settings.restGetDelete;
  options.apiKeyRequired = settings.restApiKeyRequired;
  options.maximumRequestSize = UINT64_MAX;  // the server has refused what is larger than its setting, which may change
  options.originAllowed = [this](std::string_view origin, std::string_view method) {
    std::shared_ptr<const http::LiveSettings> live;
    {
      std::lock_guard lock(settingsMutex_);
      live = live_;
    }
    return live->corsEnabled && live->cors.judge(origin, methodNamed(method)).allowed;
  };
  options.scripts = std::move(scripts);
  options.access = roles_.access();
  if (users_) options.apiKeys = users_->apiKeys();
  options.page = [this](std::string_view name) { return pages_.page(name); };
  options.handlers = [this] { return handlers_.table(); };
  options.webFolder = settings.rootFolder.empty() ? application_.project->paths().webFolder : settings.rootFolder;
  options.publishedOnWeb = [root = application_.project->paths().root](const std::string& file) {
    return isPublishedOnWeb(root / file);
  };
  return options;
}

void WebApplication::serveEmbedded(http::Request& request, http::Response& response) const {
  if (request.path() == "/$lib/api") return response.redirect(302, "/$lib/api/");
  const std::string path = std::string(request.path()) + (request.path().ends_with('/') ? "index.html" : "");
  const Asset* asset = findAsset(path);
  if (asset == nullptr) return response.error(404, "There is no such file in this version of qodly.");
  response.setContentType(mediaType(path));
  if (path.ends_with(".html")) response.setHeader("Content-Security-Policy", apiPolicy);
  response.setHeader("Cache-Control", "no-cache");
  http::sendEmbedded(asset->file, request, response);
}

void WebApplication::serveFiles(http::Request& request, http::Response& response) const {
  const bool atRoot = request.path() == "/";
  std::shared_ptr<const Sites> known;
  std::string home, characterSet;
  {
    std::lock_guard lock(settingsMutex_);
    known = sites_;
    characterSet = characterSet_;
    if (atRoot) home = homePage_;
  }
  if (FilesOfSite(*known, webFolder_, request).serve(home, characterSet, request, response)) return;
  if (!atRoot) return response.error(404, "Nothing is served at this address.");
  if (const std::string start = pages_.settings().indexPage; !start.empty() && pages_.hasPage(start)) {
    return response.redirect(302, "/$lib/renderer/");
  }
  response.setContentType("text/html; charset=UTF-8");
  response.setHeader("Content-Security-Policy", pagePolicy);
  response.setHeader("Cache-Control", "no-cache");
  response.body() = welcomePage(*application_.project);
}

}  // namespace qodly::app
