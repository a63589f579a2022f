#include "app/sites.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/paths.h"
#include "base/text.h"
#include "http/addresses.h"

namespace qodly::app {

namespace {

// "*.example.org" stands for every name that ends so.
bool fits(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return false;
  const std::string_view end = pattern.substr(1);
  return host.size() > end.size() && equalsIgnoringAsciiCase(host.substr(host.size() - end.size()), end);
}

bool isLoopback(std::string_view address) {
  const auto parsed = http::IpAddress::parse(address);
  return parsed && parsed->isLoopback();
}

// A request of the machine to itself by the names that it has for itself.
bool isOwnMachine(const http::Request& request) {
  const std::string_view host = hostName(request.host());
  return isLoopback(request.remoteAddress()) &&
         (host.empty() || equalsIgnoringAsciiCase(host, "localhost") || isLoopback(host));
}

void refuse(const http::Request& request, http::Response& response) {
  if (request.hasHeader("api-key") || isBelow(request.path(), "/rest"))
    return response.error(404, "Appid or env not found in Table.", "http");
  response.error(421, "This server has no site of that name", "http");
}

void sendTo(const Site& site, const http::Request& request, http::Response& response) {
  const std::string_view host = request.host();
  const std::string_view port = host.substr(std::min(host.size(), hostName(host).size()));
  response.redirect(308, fmt::format("{}://{}{}{}", request.tls() ? "https" : "http", site.redirectTo,
                                     port.starts_with(':') ? port : std::string_view(), request.target()));
}

}  // namespace

std::string_view hostName(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, host.find(':'));
}

Sites::Sites(const ServerSettings& settings, const Sites* before) : otherHosts_(settings.otherHosts) {
  for (const Site& site : settings.sites) {
    Entry entry{site, nullptr};
    if (!site.rootFolder.empty()) {
      const http::StaticFilesOptions options{.root = site.rootFolder,
                                             .cacheBytes = settings.cacheEnabled ? settings.cacheKilobytes * 1024 : 0,
                                             .refused = {}};
      entry.files = before == nullptr ? nullptr : before->filesOf(site.rootFolder);
      if (!entry.files) entry.files = std::make_shared<const http::StaticFiles>(options);
    }
    entries_.push_back(std::move(entry));
  }
}

std::shared_ptr<const http::StaticFiles> Sites::filesOf(const std::filesystem::path& root) const {
  const auto same = [&root](const Entry& entry) { return entry.files && entry.site.rootFolder == root; };
  const auto known = std::ranges::find_if(entries_, same);
  return known == entries_.end() ? nullptr : known->files;
}

const Sites::Entry* Sites::find(std::string_view host) const {
  const Entry* best = nullptr;
  for (const Entry& entry : entries_) {
    if (equalsIgnoringAsciiCase(entry.site.host, host)) return &entry;
    const bool wider = entry.site.host == "*" || fits(entry.site.host, host);
    if (wider && (best == nullptr || entry.site.host.size() > best->site.host.size())) best = &entry;
  }
  return best;
}

bool Sites::refuses(const http::Request& request, http::Response& response, bool ownHost) const {
  const Entry* entry = find(hostName(request.host()));
  if (entry == nullptr ? !otherHosts_ && !ownHost && !isOwnMachine(request) : !entry->site.served) {
    refuse(request, response);
    return true;
  }
  if (entry == nullptr || entry->site.redirectTo.empty()) return false;
  sendTo(entry->site, request, response);
  return true;
}

}  // namespace qodly::app
