// Puts changed settings and certificates in force while the server runs (admin.md 12, column "Live"; 9.2), and has the
// logs written out.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "app/certificate_keeper.h"
#include "app/server_pages.h"
#include "app/server_settings.h"
#include "app/web_application.h"
#include "http/server.h"

namespace qodly::app {

class SettingsWatcher {
 public:
  // Watches until it is destroyed. running: the settings in force. Everything given must outlive it.
  SettingsWatcher(SettingsFiles files, ServerSettings running, http::Server& server, ServerPages& pages,
                  WebApplication& web, CertificateKeeper& keeper, std::function<void(std::string_view)> tell);
  ~SettingsWatcher();
  SettingsWatcher(const SettingsWatcher&) = delete;
  SettingsWatcher& operator=(const SettingsWatcher&) = delete;

  // Reads settings and certificates again and opens the logs anew, whether anything has changed or not (SIGHUP). Any
  // thread; returns at once.
  void reload();

 private:
  // Of a file: when it was changed, its size and its number; all zero when it is not there.
  struct Print {
    std::int64_t seconds = 0, nanos = 0;
    std::uint64_t size = 0, number = 0;
    bool operator==(const Print&) const = default;
  };
  static Print printOf(const std::filesystem::path& file);
  static std::vector<Print> printsOf(const std::vector<std::filesystem::path>& files);
  std::vector<std::filesystem::path> settingsFiles() const;
  std::vector<std::filesystem::path> certificateFiles() const;

  void watch();
  void wake();
  void look();
  void lookAnew();
  void readSettings();
  void readCertificates();
  void openLogs();

  const SettingsFiles files_;
  ServerSettings running_;
  http::Server& server_;
  ServerPages& pages_;
  WebApplication& web_;
  CertificateKeeper& keeper_;
  std::function<void(std::string_view)> tell_;
  std::shared_ptr<http::AccessLog> log_;
  std::shared_ptr<http::DebugLog> debugLog_;
  std::vector<Print> settingsPrints_, certificatePrints_;
  int wake_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace qodly::app
