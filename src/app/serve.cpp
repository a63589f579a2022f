#include "app/serve.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/authentication_providers.h"
#include "app/certificate_keeper.h"
#include "app/code_watcher.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/debug_port.h"
#include "app/handed_sockets.h"
#include "app/instance_folder.h"
#include "app/language.h"
#include "app/model_watcher.h"
#include "app/outgoing_fetch.h"
#include "app/server_pages.h"
#include "app/settings_watcher.h"
#include "app/web_application.h"
#include "http/certificate.h"
#include "script/data/install.h"
#include "script/library/web_server_class.h"
#include "script/vm/process_list.h"
#include "security/session_privileges.h"

namespace qodly::app {

namespace {

constexpr std::time_t sweepSeconds = 30;

enum class End : std::uint8_t { Stop, Anew };

// Blocks the signals that end the server, so that every thread started later leaves them to waitForEnd.
sigset_t blockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR2, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void tell(std::string_view line) { fmt::print(stderr, "qodly: {}\n", line); }

// Returns at the first of the signals that end the server; meanwhile ends idle sessions and drops what has expired.
End waitForEnd(const sigset_t& signals, WebApplication& web, UserService& users, SettingsWatcher& settings) {
  const timespec pause{.tv_sec = sweepSeconds, .tv_nsec = 0};
  for (;;) {
    const int signal = sigtimedwait(&signals, nullptr, &pause);
    if (signal == SIGUSR2) {
      if (canStartAnew()) return End::Anew;
      tell("The program's file is not there any more: it cannot be started anew.");
    } else if (signal == SIGHUP) {
      settings.reload();
    } else if (signal > 0) {
      return End::Stop;
    }
    web.sweep();
    users.sweep();
  }
}

std::string originOf(const http::ListenerOptions& listener) {
  const bool ipv6 = listener.host.contains(':');
  return fmt::format("{}://{}:{}", listener.tls ? "https" : "http", ipv6 ? "[" + listener.host + "]" : listener.host,
                     listener.port);
}

// While there is no administrator, one line with the link to become it (admin.md 2.3). Without a terminal it goes to a
// file that only the owner of the server reads.
void offerSetup(UserService& users, bool quiet) {
  security::Accounts& accounts = users.accounts();
  const std::filesystem::path file = users.instance().folder() / "setup-link";
  std::error_code failed;
  std::filesystem::remove(file, failed);
  if (accounts.hasAdministrator()) return;
  const std::string link = fmt::format("{}/auth/setup?token={}", users.origin(), accounts.beginSetup());
  if (isTerminal(STDOUT_FILENO) && !quiet) {
    fmt::print("\nSet up: {}\n", link);
    std::fflush(stdout);
  } else if (security::writePrivateFile(file, link + "\n")) {
    tell(fmt::format("There is no administrator yet: the link to become it is in {}", file.string()));
  }
}

void greet(const Application& application, const std::vector<http::ListenerOptions>& listeners) {
  fmt::print("{} is open, {} dataclasses.\n\n", application.project->name(),
             application.datastore->model()->classes.size());
  bool local = true;
  for (const http::ListenerOptions& listener : listeners) {
    const auto* const at = &listener;
    const bool told = std::any_of(listeners.data(), at, [at](const auto& other) { return other.port == at->port; });
    if (told) continue;  // the other address of this machine
    const std::string origin = originOf(listener);
    fmt::print("  Welcome    {}/\n  REST API   {}/rest/$catalog\n", origin, origin);
    const auto address = http::IpAddress::parse(listener.host);
    local = local && address && address->isLoopback();
  }
  if (!local)
    fmt::print(
        "\nThis server can be reached from the network: what Project/Sources/roles.json leaves open is open to whoever "
        "reaches it.\n");
  fmt::print("\nCtrl+C stops it.\n");
  std::fflush(stdout);
}

// What the command line says counts before the files.
void applyOptions(const ServeOptions& options, ServerSettings& settings) {
  if (!options.host.empty()) settings.address = options.host;
  if (options.port) settings.httpPort = *options.port;
  if (options.httpsPort) {
    settings.httpsEnabled = settings.httpsSaid = true;
    settings.httpsPort = *options.httpsPort;
  }
  settings.tls.allowInsecure = settings.tls.allowInsecure || options.allowInsecureTls;
  settings.debugLog.secrets = options.logSecrets;
}

// The first certificate of a server that has none: signed by itself, so that HTTPS works at once.
Result<> provideCertificate(const ServerSettings& settings) {
  if (!settings.httpsEnabled) return {};
  const http::CertificateFiles& files = settings.tls.certificates.front();
  std::error_code failed;
  const bool certificate = std::filesystem::exists(files.certificate, failed);
  if (certificate || std::filesystem::exists(files.key, failed)) return {};
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  tell(fmt::format("{} is made: a certificate signed by itself, which browsers warn of", files.certificate));
  return http::makeSelfSigned(files.certificate, files.key, {host.data()});
}

// A port that was asked for is taken or the start fails; the usual one gives way to the next that is free.
std::vector<http::ListenerOptions> listenersOf(const ServeOptions& options, const ServerSettings& settings) {
  constexpr unsigned usualTries = 21;
  std::vector<http::ListenerOptions> listeners = takeHandedSockets();
  if (!listeners.empty()) return listeners;
  const auto listen = [&](std::uint16_t port, bool tls, bool asked) {
    const bool usual = settings.address.empty();  // both addresses of this machine
    listeners.push_back(
        {.host = usual ? "127.0.0.1" : settings.address, .port = port, .tls = tls, .tries = asked ? 1 : usualTries});
    if (usual) listeners.push_back({.host = "::1", .tls = tls, .beside = true});
  };
  if (settings.httpEnabled) listen(settings.httpPort, false, options.port.has_value());
  if (settings.httpsEnabled) listen(settings.httpsPort, true, options.httpsPort.has_value());
  return listeners;
}

// Settings of the project with the command line's; nullopt, and told, when something is wrong.
std::optional<ServerSettings> settingsFor(const SettingsFiles& files) {
  SettingsReading reading = readServerSettings(files);
  for (const std::string& note : reading.notes) tell(note);
  for (const std::string& problem : reading.problems) tell(problem);
  if (!reading.problems.empty()) return std::nullopt;
  if (const Result<> provided = provideCertificate(reading.settings); !provided) {
    tell(provided.error().text());
    return std::nullopt;
  }
  return std::move(reading.settings);
}

CertificateKeeper::Options keeperOptions(UserService& users) {
  const auto fetch = std::make_shared<AbortableFetch>();
  return {.fetch = [fetch](const security::FetchRequest& request) { return (*fetch)(request); },
          .abort = [fetch] { fetch->abort(); },
          .tell = tell,
          .log =
              [&users](const std::string& host, bool succeeded, const std::string& reason) {
                const Ref<Object> detail = Object::make();
                detail->set("host", Value::text(std::string_view(host)));
                if (!reason.empty()) detail->set("reason", Value::text(std::string_view(reason)));
                users.accounts().log("Renew Certificate", "system", {"", "server"}, succeeded, Value::object(detail));
              }};
}

// Opens the language; what its files have wrong, and what it logs later, is told - the latter to the debugger, too.
std::unique_ptr<Language> openLanguage(Application& application, const std::unique_ptr<DebugPort>& debugPort) {
  std::unique_ptr<Language> language = Language::open(application);
  for (const script::syntax::Diagnostic& diagnostic : language->diagnostics()) {
    if (diagnostic.level == script::syntax::Diagnostic::Level::error) tell(script::syntax::text(diagnostic));
  }
  language->runtime()->log = [&debugPort](std::string_view line) {
    tell(line);
    if (debugPort) debugPort->output(line);
  };
  return language;
}

http::ServerOptions serverOptions(const ServeOptions& options, const ServerSettings& settings,
                                  const std::filesystem::path& bodyFolder) {
  http::ServerOptions server;
  server.listeners = listenersOf(options, settings);
  server.threads = options.threads;
  server.live = settings.live;
  server.limits.bodyFolder = bodyFolder;
  server.tls = settings.tls;
  server.userOf = [](security::Session& session) {
    const auto privileges = session.find<security::SessionPrivileges>();
    return privileges ? privileges->userName() : std::string();
  };
  return server;
}

struct Outcome {
  int code = exit_code::done;
  std::vector<http::ListenerOptions> sockets;  // for the program that takes over
};

Outcome serve(const ServeOptions& options, const sigset_t& signals) {
  const auto progress = [&options](std::uint64_t done, std::uint64_t total, std::string_view what) {
    if (!options.quiet && total > 0) tell(fmt::format("{} ({} of {})", what, done, total));
  };
  Result<Application> application = openApplication(options.project, options.data, progress);
  if (!application) {
    tell(application.error().text());
    return {exit_code::failed, {}};
  }
  for (const model::Diagnostic& diagnostic : application->project->diagnostics()) {
    if (diagnostic.level != model::Diagnostic::Level::info) tell(model::text(diagnostic));
  }
  const SettingsFiles files{application->project->paths(), instanceFolder(application->data),
                            [&options](ServerSettings& settings) { applyOptions(options, settings); }};
  std::optional<ServerSettings> settings = settingsFor(files);
  if (!settings) return {exit_code::failed, {}};
  std::unique_ptr<DebugPort> debugPort;  // the log speaks to it as long as the language lives
  const std::unique_ptr<Language> language = openLanguage(*application, debugPort);
  const auto users = UserService::open(*application, {.tell = tell, .factories = authenticationProviders()});
  if (!users) {
    tell(users.error().text());
    return {exit_code::failed, {}};
  }
  (*users)->install(*users, *language->runtime());
  WebApplication web(*application, language->runtime(), tell, *settings, *users);
  ServerPages pages(*application, web.sessions(), web.files());
  CertificateKeeper keeper(files, (*users)->instance(), keeperOptions(**users));
  pages.show(&keeper);
  http::Server server(
      serverOptions(options, *settings, application->data),
      [&web, &pages, &keeper](http::Request& request, http::Response& response) {
        if (keeper.challenges().answer(request, response) || pages.answer(request, response)) return;
        web.handle(request, response);
      },
      &web.sessions());
  if (options.debugPort) {
    debugPort = openDebugPort(*options.debugPort, *language->runtime(), application->project->paths().root);
    if (!debugPort) return {exit_code::failed, {}};
  }
  language->runtime()->setService(std::make_shared<script::library::ServedApplication>());
  script::data::startApplication(language->runtime());
  if (const Result<> started = server.start(); !started) {
    tell(started.error().text());
    if (debugPort) debugPort->close();
    return {exit_code::failed, {}};
  }
  pages.serve(&server);
  for (const http::ListenerOptions& listener : server.listeners()) {
    if (listener.tls) settings->live.httpsPort = listener.port;
  }
  End end = End::Stop;
  Outcome outcome;
  {
    SettingsWatcher settingsWatcher(files, *settings, server, pages, web, keeper, tell);
    const ModelWatcher modelWatcher(*application, *language, tell);
    const CodeWatcher codeWatcher(*language, application->project->paths().sources, tell);
    if (!server.listeners().empty()) (*users)->setOrigin(originOf(server.listeners().front()));
    if (debugPort) fmt::print("  Debugger   port {} of this machine\n", debugPort->port());
    if (!options.quiet) greet(*application, server.listeners());
    offerSetup(**users, options.quiet);
    tellManager("READY=1");
    end = waitForEnd(signals, web, **users, settingsWatcher);
    if (!options.quiet) fmt::print("{}\n", end == End::Anew ? "Starting anew." : "Stopping.");
    std::fflush(stdout);
    tellManager(end == End::Anew ? "RELOADING=1" : "STOPPING=1");
    pages.serve(nullptr);
    if (debugPort) debugPort->close();
    if (end == End::Anew) {
      outcome.sockets = server.handOver();
    } else {
      server.stop();
    }
    web.keepSessions();
  }
  script::data::stopApplication(language->runtime());
  language->runtime()->processes().shutdown();  // while everything is there that workers may use
  return outcome;
}

}  // namespace

int runServe(const ServeOptions& options) {
  const sigset_t signals = blockEndSignals();
  const Outcome outcome = serve(options, signals);
  if (outcome.sockets.empty()) return outcome.code;
  // Everything is closed by now, the data file too: the new program opens it.
  startAnew(outcome.sockets);
  tell("The program could not be started anew.");
  return exit_code::failed;
}

}  // namespace qodly::app
