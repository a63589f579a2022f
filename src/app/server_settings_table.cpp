// The table of the HTTP settings.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "app/server_settings.h"
#include "base/base64_url.h"
#include "base/text.h"
#include "http/certificate.h"
#include "script/library/charset.h"
#include "security/directory.h"

namespace qodly::app {

namespace {

using Settings = ServerSettings;

bool takeBool(const Value& value, bool& out) {
  if (value.type() != Type::boolean) return false;
  out = value.asBoolean();
  return true;
}

template <class T>
bool takeNumber(const Value& value, std::int64_t least, std::int64_t most, T& out) {
  if (!value.isNumber()) return false;
  const double number = value.asNumber();
  if (std::floor(number) != number || number < static_cast<double>(least) || number > static_cast<double>(most))
    return false;
  out = static_cast<T>(number);
  return true;
}

bool takeText(const Value& value, std::string& out) {
  if (!value.isText()) return false;
  out = value.asText();
  return true;
}

bool takePath(const Value& value, std::filesystem::path& out) {
  if (!value.isText()) return false;
  out = std::string(value.asText());
  return true;
}

template <class Take>
bool takeEach(const Value& value, Take take) {
  if (value.isNull()) return true;
  if (!value.isCollection()) return false;
  for (const Value& element : value.asCollection().elements()) {
    if (!take(element)) return false;
  }
  return true;
}

std::string memberText(const Value& object, std::string_view name) {
  const Value* member = object.isObject() ? object.asObject().find(name) : nullptr;
  return member != nullptr && member->isText() ? std::string(member->asText()) : std::string();
}

bool takeCors(Settings& settings, const Value& value) {
  settings.live.cors = {};
  return takeEach(value, [&](const Value& entry) {
    if (!entry.isObject()) return false;
    const std::string host = memberText(entry, "host");
    return host.empty() || settings.live.cors.add(host, memberText(entry, "methods")).has_value();
  });
}

bool takeProxies(Settings& settings, const Value& value) {
  settings.live.trustedProxies = {};
  return takeEach(
      value, [&](const Value& entry) { return entry.isText() && settings.live.trustedProxies.add(entry.asText()); });
}

bool takeCertificates(Settings& settings, const Value& value) {
  settings.certificates.clear();
  return takeEach(value, [&](const Value& entry) {
    http::CertificateFiles files{memberText(entry, "certificate"), memberText(entry, "key")};
    settings.certificates.push_back(files);
    return !files.certificate.empty() && !files.key.empty();
  });
}

bool isHomePage(std::string_view page) {
  return !page.starts_with('/') && !page.ends_with('/') && page.find("..") == std::string_view::npos;
}

// Texts of an object by name; false: a member that is not among them, or is no text.
using TextMembers = std::initializer_list<std::pair<std::string_view, std::string*>>;
bool takeTexts(const Object::Member& member, const TextMembers& known) {
  const auto at = std::ranges::find(known, std::string_view(member.name), &TextMembers::value_type::first);
  return at != known.end() && takeText(member.value, *at->second);
}

bool takeSite(Settings& settings, const Value& entry) {
  if (!entry.isObject()) return false;
  Site site;
  std::string environment, root, home;
  for (const Object::Member& member : entry.asObject().members()) {
    if (!takeTexts(member, {{"host", &site.host},
                            {"env", &environment},
                            {"rootFolder", &root},
                            {"defaultHomepage", &home},
                            {"redirectTo", &site.redirectTo},
                            {"certificate", &site.certificate.certificate},
                            {"key", &site.certificate.key}}))
      return false;
    if (member.name == "defaultHomepage") site.homePage = home;
  }
  site.host = lowerAscii(site.host);
  site.rootFolder = root;
  site.served = environment.empty() || equalsIgnoringAsciiCase(environment, security::developmentEnvironment);
  const bool isNew = std::ranges::find(settings.sites, site.host, &Site::host) == settings.sites.end();
  const bool whole = site.certificate.certificate.empty() == site.certificate.key.empty();
  const bool named = site.host == "*" || http::isHostName(site.host);
  const bool leads = site.redirectTo.empty() || (http::isHostName(site.redirectTo) && site.redirectTo != site.host);
  if (!isNew || !whole || !named || !leads || (site.homePage && !isHomePage(*site.homePage))) return false;
  if (site.host == "*") settings.otherHosts = site.served;
  if (http::isHostName(site.host) && !site.host.starts_with("*.")) site.certificate.host = site.host;
  settings.sites.push_back(std::move(site));
  return true;
}

// Those of the project's own settings give way to the ones said here, which close the server to other names.
bool takeSites(Settings& settings, const Value& value) {
  settings.sites.clear();
  settings.otherHosts = !value.isCollection() || value.asCollection().size() == 0;
  return takeEach(value, [&settings](const Value& entry) { return takeSite(settings, entry); });
}

bool takeDomains(const Value& value, std::vector<std::string>& out) {
  return takeEach(value, [&out](const Value& entry) {
    if (!entry.isText() || entry.asText().starts_with("*.") || !http::isHostName(entry.asText())) return false;
    out.push_back(lowerAscii(entry.asText()));
    return true;
  });
}

// {"keyId": "...", "hmacKey": "..." or {"secret": "name"}}
bool takeExternalAccount(const Value& value, AcmeSettings& out) {
  if (!value.isObject()) return false;
  out.externalId = memberText(value, "keyId");
  out.externalKey = memberText(value, "hmacKey");
  const Value* key = value.asObject().find("hmacKey");
  if (key != nullptr) out.externalSecret = memberText(*key, "secret");
  return !out.externalId.empty() &&
         (out.externalSecret.empty() ? fromBase64Url(out.externalKey).has_value() : out.externalKey.empty());
}

bool takeAcme(Settings& settings, const Value& value) {
  if (!value.isObject()) return false;
  AcmeSettings acme;
  for (const Object::Member& member : value.asObject().members()) {
    const std::string_view name = member.name;
    const bool good =
        name == "enabled"                ? takeBool(member.value, acme.enabled)
        : name == "termsOfServiceAgreed" ? takeBool(member.value, acme.termsAgreed)
        : name == "domains"              ? takeDomains(member.value, acme.domains)
        : name == "externalAccount"
            ? takeExternalAccount(member.value, acme)
            : takeTexts(member,
                        {{"directoryUrl", &acme.directory}, {"email", &acme.email}, {"caFile", &acme.authorityFile}});
    if (!good) return false;
  }
  settings.acme = std::move(acme);
  const std::string_view mail = settings.acme.email;
  const bool isMail = mail.empty() || (mail.find('@') != std::string_view::npos &&
                                       mail.find_first_of(" ,?<>\"\\\r\n") == std::string_view::npos);
  return isMail && settings.acme.directory.starts_with("https://");
}

// 30, or {"perSecond": 30, "burst": 60}
bool takeRate(const Value& value, http::RateLimit& out) {
  const Value* perSecond = value.isObject() ? value.asObject().find("perSecond") : &value;
  const Value* burst = value.isObject() ? value.asObject().find("burst") : nullptr;
  if (perSecond == nullptr || !perSecond->isNumber() || perSecond->asNumber() < 0) return false;
  if (burst != nullptr && (!burst->isNumber() || burst->asNumber() < 1)) return false;
  out.perSecond = perSecond->asNumber();
  out.burst = burst != nullptr ? burst->asNumber() : std::max(1.0, 2 * out.perSecond);
  return true;
}

bool takeSameSite(Settings& settings, const Value& value) {
  if (!value.isText()) return false;
  constexpr std::array<std::pair<std::string_view, security::SameSite>, 3> names{
      {{"Strict", security::SameSite::Strict}, {"Lax", security::SameSite::Lax}, {"None", security::SameSite::None}}};
  for (const auto& [name, kind] : names) {
    if (!equalsIgnoringAsciiCase(name, value.asText())) continue;
    settings.sameSite = kind;
    return true;
  }
  return false;
}

template <class Allowed>
bool takeTextOf(const Value& value, std::string& out, Allowed allowed) {
  constexpr std::size_t longest = 255;
  return takeText(value, out) && out.size() <= longest && std::ranges::all_of(out, allowed);
}

bool isAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool takeCookieName(Settings& settings, const Value& value) {
  const auto allowed = [](char c) { return isAlphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return takeTextOf(value, settings.sessionCookieName, allowed) && !settings.sessionCookieName.starts_with("WASID") &&
         !settings.sessionCookieName.starts_with("QAUTH_");
}

bool takeCookieDomain(Settings& settings, const Value& value) {
  const auto allowed = [](char c) { return isAlphanumeric(c) || c == '-' || c == '.'; };
  return takeTextOf(value, settings.sessionCookieDomain, allowed);
}

bool takeCookiePath(Settings& settings, const Value& value) {
  const auto allowed = [](char c) { return c > ' ' && c < '\x7F' && c != ';' && c != ','; };
  return takeTextOf(value, settings.sessionCookiePath, allowed) && settings.sessionCookiePath.starts_with('/');
}

bool takeSessionTimeout(Settings& settings, const Value& value) {
  constexpr std::int64_t usual = 60, aYear = 525'600;
  std::int64_t minutes = 0;
  if (!takeNumber(value, 0, aYear, minutes) || (minutes != 0 && minutes < usual)) return false;
  settings.inactiveSessionTimeout = std::chrono::minutes(minutes == 0 ? usual : minutes);
  return true;
}

bool takeProcessTimeout(Settings& settings, const Value& value) {
  constexpr std::int64_t usual = 480, aYear = 525'600;
  std::int64_t minutes = 0;
  if (!takeNumber(value, 0, aYear, minutes)) return false;
  settings.inactiveProcessTimeout = std::chrono::minutes(minutes == 0 ? usual : minutes);
  return true;
}

// Pages are written in ASCII and read by it: sets that have other bytes for it are none for the web.
bool takeCharacterSet(Settings& settings, const Value& value) {
  using script::library::Charset;
  constexpr std::string_view ascii = "<p class=\"a\">&amp;+{}[]$%0</p>\r\n";
  std::int64_t number = 0;
  const bool numbered = takeNumber(value, 1, 1'000'000, number);
  if (!numbered && !value.isText()) return false;
  const Result<Charset> set = numbered ? Charset::numbered(number) : Charset::named(value.asText());
  if (!set || set->encode(ascii) != ascii) return false;
  settings.characterSet = set->isUtf8() ? std::string() : set->name();
  return true;
}

bool takeLogFormat(Settings& settings, const Value& value) {
  constexpr std::array<std::pair<std::string_view, http::LogFormat>, 9> names{{{"none", http::LogFormat::None},
                                                                               {"clf", http::LogFormat::Clf},
                                                                               {"common", http::LogFormat::Clf},
                                                                               {"dlf", http::LogFormat::Dlf},
                                                                               {"combined", http::LogFormat::Dlf},
                                                                               {"elf", http::LogFormat::Elf},
                                                                               {"w3c", http::LogFormat::Elf},
                                                                               {"wlf", http::LogFormat::Wlf},
                                                                               {"json", http::LogFormat::Json}}};
  int number = 0;
  if (takeNumber(value, 0, 4, number)) {
    settings.log.format = static_cast<http::LogFormat>(number);
    return true;
  }
  if (!value.isText()) return false;
  for (const auto& [name, format] : names) {
    if (!equalsIgnoringAsciiCase(name, value.asText())) continue;
    settings.log.format = format;
    return true;
  }
  return false;
}

bool takeLogFields(Settings& settings, const Value& value) {
  settings.log.fields.clear();
  return takeEach(value, [&](const Value& entry) {
    const std::string name = entry.isText() ? http::AccessLogOptions::fieldName(entry.asText()) : std::string();
    if (name.empty() || std::ranges::find(settings.log.fields, name) != settings.log.fields.end()) return false;
    settings.log.fields.push_back(name);
    return true;
  });
}

// "hh:mm"
bool takeTimeOfDay(const Value& value, unsigned& hour, unsigned& minute) {
  if (!value.isText() || value.asText().size() != 5 || value.asText()[2] != ':') return false;
  const std::string_view text = value.asText();
  const auto number = [](std::string_view digits, unsigned most, unsigned& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size() && out <= most;
  };
  return number(text.substr(0, 2), 23, hour) && number(text.substr(3), 59, minute);
}

// {"every": "day"|"hours"|"days"|"weeks"|"months"|"size", "count": 7, "at": "03:00", ...}
bool takeRotation(Settings& settings, const Value& value) {
  using Kind = http::LogRotation::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 6> names{{{"none", Kind::None},
                                                                    {"hours", Kind::Hours},
                                                                    {"days", Kind::Days},
                                                                    {"weeks", Kind::Weeks},
                                                                    {"months", Kind::Months},
                                                                    {"size", Kind::Size}}};
  if (!value.isObject()) return false;
  http::LogRotation rotation;
  bool known = false;
  for (const auto& member : value.asObject().members()) {
    std::uint64_t megabytes = 0;
    bool good = false;
    if (member.name == "every") {
      for (const auto& [name, kind] : names) {
        if (member.value.isText() && member.value.asText() == name) rotation.kind = kind, good = known = true;
      }
    } else if (member.name == "count") {
      good = takeNumber(member.value, 1, 366, rotation.every);
    } else if (member.name == "at") {
      good = takeTimeOfDay(member.value, rotation.hour, rotation.minute);
    } else if (member.name == "megabytes") {
      good = takeNumber(member.value, 1, 100'000, megabytes);
      rotation.bytes = megabytes * 1'000'000;
    } else if (member.name == "keep") {
      good = takeNumber(member.value, 0, 100'000, rotation.keep);
    } else if (member.name == "monthDay") {
      good = takeNumber(member.value, 1, 28, rotation.monthDay);
    } else if (member.name == "weekdays") {
      good = takeEach(member.value, [&rotation](const Value& day) {
        unsigned number = 0;
        if (!takeNumber(day, 0, 6, number)) return false;
        rotation.weekdays = static_cast<std::uint8_t>(rotation.weekdays | 1u << number);
        return true;
      });
    }
    if (!good) return false;
  }
  if (rotation.kind == Kind::Size && rotation.bytes == 0) return false;
  settings.log.rotation = rotation;
  return known;
}

bool takeDebugLevel(Settings& settings, const Value& value) {
  unsigned level = 0;
  if (!takeNumber(value, 0, 7, level) || (level != 0 && level % 2 == 0)) return false;
  settings.debugLog.level = level;
  return true;
}

bool takeHomePage(Settings& settings, const Value& value) {
  return takeText(value, settings.homePage) && isHomePage(settings.homePage);
}

bool takeCompressionLevel(Settings& settings, const Value& value) {
  return takeNumber(value, -1, 9, settings.live.compressionLevel) && settings.live.compressionLevel != 0;
}

// The largest value stands for no limit.
bool takeRequestSize(Settings& settings, const Value& value) {
  constexpr std::int64_t unlimited = 2'147'483'648;
  if (!takeNumber(value, 500'000, unlimited, settings.live.bodyBytes)) return false;
  if (settings.live.bodyBytes == unlimited) settings.live.bodyBytes = UINT64_MAX;
  return true;
}

bool takeKeepAliveTimeout(Settings& settings, const Value& value) {
  std::int64_t seconds = 0;
  if (!takeNumber(value, 1, 86'400, seconds)) return false;
  settings.live.keepAliveTimeout = std::chrono::seconds(seconds);
  return true;
}

bool takeMinimumTls(Settings& settings, const Value& value) {
  return takeNumber(value, 1, 4, settings.tls.minimumVersion);
}

// "10.0.0.7", "10.0.0.7:8080", "::1", "[::1]", "[::1]:8080"
bool takeAddress(Settings& settings, const Value& value) {
  if (!takeText(value, settings.address)) return false;
  const std::string text = settings.address;
  const std::size_t end = text.find(']'), colon = text.rfind(':');
  const bool bracketed = text.starts_with('[') && end != std::string::npos;
  const bool ported = bracketed ? colon == end + 1 : colon != std::string::npos && text.find(':') == colon;
  if (bracketed && !ported && end + 1 != text.size()) return false;
  if (ported) {
    const std::string_view digits = std::string_view(text).substr(colon + 1);
    const auto [behind, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), settings.addressPort);
    if (problem != std::errc() || behind != digits.data() + digits.size() || settings.addressPort == 0) return false;
  }
  settings.address = bracketed ? text.substr(1, end - 1) : ported ? text.substr(0, colon) : text;
  return text.empty() || http::IpAddress::parse(settings.address).has_value();
}

bool takeHttps(Settings& settings, const Value& value) {
  settings.httpsSaid = true;
  return takeBool(value, settings.httpsEnabled);
}

constexpr std::string_view yesNo = "true or false";
constexpr std::string_view port = "a whole number from 0 to 65535 (0: the usual port)";
constexpr std::string_view rate = "requests a second, or an object {\"perSecond\", \"burst\"}";

constexpr std::array<SettingRow, 62> rows{{
    {"HTTPEnabled", false, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.httpEnabled); }},
    {"HTTPPort", false, port, [](Settings& s, const Value& v) { return takeNumber(v, 0, 65'535, s.httpPort); }},
    {"HTTPSEnabled", false, yesNo, takeHttps},
    {"HTTPSPort", false, port, [](Settings& s, const Value& v) { return takeNumber(v, 0, 65'535, s.httpsPort); }},
    {"IPAddressToListen", false, "an IPv4 or IPv6 address, with a port as in 10.0.0.7:8080 or [::1]:8080", takeAddress},
    {"rootFolder", false, "a path inside the project",
     [](Settings& s, const Value& v) { return takePath(v, s.rootFolder); }},
    {"defaultHomepage", true, "a path relative to the root folder, without / at either end, or \"\"", takeHomePage},
    {"certificateFolder", false, "a path",
     [](Settings& s, const Value& v) { return takePath(v, s.certificateFolder); }},
    {"certificates", true, "a list of objects {\"certificate\", \"key\"} with paths of PEM files", takeCertificates},
    {"minTLSVersion", false, "3 (TLS 1.2) or 4 (TLS 1.3)", takeMinimumTls},
    {"cipherSuite", false, "an OpenSSL cipher list",
     [](Settings& s, const Value& v) { return takeText(v, s.tls.ciphers); }},
    {"HSTSEnabled", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.hsts); }},
    {"HSTSMaxAge", true, "seconds, 0 or more",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 1LL << 40, s.live.hstsMaxAge); }},
    {"redirectToHTTPS", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.redirectToHttps); }},
    {"CORSEnabled", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.corsEnabled); }},
    {"CORSSettings", true,
     "a list of objects {\"host\", \"methods\"}: hosts such as shop.example.org, *.example.org, 10.0.*, http://a:8080 "
     "or *, methods such as get;post",
     takeCors},
    {"HTTPTrace", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.trace); }},
    {"HTTPCompression", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.compression); }},
    {"HTTPCompressionLevel", true, "1 (fast) to 9 (best), or -1", takeCompressionLevel},
    {"HTTPCompressionThreshold", true, "bytes, 0 or more",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 1LL << 40, s.live.compressionThreshold); }},
    {"maxRequestSize", true, "bytes, 500000 to 2147483648 (no limit)", takeRequestSize},
    {"restEnabled", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restEnabled); }},
    {"rest.enabled", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restEnabled); }},
    {"restGetDelete", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restGetDelete); }},
    {"rest.getDelete", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restGetDelete); }},
    {"restApiKeyRequired", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restApiKeyRequired); }},
    {"rest.apiKeyRequired", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restApiKeyRequired); }},
    {"restLegacyCookies", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restLegacyCookies); }},
    {"rest.legacyCookies", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.restLegacyCookies); }},
    {"maxConcurrentProcesses", true, "a whole number from 10 to 32000",
     [](Settings& s, const Value& v) { return takeNumber(v, 10, 32'000, s.live.runningRequests); }},
    {"maxSessions", true, "a whole number, 0 for no limit",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 1LL << 40, s.maxSessions); }},
    {"inactiveSessionTimeout", true, "minutes, 60 to 525600, or 0 for the default", takeSessionTimeout},
    {"inactiveProcessTimeout", true, "minutes, 1 to 525600, or 0 for the default", takeProcessTimeout},
    {"scalableSession", false, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.scalableSession); }},
    {"sessionCookieName", false, "letters, digits and - _ ., not WASID or WASID4D, or \"\" for the usual name",
     takeCookieName},
    {"sessionCookieDomain", false, "a host name such as example.org, or \"\" for the host that answers",
     takeCookieDomain},
    {"sessionCookiePath", false, "a path that begins with /", takeCookiePath},
    {"sessionCookieSameSite", true, "Strict, Lax or None", takeSameSite},
    // Put in force by AccessSettings, which reads the same file.
    {"sessionIPAddressValidation", true, yesNo,
     [](Settings&, const Value& v) {
       bool ignored = false;
       return takeBool(v, ignored);
     }},
    {"keepAlive", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.keepAlive); }},
    {"keepAliveMaxRequests", true, "a whole number, 0 for no limit",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 1'000'000'000, s.live.keepAliveMaxRequests); }},
    {"keepAliveTimeout", true, "seconds, 1 to 86400", takeKeepAliveTimeout},
    {"characterSet", true,
     "a character set that contains ASCII, by its IANA name or MIBEnum, such as UTF-8, 106, windows-1252 or 2252",
     takeCharacterSet},
    {"cacheEnabled", false, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.cacheEnabled); }},
    {"cacheSizeKB", false, "kilobytes, 0 to 16777216",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 16'777'216, s.cacheKilobytes); }},
    {"logRecording", true, "0 to 4, or one of none, clf, dlf, elf, wlf, json", takeLogFormat},
    {"logFields", true, "a list of field names such as C_IP, DATE, TIME, METHOD, CS_URI, STATUS, each once",
     takeLogFields},
    {"logRotation", true,
     "an object {\"every\": none, hours, days, weeks, months or size; \"count\", \"at\": \"hh:mm\", \"weekdays\": [0 - "
     "6], \"monthDay\": 1 - 28, \"megabytes\", \"keep\"}",
     takeRotation},
    {"clfZone", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.log.zone); }},
    {"debugLog", true, "0, 1, 3, 5 or 7", takeDebugLevel},
    {"trustedProxies", true, "a list of addresses and networks such as 10.0.0.7 and 10.0.0.0/8", takeProxies},
    {"http2", false, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.tls.http2); }},
    {"rateLimitPerAddress", true, rate, [](Settings& s, const Value& v) { return takeRate(v, s.live.ratePerAddress); }},
    {"rateLimitPerSession", true, rate, [](Settings& s, const Value& v) { return takeRate(v, s.live.ratePerSession); }},
    {"connectionsPerAddress", true, "a whole number, 0 for no limit",
     [](Settings& s, const Value& v) { return takeNumber(v, 0, 1'000'000, s.live.connectionsPerAddress); }},
    {"requestIds", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.requestIds); }},
    {"serverTiming", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.serverTiming); }},
    {"metrics", true, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.live.metrics); }},
    {"metricsToken", true, "a text of at least 16 characters, or \"\"",
     [](Settings& s, const Value& v) {
       return takeText(v, s.metricsToken) && (s.metricsToken.empty() || s.metricsToken.size() >= 16);
     }},
    {"sites", true,
     "a list of objects {\"host\": a name, *.name or *, each once; \"env\", \"rootFolder\", \"defaultHomepage\", "
     "\"redirectTo\": a host name; \"certificate\" with \"key\"}",
     takeSites},
    {"acme", true,
     "an object {\"enabled\", \"termsOfServiceAgreed\": true or false; \"directoryUrl\": an https address; \"email\", "
     "\"caFile\"; \"domains\": a list of host names without *; \"externalAccount\": {\"keyId\", \"hmacKey\": base64url "
     "or {\"secret\"}}}",
     takeAcme},
    {"allowInsecureTLS", false, yesNo, [](Settings& s, const Value& v) { return takeBool(v, s.tls.allowInsecure); }},
}};

}  // namespace

std::span<const SettingRow> settingRows() { return rows; }

}  // namespace qodly::app
