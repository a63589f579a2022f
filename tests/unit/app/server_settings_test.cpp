// Settings of the server: env.json over settings.4DSettings, every key with its range, and what is said of wrong ones.
#include "app/server_settings.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/certificate_state.h"
#include "base/text.h"

namespace qodly::app {
namespace {

namespace fs = std::filesystem;

class ServerSettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    files_.project.root = folder_;
    files_.project.sources = folder_ / "Project/Sources";
    files_.project.data = folder_ / "Data";
    files_.project.webFolder = folder_ / "WebFolder";
    files_.project.logs = folder_ / "Logs";
    files_.instance = folder_ / "Data/instance";
    fs::create_directories(files_.project.sources);
    fs::create_directories(files_.instance);
    fs::create_directories(folder_ / "Settings");
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void write(const fs::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }
  SettingsReading read(const std::string& http) {
    write(files_.environment(), R"({"kind": "development", "http": )" + http + "}");
    return readServerSettings(files_);
  }
  static std::string engine(std::string_view inside) {
    return R"(<?xml version="1.0"?><preferences stamp="1"><com.4d><web><standalone_server>)" + std::string(inside) +
           "</standalone_server></web></com.4d></preferences>";
  }

  const fs::path folder_ = fs::temp_directory_path() / ("qodly_settings_" + std::to_string(::getpid()));
  SettingsFiles files_;
};

TEST_F(ServerSettingsTest, WithoutFilesTheDefaultsHold) {
  const SettingsReading reading = readServerSettings(files_);
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_TRUE(reading.notes.empty());
  const ServerSettings& settings = reading.settings;
  EXPECT_EQ(settings.httpPort, 8080);
  EXPECT_EQ(settings.httpsPort, 8443);
  EXPECT_FALSE(settings.httpsEnabled);
  EXPECT_EQ(settings.rootFolder, folder_ / "WebFolder");
  EXPECT_EQ(settings.homePage, "index.html");
  EXPECT_EQ(settings.live.bodyBytes, 67'108'864u);
  EXPECT_EQ(settings.live.keepAliveTimeout, std::chrono::seconds(15));
  EXPECT_FALSE(settings.live.corsEnabled);
  EXPECT_FALSE(settings.live.trace);
  EXPECT_EQ(settings.log.format, http::LogFormat::None);
  EXPECT_EQ(settings.tls.minimumVersion, 3);
}

TEST_F(ServerSettingsTest, EnvJsonIsRead) {
  const SettingsReading reading = read(R"({
    "HTTPPort": 9000, "HTTPSEnabled": true, "HTTPSPort": 0, "IPAddressToListen": "0.0.0.0", "rootFolder": "Site",
    "defaultHomepage": "start/home.html", "HSTSEnabled": true, "HSTSMaxAge": 60, "CORSEnabled": true,
    "CORSSettings": [{"host": "*.example.org", "methods": "get;post"}, {"methods": "get"}, {"host": "a", "methods": null}],
    "HTTPTrace": true, "HTTPCompressionLevel": -1, "maxRequestSize": 500000, "keepAlive": false,
    "keepAliveMaxRequests": 7, "keepAliveTimeout": 3, "maxConcurrentProcesses": 10, "logRecording": "elf",
    "logFields": ["C-IP", "METHOD"], "logRotation": {"every": "days", "count": 2, "at": "03:30", "keep": 5},
    "debugLog": 7, "trustedProxies": ["10.0.0.0/8", "::1"], "rateLimitPerAddress": 20,
    "rateLimitPerSession": {"perSecond": 5, "burst": 50}, "sessionCookieSameSite": "strict", "rest.enabled": false,
    "certificates": [{"certificate": "b.pem", "key": "/keys/b.pem"}], "metricsToken": "0123456789abcdef"
  })");
  EXPECT_EQ(reading.problems, std::vector<std::string>());
  const ServerSettings& settings = reading.settings;
  EXPECT_EQ(settings.httpPort, 9000);
  EXPECT_TRUE(settings.httpsEnabled);
  EXPECT_EQ(settings.httpsPort, 443);
  EXPECT_EQ(settings.rootFolder, folder_ / "Site");
  EXPECT_EQ(settings.homePage, "start/home.html");
  EXPECT_TRUE(settings.live.cors.judge("http://x.example.org", http::Method::Post).allowed);
  EXPECT_TRUE(settings.live.cors.judge("http://a", http::Method::Delete).allowed);
  EXPECT_FALSE(settings.live.cors.judge("http://b", http::Method::Get).allowed);
  EXPECT_EQ(settings.live.compressionLevel, -1);
  EXPECT_EQ(settings.live.keepAliveMaxRequests, 7u);
  EXPECT_EQ(settings.log.fields, (std::vector<std::string>{"C_IP", "METHOD"}));
  EXPECT_EQ(settings.log.rotation.kind, http::LogRotation::Kind::Days);
  EXPECT_EQ(settings.log.rotation.minute, 30u);
  EXPECT_EQ(settings.log.file, folder_ / "Logs/logweb.txt");
  EXPECT_EQ(settings.debugLog.level, 7u);
  EXPECT_TRUE(settings.live.trustedProxies.contains(*http::IpAddress::parse("10.1.2.3")));
  EXPECT_EQ(settings.live.ratePerAddress.burst, 40);
  EXPECT_EQ(settings.live.ratePerSession.burst, 50);
  EXPECT_EQ(settings.sameSite, security::SameSite::Strict);
  EXPECT_FALSE(settings.restEnabled);
  ASSERT_EQ(settings.tls.certificates.size(), 2u);
  EXPECT_EQ(settings.tls.certificates[1].certificate, (folder_ / "b.pem").string());
  EXPECT_EQ(settings.tls.certificates[1].key, "/keys/b.pem");
}

TEST_F(ServerSettingsTest, NestedFormsAndNoLimit) {
  const SettingsReading reading =
      read(R"({"rest": {"enabled": false, "getDelete": false}, "maxRequestSize": 2147483648})");
  EXPECT_EQ(reading.problems, std::vector<std::string>());
  EXPECT_FALSE(reading.settings.restEnabled);
  EXPECT_FALSE(reading.settings.restGetDelete);
  EXPECT_EQ(reading.settings.live.bodyBytes, UINT64_MAX);
  write(files_.environment(), R"({"rest": {"enabled": false}})");
  EXPECT_FALSE(readServerSettings(files_).settings.restEnabled);
}

struct WrongCase {
  std::string_view setting, mentions;
};

TEST_F(ServerSettingsTest, WrongValuesAreToldWithWhatWouldBeRight) {
  for (const WrongCase& test : {
           WrongCase{R"("HTTPPort": "x")", "http.HTTPPort must be a whole number from 0 to 65535"},
           {R"("HTTPPort": 65536)", "not 65536"},
           {R"("HTTPPort": 1.5)", "not 1.5"},
           {R"("HTTPEnabled": 1)", "true or false"},
           {R"("IPAddressToListen": "localhost")", "an IPv4 or IPv6 address"},
           {R"("rootFolder": "../other")", "inside the project"},
           {R"("rootFolder": ".")", "inside the project"},
           {R"("rootFolder": "WebFolder/../Data/instance")", "inside the project"},
           {R"("rootFolder": "/etc")", "inside the project"},
           {R"("defaultHomepage": "/x")", "relative to the root folder"},
           {R"("defaultHomepage": "../x")", "relative to the root folder"},
           {R"("minTLSVersion": 5)", "3 (TLS 1.2) or 4 (TLS 1.3)"},
           {R"("CORSSettings": [{"host": "a b"}])", "a list of objects"},
           {R"("CORSSettings": [{"host": "a", "methods": "fetch"}])", "a list of objects"},
           {R"("CORSSettings": "a")", "a list of objects"},
           {R"("HTTPCompressionLevel": 0)", "1 (fast) to 9 (best)"},
           {R"("maxRequestSize": 1000)", "500000"},
           {R"("rest": {"enabled": 1})", "http.rest.enabled must be true or false"},
           {R"("maxConcurrentProcesses": 5)", "from 10 to 32000"},
           {R"("keepAliveTimeout": 0)", "seconds"},
           {R"("logRecording": 6)", "0 to 4"},
           {R"("logRecording": "xml")", "none, clf"},
           {R"("logFields": ["C_IP", "C_IP"])", "each once"},
           {R"("logFields": ["NONSENSE"])", "field names"},
           {R"("logRotation": {"every": "fortnight"})", "hours, days"},
           {R"("logRotation": {"every": "size"})", "megabytes"},
           {R"("logRotation": {"every": "days", "at": "25:00"})", "hh:mm"},
           {R"("debugLog": 2)", "0, 1, 3, 5 or 7"},
           {R"("trustedProxies": ["10.0.0.0/40"])", "addresses and networks"},
           {R"("rateLimitPerAddress": -1)", "requests a second"},
           {R"("sessionCookieSameSite": "Loose")", "Strict, Lax or None"},
           {R"("metricsToken": "short")", "16 characters"},
           {R"("certificates": [{"certificate": "a"}])", "PEM"},
           {R"("HTTPEnabled": false, "HTTPSEnabled": false)", "nothing would be served"},
       }) {
    const SettingsReading reading = read("{" + std::string(test.setting) + "}");
    ASSERT_EQ(reading.problems.size(), 1u) << test.setting;
    EXPECT_NE(reading.problems[0].find(test.mentions), std::string::npos) << reading.problems[0];
  }
}

TEST_F(ServerSettingsTest, UnknownKeysAreNoted) {
  const SettingsReading reading = read(R"({"httpport": 1, "nonsense": 2, "characterSet": "UTF-8"})");
  EXPECT_TRUE(reading.problems.empty());
  ASSERT_EQ(reading.notes.size(), 2u);
  EXPECT_NE(reading.notes[0].find("meant is http.HTTPPort"), std::string::npos);
  EXPECT_NE(reading.notes[1].find("no setting"), std::string::npos);
}

TEST_F(ServerSettingsTest, AFileThatIsNoJsonIsAProblem) {
  write(files_.environment(), "{\"http\": {");
  EXPECT_EQ(readServerSettings(files_).problems.size(), 1u);
  write(files_.environment(), "{\"http\": 5}");
  EXPECT_EQ(readServerSettings(files_).problems.size(), 1u);
  write(files_.environment(), "{}");
  EXPECT_TRUE(readServerSettings(files_).problems.empty());
}

TEST_F(ServerSettingsTest, EngineSettingsLieBelow) {
  write(
      files_.project.sources / "settings.4DSettings",
      engine(
          R"(<configuration port_number="80"><hosts><host home_page="a.html" html_root="./Web/"/></hosts></configuration>
                  <options><keep_alive requests_number="100"/></options>)"));
  const SettingsReading first = readServerSettings(files_);
  EXPECT_EQ(first.settings.rootFolder.lexically_normal(), (folder_ / "Web/").lexically_normal());
  EXPECT_EQ(first.settings.homePage, "a.html");
  EXPECT_EQ(first.settings.live.keepAliveMaxRequests, 100u);
  EXPECT_EQ(first.settings.httpPort, 8080);
  write(folder_ / "Settings/settings.4DSettings",
        engine(R"(<configuration><hosts><host home_page="b.html" html_root="../outside"/></hosts></configuration>)"));
  const SettingsReading second = readServerSettings(files_);
  EXPECT_EQ(second.settings.homePage, "b.html");
  EXPECT_EQ(second.notes.size(), 1u);
  EXPECT_EQ(read(R"({"defaultHomepage": ""})").settings.homePage, "");
  write(files_.project.sources / "settings.4DSettings", "<not xml");
  EXPECT_TRUE(readServerSettings(files_).problems.empty());
}

TEST_F(ServerSettingsTest, ACertificateSwitchesHttpsOn) {
  write(folder_ / "cert.pem", "x");
  EXPECT_TRUE(readServerSettings(files_).settings.httpsEnabled);
  EXPECT_FALSE(read(R"({"HTTPSEnabled": false})").settings.httpsEnabled);
}

TEST_F(ServerSettingsTest, ChangesThatWaitForAStartAreNamed) {
  const ServerSettings before = read("{}").settings;
  EXPECT_EQ(changesAtStart(before, read(R"({"HTTPTrace": true, "debugLog": 1})").settings), std::vector<std::string>());
  EXPECT_EQ(changesAtStart(before, read(R"({"HTTPPort": 1, "minTLSVersion": 4})").settings),
            (std::vector<std::string>{"HTTPPort", "minTLSVersion"}));
}

TEST_F(ServerSettingsTest, SessionsAndTheirCookie) {
  const ServerSettings settings = read(R"({"sessionCookieName": "shop-sid", "sessionCookieDomain": "example.org",
    "sessionCookiePath": "/app"})")
                                      .settings;
  EXPECT_EQ(settings.sessionCookieName, "shop-sid");
  EXPECT_EQ(settings.sessionCookieDomain, "example.org");
  EXPECT_EQ(settings.sessionCookiePath, "/app");
  for (const char* wrong :
       {R"({"sessionCookieName": "a=b"})", R"({"sessionCookieName": "a; b"})", R"({"sessionCookieName": "WASID4D"})",
        R"({"sessionCookieName": 5})", R"({"sessionCookieDomain": "a;b"})", R"({"sessionCookieDomain": "a\r\nb"})",
        R"({"sessionCookiePath": "app"})", R"({"sessionCookiePath": "/a;b"})"}) {
    EXPECT_EQ(read(wrong).problems.size(), 1u) << wrong;
  }
  EXPECT_EQ(changesAtStart(read("{}").settings, settings),
            (std::vector<std::string>{"sessionCookieName", "sessionCookieDomain", "sessionCookiePath"}));
}

TEST_F(ServerSettingsTest, Sessions) {
  const ServerSettings settings =
      read(R"({"inactiveSessionTimeout": 120, "sessionIPAddressValidation": true})").settings;
  EXPECT_EQ(settings.inactiveSessionTimeout, std::chrono::minutes(120));
  EXPECT_EQ(read(R"({"inactiveSessionTimeout": 0})").settings.inactiveSessionTimeout, std::chrono::minutes(60));
  for (const char* wrong : {R"({"inactiveSessionTimeout": 59})", R"({"inactiveSessionTimeout": -1})",
                            R"({"inactiveSessionTimeout": "60"})", R"({"sessionIPAddressValidation": 1})"}) {
    EXPECT_EQ(read(wrong).problems.size(), 1u) << wrong;
  }
  const ServerSettings before = read("{}").settings;
  EXPECT_EQ(changesAtStart(before, settings), std::vector<std::string>());
  EXPECT_EQ(changesAtStart(before, read(R"({"sessionCookieSameSite": "Strict", "maxSessions": 5, "restGetDelete": false,
    "restApiKeyRequired": true, "restLegacyCookies": false})")
                                       .settings),
            std::vector<std::string>());
}

TEST_F(ServerSettingsTest, LogAndNameOfTheProject) {
  write(files_.project.sources / "settings.4DSettings",
        R"(<?xml version="1.0"?><preferences stamp="1"><com.4d><web><standalone_server>
           <log format="3" tokens="BYTES-SENT;C-IP;CS(USER-AGENT);NONSENSE;C-IP;TRANSFER_TIME"/></standalone_server></web>
           <server><network><options publication_name="Bakery"/></network></server></com.4d></preferences>)");
  SettingsReading reading = readServerSettings(files_);
  EXPECT_EQ(reading.settings.log.format, http::LogFormat::Elf);
  EXPECT_EQ(reading.settings.log.fields,
            (std::vector<std::string>{"BYTES_SENT", "C_IP", "CS(USER_AGENT)", "TRANSFER_TIME"}));
  EXPECT_EQ(reading.settings.publicationName, "Bakery");
  reading = read(R"({"logRecording": "json", "logFields": ["URL"]})");
  EXPECT_EQ(reading.settings.log.format, http::LogFormat::Json);
  EXPECT_EQ(reading.settings.log.fields, std::vector<std::string>{"URL"});
  write(files_.project.sources / "settings.4DSettings", engine(R"(<log format="7" tokens=""/>)"));
  EXPECT_EQ(read("{}").settings.log.format, http::LogFormat::None);
}

TEST_F(ServerSettingsTest, AddressesWithPorts) {
  struct Case {
    const char *given, *address;
    int port;
  };
  const Case cases[] = {{"10.0.0.7", "10.0.0.7", 8080},
                        {"10.0.0.7:90", "10.0.0.7", 90},
                        {"::1", "::1", 8080},
                        {"[::1]", "::1", 8080},
                        {"[::1]:90", "::1", 90},
                        {"", "", 8080},
                        {"::ffff:10.0.0.7", "::ffff:10.0.0.7", 8080}};
  for (const Case& each : cases) {
    const SettingsReading reading = read(std::string(R"({"IPAddressToListen": ")") + each.given + "\"}");
    EXPECT_TRUE(reading.problems.empty()) << each.given;
    EXPECT_EQ(reading.settings.address, each.address) << each.given;
    EXPECT_EQ(reading.settings.httpPort, each.port) << each.given;
  }
  for (const char* const given :
       {"[::1", "::1]", "[::1]x", "[::1]:", "[::1]:0", "10.0.0.7:70000", "10.0.0.7:", ":80", "a:80", "[a]:80"}) {
    EXPECT_EQ(read(std::string(R"({"IPAddressToListen": ")") + given + "\"}").problems.size(), 1u) << given;
  }
}

TEST_F(ServerSettingsTest, CharacterSets) {
  const std::pair<const char*, const char*> good[] = {
      {"4", "ISO-8859-1"},
      {"12", "ISO-8859-9"},
      {"13", "ISO-8859-10"},
      {"17", "Shift_JIS"},
      {"38", "EUC-KR"},
      {"106", ""},
      {"2024", "Windows-31J"},
      {"2026", "Big5"},
      {"2250", "windows-1250"},
      {"2251", "windows-1251"},
      {"2253", "windows-1253"},
      {"2255", "windows-1255"},
      {"2256", "windows-1256"},
      {R"("UTF-8")", ""},
      {R"("utf-8")", ""},
      {R"("Windows-1252")", "windows-1252"},
      {R"("iso-8859-15")", "ISO-8859-15"},
  };
  for (const auto& [value, name] : good) {
    const SettingsReading reading = read(std::string(R"({"characterSet": )") + value + "}");
    EXPECT_TRUE(reading.problems.empty()) << value;
    EXPECT_TRUE(equalsIgnoringAsciiCase(reading.settings.characterSet, name))
        << value << " " << reading.settings.characterSet;
  }
  for (const char* const value :
       {"0", "-1", "9999999", "106.5", R"("UTF-16")", R"("UTF-32LE")", R"("klingon")", R"("")", "true"}) {
    EXPECT_EQ(read(std::string(R"({"characterSet": )") + value + "}").problems.size(), 1u) << value;
  }
}

TEST_F(ServerSettingsTest, ClassicSessions) {
  ServerSettings settings = read("{}").settings;
  EXPECT_TRUE(settings.scalableSession);
  EXPECT_EQ(settings.inactiveProcessTimeout, std::chrono::minutes(480));
  settings = read(R"({"scalableSession": false, "inactiveProcessTimeout": 5})").settings;
  EXPECT_FALSE(settings.scalableSession);
  EXPECT_EQ(settings.inactiveProcessTimeout, std::chrono::minutes(5));
  EXPECT_EQ(read(R"({"inactiveProcessTimeout": 0})").settings.inactiveProcessTimeout, std::chrono::minutes(480));
  EXPECT_EQ(read(R"({"inactiveProcessTimeout": -1})").problems.size(), 1u);
  EXPECT_EQ(read(R"({"scalableSession": 1})").problems.size(), 1u);
  EXPECT_EQ(changesAtStart(read("{}").settings, read(R"({"scalableSession": false})").settings),
            std::vector<std::string>{"scalableSession"});
}

TEST_F(ServerSettingsTest, SitesAndTheirCertificates) {
  const SettingsReading reading = read(R"({"sites": [
    {"host": "Bakery.Example", "rootFolder": "Sites/Bakery", "defaultHomepage": "", "certificate": "b.pem", "key": "/etc/b-key.pem"},
    {"host": "*.example", "env": "development", "redirectTo": "bakery.example"},
    {"host": "test.example", "env": "Staging"}]})");
  ASSERT_TRUE(reading.problems.empty()) << reading.problems.front();
  const ServerSettings& settings = reading.settings;
  ASSERT_EQ(settings.sites.size(), 3u);
  EXPECT_EQ(settings.sites[0].host, "bakery.example");
  EXPECT_EQ(settings.sites[0].rootFolder, folder_ / "Sites/Bakery");
  EXPECT_EQ(settings.sites[0].homePage, "");
  EXPECT_FALSE(settings.sites[1].homePage.has_value());
  EXPECT_TRUE(settings.sites[1].served);
  EXPECT_FALSE(settings.sites[2].served);
  EXPECT_FALSE(settings.otherHosts);
  ASSERT_EQ(settings.tls.certificates.size(), 2u) << "the server's own and that of the site";
  EXPECT_EQ(settings.tls.certificates[1].certificate, (folder_ / "b.pem").string());
  EXPECT_EQ(settings.tls.certificates[1].key, "/etc/b-key.pem");
  EXPECT_EQ(settings.tls.certificates[1].host, "bakery.example");
  EXPECT_TRUE(read(R"({"sites": []})").settings.otherHosts);
  EXPECT_TRUE(read(R"({"sites": [{"host": "a.example"}, {"host": "*"}]})").settings.otherHosts);
  EXPECT_FALSE(read(R"({"sites": [{"host": "a.example"}, {"host": "*", "env": "Production"}]})").settings.otherHosts);
}

TEST_F(ServerSettingsTest, SitesThatAskForCertificates) {
  const auto hosts = [](const SettingsReading& reading) {
    std::vector<std::string> all;
    for (const http::CertificateFiles& files : reading.settings.tls.certificates) {
      if (files.optional) all.push_back(files.host);
    }
    return all;
  };
  const std::string sites = R"("sites": [{"host": "a.example"}, {"host": "*.a.example"}, {"host": "*"},
    {"host": "own.example", "certificate": "own.pem", "key": "own-key.pem"}, {"host": "b.example", "env": "Staging"},
    {"host": "www.a.example", "redirectTo": "a.example"}])";
  SettingsReading reading = read("{" + sites + R"(, "acme": {"enabled": true}})");
  ASSERT_TRUE(reading.problems.empty()) << reading.problems.front();
  EXPECT_EQ(hosts(reading), (std::vector<std::string>{"a.example", "www.a.example"}));
  EXPECT_TRUE(reading.settings.httpsEnabled) << "without being said";
  EXPECT_EQ(reading.settings.tls.certificates.back().certificate,
            (folder_ / "Data/instance/acme/www.a.example.pem").string());
  reading = read("{" + sites + R"(, "acme": {"enabled": true, "domains": ["C.example"]}})");
  EXPECT_EQ(hosts(reading), std::vector<std::string>{"c.example"});
  reading = read("{" + sites + R"(, "acme": {"enabled": false}})");
  EXPECT_TRUE(hosts(reading).empty());
  EXPECT_FALSE(reading.settings.httpsEnabled);
}

TEST(CertificateTimes, RenewalWarningAndPauses) {
  constexpr std::int64_t day = 86'400;
  EXPECT_EQ(renewalOf(0, 90 * day).ms / 1000, 60 * day);
  EXPECT_EQ(warningOf(0, 90 * day).ms / 1000, 76 * day);
  EXPECT_EQ(renewalOf(0, 365 * day).ms / 1000, 335 * day);
  EXPECT_EQ(renewalOf(0, 6 * day).ms / 1000, 4 * day);
  EXPECT_EQ(warningOf(0, 6 * day).ms / 1000, 5 * day);
  EXPECT_EQ(pauseSeconds(1, 0), 300);
  EXPECT_EQ(pauseSeconds(2, 0), 600);
  EXPECT_EQ(pauseSeconds(3, 3600), 3600);
  EXPECT_EQ(pauseSeconds(50, 0), day);
  EXPECT_EQ(pauseSeconds(1, 1'000'000'000), 7 * day);
}

TEST(ServerSettingsTable, HasEveryKeyOnce) {
  std::set<std::string_view> keys;
  for (const SettingRow& row : settingRows()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_EQ(row.take == nullptr, row.expected.empty()) << row.key;
  }
}

}  // namespace
}  // namespace qodly::app
