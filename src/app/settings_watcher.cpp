#include "app/settings_watcher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qodly::app {

namespace {
constexpr int pollMilliseconds = 1000;
}

SettingsWatcher::SettingsWatcher(SettingsFiles files, ServerSettings running, http::Server& server, ServerPages& pages,
                                 WebApplication& web, CertificateKeeper& keeper,
                                 std::function<void(std::string_view)> tell)
    : files_(std::move(files)),
      running_(std::move(running)),
      server_(server),
      pages_(pages),
      web_(web),
      keeper_(keeper),
      tell_(std::move(tell)),
      settingsPrints_(printsOf(settingsFiles())),
      certificatePrints_(printsOf(certificateFiles())),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  pages_.apply(running_);
  openLogs();
  server_.apply(running_.live, log_, debugLog_);
  keeper_.apply(running_.acme);
  thread_ = std::thread([this] { watch(); });
}

SettingsWatcher::~SettingsWatcher() {
  ending_.store(true);
  wake();
  thread_.join();
  ::close(wake_);
  if (log_) log_->flush();
  if (debugLog_) debugLog_->flush();
}

SettingsWatcher::Print SettingsWatcher::printOf(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, static_cast<std::uint64_t>(facts.st_size), facts.st_ino};
}

std::vector<SettingsWatcher::Print> SettingsWatcher::printsOf(const std::vector<std::filesystem::path>& files) {
  std::vector<Print> prints;
  for (const auto& file : files) prints.push_back(printOf(file));
  return prints;
}

std::vector<std::filesystem::path> SettingsWatcher::settingsFiles() const {
  auto files = files_.engineSettings();
  files.push_back(files_.environment());
  return files;
}

std::vector<std::filesystem::path> SettingsWatcher::certificateFiles() const {
  std::vector<std::filesystem::path> files;
  if (!running_.httpsEnabled) return files;
  for (const http::CertificateFiles& pair : running_.tls.certificates) {
    files.emplace_back(pair.certificate);
    files.emplace_back(pair.key);
  }
  return files;
}

void SettingsWatcher::wake() {
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);  // refused only when it is awake anyway
}

void SettingsWatcher::reload() { wake(); }

void SettingsWatcher::watch() {
  pollfd event{wake_, POLLIN, 0};
  for (;;) {
    const int woken = ::poll(&event, 1, pollMilliseconds);
    if (ending_.load()) return;
    std::uint64_t count = 0;
    if (woken > 0 && ::read(wake_, &count, sizeof count) == sizeof count) {
      lookAnew();
    } else {
      look();
    }
  }
}

void SettingsWatcher::lookAnew() {
  settingsPrints_ = printsOf(settingsFiles());
  readSettings();
  openLogs();
  server_.apply(running_.live, log_, debugLog_);
  certificatePrints_ = printsOf(certificateFiles());
  readCertificates();
}

void SettingsWatcher::look() {
  if (log_) log_->flush();
  if (debugLog_) debugLog_->flush();
  // A file is read when it has not changed between two looks: an editor or a renewal may be in the middle of writing.
  if (auto prints = printsOf(settingsFiles()); prints != settingsPrints_) {
    settingsPrints_ = std::move(prints);
    readSettings();
  }
  if (auto prints = printsOf(certificateFiles()); prints != certificatePrints_) {
    certificatePrints_ = std::move(prints);
    readCertificates();
  }
}

void SettingsWatcher::readSettings() {
  SettingsReading reading = readServerSettings(files_);
  for (const std::string& note : reading.notes) tell_(note);
  if (!reading.problems.empty()) {
    for (const std::string& problem : reading.problems) tell_(problem);
    tell_("The settings that were in force stay so.");
    return;
  }
  if (const auto later = changesAtStart(running_, reading.settings); !later.empty())
    tell_(fmt::format("Takes effect at the next start: {}", fmt::join(later, ", ")));
  const ServerSettings before = std::move(running_);
  running_ = std::move(reading.settings);
  running_.httpsEnabled = before.httpsEnabled;
  running_.live.httpsPort = before.live.httpsPort;
  running_.live.redirectToHttps = running_.live.redirectToHttps && before.httpsEnabled;
  running_.tls.minimumVersion = before.tls.minimumVersion;
  running_.tls.ciphers = before.tls.ciphers;
  running_.tls.http2 = before.tls.http2;
  if (running_.log != before.log || running_.debugLog != before.debugLog) openLogs();
  pages_.apply(running_);
  web_.apply(running_);
  server_.apply(running_.live, log_, debugLog_);
  keeper_.apply(running_.acme);
  if (running_.tls != before.tls) {
    certificatePrints_ = printsOf(certificateFiles());
    readCertificates();
  }
  tell_("The changed settings are in force.");
}

// A pair is seldom replaced at once: between the two files it does not fit, and the next look finds it whole.
void SettingsWatcher::readCertificates() {
  if (!running_.httpsEnabled) return;
  std::vector<std::string> warnings;
  auto tls = http::TlsContext::load(running_.tls, &warnings);
  for (const std::string& warning : warnings) tell_(warning);
  if (!tls) {
    tell_(tls.error().text());
    tell_("The certificates that were in force stay so.");
    return;
  }
  server_.apply(std::move(*tls));
  tell_("The changed certificates are in force.");
}

void SettingsWatcher::openLogs() {
  log_.reset();
  debugLog_.reset();
  if (running_.log.format != http::LogFormat::None) {
    log_ = std::make_shared<http::AccessLog>(running_.log);
    if (auto opened = log_->open(); !opened) {
      tell_(opened.error().text());
      log_.reset();
    }
  }
  if (running_.debugLog.level == 0) return;
  debugLog_ = std::make_shared<http::DebugLog>(running_.debugLog);
  if (auto opened = debugLog_->open(); !opened) {
    tell_(opened.error().text());
    debugLog_.reset();
  }
}

}  // namespace qodly::app
