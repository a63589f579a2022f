// Virtual sites (admin.md 12.2): which host names are answered, each with its folder and home page.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/server_settings.h"
#include "http/message.h"
#include "http/static_files.h"

namespace qodly::app {

// The name in a Host header, without port and the brackets of IPv6.
std::string_view hostName(std::string_view host);

// Immutable; thread-safe.
class Sites {
 public:
  struct Entry {
    Site site;
    std::shared_ptr<const http::StaticFiles> files;  // nullptr: those of the server
  };

  // before: folders that did not change are taken from it with their cache; may be nullptr.
  Sites(const ServerSettings& settings, const Sites* before);

  bool empty() const { return entries_.empty(); }
  // The host itself, else the longest pattern that fits it, else "*"; nullptr: none.
  const Entry* find(std::string_view host) const;
  // True: the request was answered. One for a host that is not served gets 421 (REST: 404), one for a host that stands
  // for another 308. Who is on the machine itself may use its addresses. ownHost: the host is one of the access modes'.
  bool refuses(const http::Request& request, http::Response& response, bool ownHost) const;

 private:
  std::shared_ptr<const http::StaticFiles> filesOf(const std::filesystem::path& root) const;

  std::vector<Entry> entries_;
  bool otherHosts_;
};

}  // namespace qodly::app
