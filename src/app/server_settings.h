// The HTTP settings of an application (admin.md 12): `http` in <instance folder>/env.json, over the few keys of the
// project's settings.4DSettings that have a meaning here. One table holds every key with its range.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/access_log.h"
#include "http/debug_log.h"
#include "http/live_settings.h"
#include "http/tls_context.h"
#include "model/project.h"
#include "security/session.h"

namespace qodly::app {

// A host name with a face of its own (admin.md 12.2).
struct Site {
  std::string host;                  // "shop.example.org", "*.example.org", "*": every other name
  bool served = true;                // false: of another environment, which this server does not answer for
  std::filesystem::path rootFolder;  // "": that of the server
  std::optional<std::string> homePage;
  std::string redirectTo;              // host name that requests are sent to; "": none
  http::CertificateFiles certificate;  // "": one of the others that covers the name
  bool operator==(const Site&) const = default;
};

// Certificates that an authority gives by itself (admin.md 9.1).
struct AcmeSettings {
  bool enabled = false, termsAgreed = false;
  std::string directory = "https://acme-v02.api.letsencrypt.org/directory";
  std::string email, authorityFile;
  std::vector<std::string> domains;         // said ones; complete() puts in those of the sites when none is
  std::string externalId;                   // of an account that a person has at the authority
  std::string externalKey, externalSecret;  // its key in base64url, or the secret that holds it (admin.md 24.3)
  bool operator==(const AcmeSettings&) const = default;
};

struct ServerSettings {
  bool httpEnabled = true;
  bool httpsEnabled = false, httpsSaid = false;  // said: a file has the key; else on when a certificate is there
  std::uint16_t httpPort = 8080, httpsPort = 8443;
  std::string address;            // "": loopback
  std::uint16_t addressPort = 0;  // said behind the address: counts before httpPort; 0: none
  std::filesystem::path rootFolder, certificateFolder;
  std::string homePage = "index.html";               // "": none
  std::vector<http::CertificateFiles> certificates;  // beside the one of certificateFolder
  http::LiveSettings live;
  http::TlsOptions tls;
  http::AccessLogOptions log;
  http::DebugLogOptions debugLog;
  bool restEnabled = true, restGetDelete = true, restApiKeyRequired = false, restLegacyCookies = true;
  security::SameSite sameSite = security::SameSite::Lax;
  std::size_t maxSessions = 0;
  bool scalableSession = true;
  std::chrono::minutes inactiveProcessTimeout{480};
  std::string characterSet;     // IANA name; "": UTF-8
  std::string publicationName;  // of the project's settings: names the cookie instead of the application; "": none
  std::chrono::minutes inactiveSessionTimeout{60};
  std::string sessionCookieName, sessionCookieDomain;  // "": 4DSID_<application>, the host that answers
  std::string sessionCookiePath = "/";
  bool cacheEnabled = true;
  std::size_t cacheKilobytes = 65'536;
  std::string metricsToken;  // "": /metrics answers the machine itself only
  std::vector<Site> sites;
  bool otherHosts = true;  // names that no site has are answered, too
  AcmeSettings acme;
};

struct SettingsReading {
  ServerSettings settings;
  std::vector<std::string> problems;  // of env.json: the settings are not to be used
  std::vector<std::string> notes;     // worth telling
};

struct SettingsFiles {
  model::ProjectPaths project;
  std::filesystem::path instance;  // the folder of env.json
  // What the command line says: counts before the files. May be empty.
  std::function<void(ServerSettings&)> commandLine = {};

  // Where the certificate lies that an authority gave for a host.
  std::filesystem::path acmeFile(std::string_view host) const;
  std::filesystem::path environment() const { return instance / "env.json"; }
  // In the order they are laid over each other (project-format.md 20.3).
  std::vector<std::filesystem::path> engineSettings() const;
};

// Files that are not there change nothing.
SettingsReading readServerSettings(const SettingsFiles& files);

// What changed between the two that only a new start puts in force: names of keys.
std::vector<std::string> changesAtStart(const ServerSettings& running, const ServerSettings& read);

// Rows of the table, for the manual and for completeness tests.
struct SettingRow {
  std::string_view key;
  bool live;
  std::string_view expected;  // "a whole number from 1 to 65535"
  // False: the value is not what is expected.
  bool (*take)(ServerSettings& settings, const Value& value);
};
std::span<const SettingRow> settingRows();

}  // namespace qodly::app
