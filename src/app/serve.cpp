#include "app/serve.h"

#include <atomic>
#include <chrono>
#include <ctime>

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/code_watcher.h"
#include "app/commands.h"
#include "app/language.h"
#include "app/model_watcher.h"
#include "app/web_application.h"
#include "script/data/install.h"

namespace qodly::app {

namespace {

constexpr std::time_t sweepSeconds = 30;

// Blocks the signals that end the server, so that every thread started later leaves them to waitForEnd.
sigset_t blockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Returns at the first SIGINT or SIGTERM; meanwhile ends idle sessions.
void waitForEnd(const sigset_t& signals, security::SessionTable& sessions) {
  const timespec pause{.tv_sec = sweepSeconds, .tv_nsec = 0};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    sessions.sweep(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }
}

void tell(std::string_view line) { fmt::print(stderr, "qodly: {}\n", line); }

void greet(const Application& application, const ServeOptions& options, std::uint16_t port) {
  const bool local = options.host == "127.0.0.1";
  const std::string origin =
      fmt::format("http://{}:{}", options.host.contains(':') ? "[" + options.host + "]" : options.host, port);
  fmt::print("{} is open, {} dataclasses.\n\n", application.project->name(),
             application.datastore->model()->classes.size());
  fmt::print("  Welcome    {}/\n", origin);
  fmt::print("  REST API   {}/rest/$catalog\n", origin);
  if (!local)
    fmt::print(
        "\nThis server can be reached from the network: what Project/Sources/roles.json leaves open is open to whoever "
        "reaches it.\n");
  fmt::print("\nCtrl+C stops it.\n");
  std::fflush(stdout);
}

}  // namespace

int runServe(const ServeOptions& options) {
  const sigset_t signals = blockEndSignals();
  const auto progress = [&options](std::uint64_t done, std::uint64_t total, std::string_view what) {
    if (!options.quiet && total > 0) tell(fmt::format("{} ({} of {})", what, done, total));
  };
  Result<Application> application = openApplication(options.project, options.data, progress);
  if (!application) {
    tell(application.error().text());
    return exit_code::failed;
  }
  for (const model::Diagnostic& diagnostic : application->project->diagnostics()) {
    if (diagnostic.level != model::Diagnostic::Level::info) tell(model::text(diagnostic));
  }
  const std::unique_ptr<Language> language = Language::open(*application);
  for (const script::syntax::Diagnostic& diagnostic : language->diagnostics()) {
    if (diagnostic.level == script::syntax::Diagnostic::Level::error) tell(script::syntax::text(diagnostic));
  }
  language->runtime()->log = tell;
  WebApplication web(*application, language->runtime(), tell);
  http::ServerOptions serverOptions;
  serverOptions.host = options.host;
  serverOptions.port = options.port;
  serverOptions.threads = options.threads;
  http::Server server(
      serverOptions, [&web](http::Request& request, http::Response& response) { web.router()(request, response); },
      &web.sessions());
  script::data::startApplication(language->runtime());
  if (const Result<> started = server.start(); !started) {
    tell(started.error().text());
    return exit_code::failed;
  }
  const ModelWatcher modelWatcher(*application, *language, tell);
  const CodeWatcher codeWatcher(*language, application->project->paths().sources, tell);
  if (!options.quiet) greet(*application, options, server.port());
  waitForEnd(signals, web.sessions());
  if (!options.quiet) fmt::print("Stopping.\n");
  server.stop();
  script::data::stopApplication(language->runtime());
  return exit_code::done;
}

}  // namespace qodly::app
