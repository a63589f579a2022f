// Addresses of the server itself: health, metrics, and the old administration URLs (admin.md 12, 13.2).
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "app/certificate_keeper.h"
#include "app/open_application.h"
#include "app/server_settings.h"
#include "http/server.h"
#include "http/static_files.h"

namespace qodly::app {

// Thread-safe. Who is on the machine itself, or shows the token of the settings, sees figures; everybody sees whether
// the server is well.
class ServerPages {
 public:
  ServerPages(const Application& application, security::SessionTable& sessions, const http::StaticFiles& files);

  // The server whose figures are shown, once it runs; nullptr before and when it stops: /readyz says so.
  void serve(http::Server* server) { server_.store(server, std::memory_order_release); }
  void apply(const ServerSettings& settings);
  // Whose certificates are shown; nullptr: none.
  void show(const CertificateKeeper* keeper) { keeper_.store(keeper, std::memory_order_release); }
  // False: the address is not one of these.
  bool answer(http::Request& request, http::Response& response) const;

 private:
  bool maySee(const http::Request& request) const;
  void health(http::Response& response) const;
  void ready(http::Response& response) const;
  void metrics(http::Response& response) const;
  void certificateMetrics(std::string& out) const;
  void stats(http::Response& response, bool html) const;
  void clearCache(http::Response& response) const;
  static void webTest(const http::Request& request, http::Response& response);

  const Application& application_;
  security::SessionTable& sessions_;
  const http::StaticFiles& files_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::atomic<http::Server*> server_{nullptr};
  std::atomic<const CertificateKeeper*> keeper_{nullptr};
  std::atomic<bool> restEnabled_{true}, metricsEnabled_{true};
  mutable std::mutex mutex_;
  std::string token_;
};

}  // namespace qodly::app
