#include "app/server_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "http/certificate.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::uintmax_t largestFile = 4 << 20;

std::optional<std::string> contentOf(const std::filesystem::path& file) {
  std::error_code missing;
  if (const auto size = std::filesystem::file_size(file, missing); missing || size > largestFile) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

// What is never a root folder for files: the project as a whole, with its keys, and what is not for visitors.
constexpr auto privateFolders =
    std::to_array<std::string_view>({"..", ".", "Project", "Data", "Settings", "Logs", "Backups", "Libraries"});

// A folder of the project by the path its settings give. nullopt: not one that may be served.
std::optional<std::filesystem::path> insideProject(const model::ProjectPaths& paths, std::string_view text) {
  const std::filesystem::path path = (paths.root / std::string(text)).lexically_normal();
  const std::filesystem::path relative = path.lexically_relative(paths.root.lexically_normal());
  if (relative.empty()) return std::nullopt;
  const std::string first = *relative.begin();
  const bool isPrivate = std::ranges::any_of(
      privateFolders, [&first](std::string_view name) { return equalsIgnoringAsciiCase(name, first); });
  return isPrivate ? std::nullopt : std::optional(path);
}

void readHost(pugi::xml_node host, const std::filesystem::path& file, const SettingsFiles& files, SettingsReading& out,
              std::filesystem::path& rootFolder, std::string& homePage) {
  if (const std::string root = host.attribute("html_root").value(); !root.empty()) {
    if (auto folder = insideProject(files.project, root)) {
      rootFolder = std::move(*folder);
    } else {
      out.notes.push_back(
          fmt::format("{}: the root folder \"{}\" is not a folder for files inside the project; WebFolder is used",
                      file.string(), root));
    }
  }
  if (const std::string home = host.attribute("home_page").value();
      !home.empty() && home.find("..") == std::string::npos)
    homePage = home;
}

// A virtual site of the project: one that has a host name. The server stays open to all other names.
void readProjectSite(pugi::xml_node host, const std::filesystem::path& file, const SettingsFiles& files,
                     SettingsReading& out) {
  Site site;
  site.host = lowerAscii(host.attribute("name").value());
  const bool known = std::ranges::find(out.settings.sites, site.host, &Site::host) != out.settings.sites.end();
  if (!http::isHostName(site.host) || known) return;
  std::string home;
  readHost(host, file, files, out, site.rootFolder, home);
  if (!home.empty()) site.homePage = std::move(home);
  out.settings.sites.push_back(std::move(site));
}

// "BYTES-SENT;C-IP"; what is no field is left out.
void readLogTokens(std::string_view tokens, http::AccessLogOptions& log) {
  std::vector<std::string> fields;
  for (const std::string_view token : split(tokens, ';')) {
    std::string name = http::AccessLogOptions::fieldName(trim(token));
    if (!name.empty() && std::ranges::find(fields, name) == fields.end()) fields.push_back(std::move(name));
  }
  if (!fields.empty()) log.fields = std::move(fields);
}

// What settings.4DSettings says (project-format.md 20.3). Real projects hold odd values: they are told, never refused.
void readEngineSettings(const std::filesystem::path& file, const SettingsFiles& files, SettingsReading& out) {
  const auto text = contentOf(file);
  if (!text) return;
  pugi::xml_document document;
  if (!document.load_buffer(text->data(), text->size(), pugi::parse_default & ~pugi::parse_doctype)) {
    out.notes.push_back(fmt::format("{} is no XML; it is left aside", file.string()));
    return;
  }
  const pugi::xml_node server = document.child("preferences").child("com.4d").child("web").child("standalone_server");
  const pugi::xml_node hosts = server.child("configuration").child("hosts");
  const pugi::xml_node usual = hosts.child("host");
  readHost(usual, file, files, out, out.settings.rootFolder, out.settings.homePage);
  for (pugi::xml_node host = usual.next_sibling("host"); host; host = host.next_sibling("host")) {
    readProjectSite(host, file, files, out);
  }
  const auto number = [](pugi::xml_attribute attribute, std::size_t most, auto& into) {
    const std::string_view digits = attribute.value();
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size() && value <= most)
      into = static_cast<std::remove_reference_t<decltype(into)>>(value);
  };
  number(server.child("options").child("keep_alive").attribute("requests_number"), 1'000'000,
         out.settings.live.keepAliveMaxRequests);
  number(server.child("log").attribute("format"), static_cast<std::size_t>(http::LogFormat::Wlf),
         out.settings.log.format);
  readLogTokens(server.child("log").attribute("tokens").value(), out.settings.log);
  const pugi::xml_node network = document.child("preferences").child("com.4d").child("server").child("network");
  if (const std::string name = network.child("options").attribute("publication_name").value(); !name.empty())
    out.settings.publicationName = name;
}

const SettingRow* findRow(std::string_view key) {
  const auto rows = settingRows();
  const auto at = std::ranges::find(rows, key, &SettingRow::key);
  return at == rows.end() ? nullptr : &*at;
}

const SettingRow* findSimilar(std::string_view key) {
  const auto rows = settingRows();
  const auto at =
      std::ranges::find_if(rows, [key](const SettingRow& row) { return equalsIgnoringAsciiCase(row.key, key); });
  return at == rows.end() ? nullptr : &*at;
}

void readSetting(const std::string& file, const std::string& name, const Value& given, SettingsReading& out) {
  const SettingRow* row = findRow(name);
  if (row == nullptr) {
    const SettingRow* similar = findSimilar(name);
    out.notes.push_back(similar == nullptr
                            ? fmt::format("{}: http.{} is no setting; it is kept and has no effect", file, name)
                            : fmt::format("{}: http.{} is no setting; meant is http.{}", file, name, similar->key));
    return;
  }
  if (row->take(out.settings, given)) return;
  std::string value = json::text(given);
  constexpr std::size_t shown = 80;
  if (value.size() > shown) value = value.substr(0, shown) + "...";
  out.problems.push_back(fmt::format("{}: http.{} must be {}, not {}", file, name, row->expected, value));
}

// {"rest": {"enabled": false}} is "rest.enabled".
void readMember(const std::string& file, const Object::Member& member, SettingsReading& out) {
  if (member.name != "rest" || !member.value.isObject()) return readSetting(file, member.name, member.value, out);
  for (const Object::Member& inner : member.value.asObject().members()) {
    readSetting(file, "rest." + inner.name, inner.value, out);
  }
}

void readEnvironment(const std::filesystem::path& file, SettingsReading& out) {
  const auto text = contentOf(file);
  if (!text) return;
  const Result<Value> parsed = json::parse(*text, {.tolerant = true});
  if (!parsed) {
    out.problems.push_back(fmt::format("{}: {}", file.string(), parsed.error().text()));
    return;
  }
  if (const Value* rest = parsed->isObject() ? parsed->asObject().find("rest") : nullptr; rest && rest->isObject())
    readMember(file.string(), {"rest", *rest}, out);
  const Value* http = parsed->isObject() ? parsed->asObject().find("http") : nullptr;
  if (http == nullptr || http->isNull()) return;
  if (!http->isObject()) {
    out.problems.push_back(fmt::format("{}: http must be an object with the settings of the server", file.string()));
    return;
  }
  for (const Object::Member& member : http->asObject().members()) readMember(file.string(), member, out);
}

void takeRelative(const std::filesystem::path& root, std::string& file) {
  if (!file.empty() && std::filesystem::path(file).is_relative()) file = (root / file).string();
}

void completeSites(const SettingsFiles& files, SettingsReading& out) {
  for (Site& site : out.settings.sites) {
    takeRelative(files.project.root, site.certificate.certificate);
    takeRelative(files.project.root, site.certificate.key);
    if (!site.certificate.certificate.empty()) out.settings.tls.certificates.push_back(site.certificate);
    if (site.rootFolder.empty() || site.rootFolder == files.project.webFolder) continue;
    if (auto inside = insideProject(files.project, site.rootFolder.string())) {
      site.rootFolder = std::move(*inside);
    } else {
      out.problems.push_back(
          fmt::format("http.sites: rootFolder of {} must be a folder for files inside the project", site.host));
    }
  }
}

// Hosts that need a certificate: those said, or the sites that bring none.
void completeAcme(const SettingsFiles& files, SettingsReading& out) {
  AcmeSettings& acme = out.settings.acme;
  if (!acme.enabled) return;
  takeRelative(files.project.root, acme.authorityFile);
  if (acme.domains.empty()) {
    for (const Site& site : out.settings.sites) {
      const bool one = site.host != "*" && !site.host.starts_with("*.");
      if (one && site.served && site.certificate.certificate.empty()) acme.domains.push_back(site.host);
    }
  }
  if (acme.domains.empty()) {
    out.problems.push_back("http.acme.domains must name the hosts that certificates are asked for, or http.sites some");
  }
  if (!out.settings.httpEnabled) {
    out.problems.push_back("http.acme needs http.HTTPEnabled: the authority asks for its proof over plain HTTP");
  }
  for (const std::string& host : acme.domains) {
    const std::string file = files.acmeFile(host).string();
    out.settings.tls.certificates.push_back({file, file, host, true});
  }
}

// What follows from the values together.
void complete(const SettingsFiles& files, SettingsReading& out) {
  ServerSettings& settings = out.settings;
  const std::filesystem::path& root = files.project.root;
  if (settings.rootFolder.empty()) settings.rootFolder = files.project.webFolder;
  if (settings.rootFolder != files.project.webFolder) {
    if (auto inside = insideProject(files.project, settings.rootFolder.string())) {
      settings.rootFolder = std::move(*inside);
    } else {
      out.problems.push_back("http.rootFolder must be a folder for files inside the project");
    }
  }
  if (settings.certificateFolder.empty()) settings.certificateFolder = root;
  if (settings.certificateFolder.is_relative()) settings.certificateFolder = root / settings.certificateFolder;
  const std::filesystem::path certificate = settings.certificateFolder / "cert.pem";
  const std::filesystem::path key = settings.certificateFolder / "key.pem";
  std::error_code ignored;
  if (!settings.httpsSaid)
    settings.httpsEnabled = settings.acme.enabled || std::filesystem::exists(certificate, ignored);
  settings.tls.certificates = {{certificate.string(), key.string()}};
  for (http::CertificateFiles extra : settings.certificates) {
    for (std::string* path : {&extra.certificate, &extra.key}) takeRelative(root, *path);
    settings.tls.certificates.push_back(std::move(extra));
  }
  completeSites(files, out);
  completeAcme(files, out);
  settings.log.file = files.project.logs / "logweb.txt";
  settings.debugLog.folder = files.project.logs;
  const bool chosenFields = settings.log.format == http::LogFormat::Elf || settings.log.format == http::LogFormat::Wlf;
  if (chosenFields && settings.log.fields.empty()) settings.log.format = http::LogFormat::None;
  settings.live.httpsPort = settings.httpsPort;
  if (settings.live.hsts && !settings.httpsEnabled) out.notes.push_back("http.HSTSEnabled has no effect without HTTPS");
  if (settings.live.redirectToHttps && !settings.httpsEnabled) {
    out.notes.push_back("http.redirectToHTTPS has no effect without HTTPS");
    settings.live.redirectToHttps = false;
  }
  if (!settings.httpEnabled && !settings.httpsEnabled)
    out.problems.push_back("http.HTTPEnabled and http.HTTPSEnabled are both off: nothing would be served");
}

}  // namespace

std::vector<std::filesystem::path> SettingsFiles::engineSettings() const {
  constexpr std::string_view name = "settings.4DSettings";
  return {project.sources / name, project.root / "Settings" / name, project.data / name};
}

std::filesystem::path SettingsFiles::acmeFile(std::string_view host) const {
  return instance / "acme" / (std::string(host) + ".pem");
}

SettingsReading readServerSettings(const SettingsFiles& files) {
  SettingsReading out;
  out.settings.live.keepAliveTimeout = std::chrono::seconds(15);
  out.settings.live.metrics = true;
  for (const auto& file : files.engineSettings()) readEngineSettings(file, files, out);
  readEnvironment(files.environment(), out);
  if (out.settings.addressPort != 0) out.settings.httpPort = out.settings.addressPort;
  if (out.settings.httpPort == 0) out.settings.httpPort = 80;
  if (out.settings.httpsPort == 0) out.settings.httpsPort = 443;
  if (files.commandLine) files.commandLine(out.settings);
  complete(files, out);
  return out;
}

std::vector<std::string> changesAtStart(const ServerSettings& running, const ServerSettings& read) {
  std::vector<std::string> names;
  const auto compare = [&names](bool same, std::string_view name) {
    if (!same) names.emplace_back(name);
  };
  compare(running.httpEnabled == read.httpEnabled, "HTTPEnabled");
  compare(running.httpPort == read.httpPort, "HTTPPort");
  compare(running.httpsEnabled == read.httpsEnabled, "HTTPSEnabled");
  compare(running.httpsPort == read.httpsPort, "HTTPSPort");
  compare(running.address == read.address, "IPAddressToListen");
  compare(running.rootFolder == read.rootFolder, "rootFolder");
  compare(running.certificateFolder == read.certificateFolder, "certificateFolder");
  compare(running.tls.minimumVersion == read.tls.minimumVersion, "minTLSVersion");
  compare(running.tls.ciphers == read.tls.ciphers, "cipherSuite");
  compare(running.tls.http2 == read.tls.http2, "http2");
  compare(running.sessionCookieName == read.sessionCookieName, "sessionCookieName");
  compare(running.sessionCookieDomain == read.sessionCookieDomain, "sessionCookieDomain");
  compare(running.sessionCookiePath == read.sessionCookiePath, "sessionCookiePath");
  compare(running.scalableSession == read.scalableSession, "scalableSession");
  compare(running.cacheEnabled == read.cacheEnabled && running.cacheKilobytes == read.cacheKilobytes, "cacheSizeKB");
  return names;
}

}  // namespace qodly::app
