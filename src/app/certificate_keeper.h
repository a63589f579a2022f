// Has certificates made and renewed by an authority while the server runs (admin.md 9.1, ACME). They are files of the
// instance folder, readable by its owner alone:
//
//   acme/account-<hash of the directory's address>.json   the key of the account, and what the authority calls it
//   acme/<host>.pem                                       certificate, chain and key; the TLS settings name it
//   acme/state.json                                       certificate_state.h
//
// Nothing is asked of anybody as long as `acme` is not enabled.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/certificate_state.h"
#include "app/server_settings.h"
#include "http/acme_client.h"
#include "security/fetch.h"
#include "security/instance.h"

namespace qodly::app {

class CertificateKeeper {
 public:
  struct Options {
    security::Fetch fetch;
    std::function<void()> abort;                 // ends the request of `fetch` that runs: the server stops
    std::function<void(std::string_view)> tell;  // lines for the console; from the keeper's thread
    // For the activity log: host, whether it went well, what was wrong.
    std::function<void(const std::string& host, bool succeeded, const std::string& reason)> log;
  };
  CertificateKeeper(SettingsFiles files, const security::Instance& instance, Options options);
  ~CertificateKeeper();
  CertificateKeeper(const CertificateKeeper&) = delete;
  CertificateKeeper& operator=(const CertificateKeeper&) = delete;

  // The settings from now on; changed ones are tried at once. Any thread.
  void apply(const AcmeSettings& settings);
  const http::AcmeChallenges& challenges() const { return challenges_; }

  struct Status {
    std::string host;
    std::int64_t until = 0;  // seconds since 1970; 0: there is no certificate
    unsigned failures = 0;
  };
  std::vector<Status> status() const;  // any thread

 private:
  struct Due {
    Instant attempt, warning;
    std::int64_t until = 0;  // of the certificate that is there; 0: none
  };
  void run();
  // When to look again.
  Instant attend(const AcmeSettings& settings);
  Due dueOf(const std::string& host, const CertificateState& state) const;
  void attempt(const AcmeSettings& settings, const std::string& host, CertificateState& state);
  void warn(const std::string& host, CertificateState& state, const Due& due);
  Result<std::string> obtain(const AcmeSettings& settings, const std::string& host, std::chrono::seconds& retryAfter);
  Result<http::AcmeAuthority> authorityOf(const AcmeSettings& settings) const;
  void store();
  bool pause(std::chrono::milliseconds time);

  const SettingsFiles files_;
  const security::Instance instance_;
  const Options options_;
  http::AcmeChallenges challenges_;
  CertificateStates states_;  // of the thread
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<AcmeSettings> wanted_;
  std::vector<Status> status_;
  bool renewed_ = false, ending_ = false;  // renewed_: wanted_ has changed
  std::thread thread_;
};

}  // namespace qodly::app
