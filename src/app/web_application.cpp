#include "app/web_application.h"

#include "app/assets.h"
#include "app/welcome_page.h"
#include "http/static_files.h"

namespace qodly::app {

namespace {

// Embedded pages load nothing from elsewhere and run no inline script.
constexpr std::string_view pagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

}  // namespace

WebApplication::WebApplication(Application& application)
    : application_(application),
      sessions_(security::SessionOptions{.applicationName = application.project->name()}),
      rest_(*application.datastore, application.project->name(), sessions_, rest::RestOptions{}) {
  router_.add("/rest", [this](http::Request& request, http::Response& response) { rest_.handle(request, response); });
  router_.add("/$lib", [this](http::Request& request, http::Response& response) { serveEmbedded(request, response); },
              {http::Method::Get, http::Method::Head});
  router_.add("/", [this](http::Request& request, http::Response& response) { serveFiles(request, response); },
              {http::Method::Get, http::Method::Head});
}

void WebApplication::serveEmbedded(http::Request& request, http::Response& response) const {
  const Asset* asset = findAsset(request.path());
  if (asset == nullptr) return response.error(404, "There is no such file in this version of qodly.");
  response.setContentType(http::mediaType(request.path()));
  response.setHeader("Cache-Control", "no-cache");
  response.body().assign(asset->bytes);
}

void WebApplication::serveFiles(http::Request& request, http::Response& response) const {
  if (http::serveFile(application_.project->paths().webFolder, request.path(), request, response)) return;
  if (request.path() != "/") return response.error(404, "Nothing is served at this address.");
  response.setContentType("text/html; charset=UTF-8");
  response.setHeader("Content-Security-Policy", pagePolicy);
  response.setHeader("Cache-Control", "no-cache");
  response.body() = welcomePage(*application_.project);
}

}  // namespace qodly::app
