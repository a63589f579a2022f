#include "pages/page_server.h"

#include <array>

#include <fmt/format.h>

#include "base/fold_case.h"
#include "base/text.h"
#include "http/static_cache.h"
#include "http/target.h"
#include "value/json.h"

namespace qodly::pages {

namespace {

constexpr std::string_view rendererPrefix = "/$lib/renderer/";
constexpr std::string_view shellPath = "/$lib/renderer/index.html";
constexpr std::string_view policyPath = "/$lib/renderer/csp.txt";
constexpr std::string_view sharedPrefix = "/$shared/";

// Where a page may lie, the first one wins (project-format.md 8).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> pagePlaces = {{
    {"WebForms", ".WebForm"},
    {"WebForms", ".page"},
    {"Pages", ".page"},
}};

// What a page always needs comes with the shell.
struct BundledFile {
  std::string_view name;
  std::string_view whenMissing;
};
constexpr std::array<BundledFile, 5> bundledFiles = {{
    {"shared_css.json", "{}"},
    {"shared_datasources.json", "{}"},
    {"saved_conditions.json", "{}"},
    {"i18n.json", "{}"},
    {"CustomComponents/manifest.json", "[]"},
}};

// Answers that every page needs before it is drawn. They are the visitor's own: the shell is never stored.
struct BundledAnswer {
  std::string_view name;
  std::string_view target;
};
constexpr std::array<BundledAnswer, 2> bundledAnswers = {{
    {"privileges", "/rest/$info/privileges"},
    {"catalog", "/rest/$catalog/$all"},
}};
constexpr std::size_t largestBundledAnswer = 128U << 10U;  // beyond it the browser's cache is worth more

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> mediaTypes = {{
    {".html", "text/html; charset=UTF-8"},
    {".js", "text/javascript; charset=UTF-8"},
    {".css", "text/css; charset=UTF-8"},
    {".json", "application/json; charset=UTF-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=UTF-8"},
}};

std::string_view mediaType(std::string_view path) {
  for (const auto& [ending, type] : mediaTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// The name of a page is one name of a file: nothing that leads elsewhere.
bool isPageName(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' &&
         name.find_first_of("/\\") == std::string_view::npos && name.find('\0') == std::string_view::npos &&
         isValidUtf8(name);
}

// Code and secrets that lie among the shared files are nobody's (project-format.md 17.5).
bool isRefused(std::string_view name) {
  const std::string folded = foldCase(name);
  return folded == "credentials" || folded.ends_with(".4dm") || folded.ends_with(".4qs");
}

// The file of a folder whose name differs by case alone; the first in the order of bytes. Empty: none.
std::filesystem::path ignoringCase(const std::filesystem::path& folder, std::string_view name) {
  const std::string wanted = foldCase(name);
  std::string found;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    std::string entry = at->path().filename().string();
    if ((found.empty() || entry < found) && foldCase(entry) == wanted) found = std::move(entry);
  }
  return found.empty() ? std::filesystem::path() : folder / found;
}

// Why a page cannot be shown; "" when it can (project-format.md 8, 11).
std::string problemOf(const JsonFile& file) {
  if (!file.problem.empty()) return file.problem;
  const auto member = [](const Value& value, std::string_view key) {
    return value.isObject() ? value.asObject().get(key) : Value();
  };
  if (!member(file.value, "components").isObject()) return "it has no object \"components\"";
  return member(member(file.value, "components"), "ROOT").isObject() ? "" : "it has no component \"ROOT\"";
}

std::string queryValue(std::string_view query, std::string_view key) {
  for (const std::string_view part : split(query, '&')) {
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == key)
      return percentDecode(part.substr(equals + 1));
  }
  return {};
}

std::string textOf(const Value& object, std::string_view key) {
  const Value value = object.isObject() ? object.asObject().get(key) : Value();
  return value.isText() ? std::string(value.asText()) : std::string();
}

// JSON that stands inside a script element.
std::string forScript(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

// A page's definition repeats itself: brotli makes the shell a third smaller than gzip, in a millisecond.
void pack(const http::Request& request, http::Response& response) {
  constexpr int quality = 5;
  if (http::preferredCoding(request.header("Accept-Encoding"), true) != http::Coding::Brotli) return;
  auto packed = http::brotliOf(response.bodyView(), quality);
  if (!packed) return;
  response.setBody(std::move(packed));
  response.addHeader("Vary", "Accept-Encoding");
  response.addHeader("Content-Encoding", "br");
  response.setCompressible(false);
}

}  // namespace

PageServer::PageServer(PageServerOptions options)
    : options_(std::move(options)),
      shared_({.root = options_.sources / "Shared",
               .prefix = std::string(sharedPrefix),
               .indexFile = "",
               .cacheControl = "no-cache",
               .ignoreCase = true,
               .refused = isRefused}) {}

ApplicationSettings PageServer::settings() const {
  ApplicationSettings settings;
  const auto current = files_.read(options_.sources / "qodlyApp.json");
  const auto older = files_.read(options_.sources / "settings.json");
  const auto text = [&](std::string_view key) {
    std::string value = current ? textOf(current->value, key) : std::string();
    return value.empty() && older ? textOf(older->value, key) : value;
  };
  settings.indexPage = text("webforms.renderer.indexPage");
  settings.loginPage = text("webforms.renderer.loginPage");
  if (std::string mode = text("webforms.display-mode"); !mode.empty()) settings.displayMode = std::move(mode);
  if (const std::string theme = text("webforms.renderer.theme"); theme == "dark" || theme == "system")
    settings.theme = theme;
  for (const auto& file : {current, older}) {
    if (settings.i18n.isObject() || !file || !file->value.isObject()) continue;
    settings.i18n = file->value.asObject().get("webforms.i18n");
  }
  return settings;
}

std::shared_ptr<const JsonFile> PageServer::pageFile(std::string_view name) const {
  if (!isPageName(name)) return nullptr;
  for (const auto& [folder, extension] : pagePlaces) {
    if (auto file = files_.read(options_.sources / folder / fmt::format("{}{}", name, extension))) return file;
  }
  for (const auto& [folder, extension] : pagePlaces) {  // project-format.md 1.5
    const std::filesystem::path path = ignoringCase(options_.sources / folder, fmt::format("{}{}", name, extension));
    if (auto file = path.empty() ? nullptr : files_.read(path)) return file;
  }
  return nullptr;
}

bool PageServer::hasPage(std::string_view name) const { return pageFile(name) != nullptr; }

Result<std::string> PageServer::page(std::string_view name) const {
  const auto file = pageFile(name);
  if (!file) return std::unexpected(Error(404, "rest", fmt::format("There is no page \"{}\"", name)));
  if (const std::string problem = problemOf(*file); !problem.empty()) {
    return std::unexpected(Error(500, "rest", fmt::format("The page \"{}\" cannot be shown: {}", name, problem)));
  }
  return file->text;
}

std::string PageServer::sharedFiles() const {
  std::string out;
  for (const BundledFile& bundled : bundledFiles) {
    const auto file = files_.read(options_.sources / "Shared" / bundled.name);
    out += fmt::format("{}\"{}\":", out.empty() ? "{" : ",", bundled.name);
    if (file && file->problem.empty()) {
      json::append(file->value, out);
    } else {
      out += bundled.whenMissing;
    }
  }
  return out + "}";
}

// What spares requests at start (web/README.md, "The shell"): the members of an object, "" when there are none.
std::string PageServer::preload(std::string_view page, http::Request& visitor, http::Response& response) const {
  std::string out;
  const auto add = [&out](std::string_view name) { out += fmt::format("{}\"{}\":", out.empty() ? "" : ",", name); };
  for (const BundledAnswer& bundled : bundledAnswers) {
    const std::string answer = options_.rest ? options_.rest(visitor, bundled.target) : std::string();
    if (answer.size() > largestBundledAnswer) {
      response.addHeader("Link", fmt::format("<{}>; rel=preload; as=fetch; crossorigin", bundled.target));
    } else if (!answer.empty()) {
      add(bundled.name);
      out += answer;
    }
  }
  if (const auto file = pageFile(page); file && problemOf(*file).empty()) {
    add("page");
    json::append(file->value, out);
  }
  return out;
}

// The description of the application that the runtime finds in the shell (web/README.md).
std::string PageServer::shell(std::string_view page, http::Request& visitor, http::Response& response) const {
  const ApplicationSettings settings = this->settings();
  const Ref<Object> application = Object::make();
  const std::string_view shown = page.empty() ? std::string_view(settings.indexPage) : page;
  application->set("page", Value::text(shown));
  application->set("loginPage", Value::text(settings.loginPage));
  application->set("displayMode", Value::text(settings.displayMode));
  application->set("theme", Value::text(settings.theme));
  if (settings.i18n.isObject()) application->set("i18n", settings.i18n);
  application->set("live", Value::boolean(options_.live));
  std::string out = json::text(Value::object(application));
  out.pop_back();
  if (const std::string members = preload(shown, visitor, response); !members.empty()) {
    out += ",\"preload\":{" + members + "}";
  }
  return out + ",\"files\":" + sharedFiles() + "}";
}

void PageServer::serveRenderer(http::Request& request, http::Response& response) const {
  const bool isShell = request.path() == rendererPrefix.substr(0, rendererPrefix.size() - 1) ||
                       request.path() == rendererPrefix || request.path() == shellPath;
  const std::string_view path = isShell ? shellPath : request.path();
  const http::EmbeddedFile* file = options_.asset(path);
  if (file == nullptr) {
    return response.error(404, isShell
                                   ? "This executable was built without the page runtime: build it with ./dev build."
                                   : "There is no such file in this version of qodly.");
  }
  response.setContentType(mediaType(path));
  if (!isShell) {
    const bool named = path.substr(rendererPrefix.size()).starts_with("assets/");  // a hash is part of the name
    response.setHeader("Cache-Control", named ? "public, max-age=31536000, immutable" : "no-cache");
    http::sendEmbedded(*file, request, response);
    return;
  }
  constexpr std::string_view mark = "id=\"qodly-app\">";
  const std::string_view page = file->bytes;
  const std::size_t at = page.find(mark);
  const std::size_t end = at == std::string_view::npos ? at : page.find("</script>", at);
  if (end == std::string_view::npos)
    return response.error(500, "The page runtime's shell has no place for the application.");
  std::string& body = response.body();
  body.assign(page.substr(0, at + mark.size()));
  body += forScript(shell(queryValue(request.query(), "w"), request, response));
  body += page.substr(end);
  pack(request, response);
  response.setHeader("Cache-Control", "no-store");
  if (const http::EmbeddedFile* policy = options_.asset(policyPath)) {
    response.setHeader("Content-Security-Policy", trim(policy->bytes));
  }
}

void PageServer::serveShared(http::Request& request, http::Response& response) const {
  const std::string_view path = request.path();
  for (const BundledFile& bundled : bundledFiles) {  // a missing one counts as empty (pages.md 1)
    if (!path.starts_with(sharedPrefix) || path.substr(sharedPrefix.size()) != bundled.name) continue;
    if (files_.read(options_.sources / "Shared" / bundled.name)) break;
    response.json() += bundled.whenMissing;
    return;
  }
  shared_(request, response);
}

}  // namespace qodly::pages
