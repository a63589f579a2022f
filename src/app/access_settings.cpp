#include "app/access_settings.h"

#include <filesystem>
#include <system_error>

#include "app/sites.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::app {

namespace {

// "app.example" is that name at every port, "app.example:8443" at that one, ":8443" or "8443" every name at it.
bool fits(std::string_view own, std::string_view host) {
  if (own.empty()) return false;
  if (equalsIgnoringAsciiCase(own, host)) return true;
  const std::string_view name = hostName(host);
  const std::size_t behind = name.size() + (host.starts_with('[') ? 2 : 0);
  const std::string_view port = host.size() > behind + 1 ? host.substr(behind + 1) : std::string_view();
  if (own.starts_with(':')) own.remove_prefix(1);
  if (own.find_first_not_of("0123456789") == std::string_view::npos) return own == port;
  return equalsIgnoringAsciiCase(own, name);
}

}  // namespace

AccessMode AccessSettings::modeOf(std::string_view host) const {
  const auto is = [host](const std::string& own) { return fits(own, host); };
  if (is(apiHost)) return AccessMode::Api;
  if (is(authHost)) return AccessMode::Authenticated;
  return is(publicHost) ? AccessMode::Public : AccessMode::Single;
}

Result<AccessSettings> readAccessSettings(const security::Instance& instance) {
  AccessSettings settings;
  const std::filesystem::path file = instance.folder() / "env.json";
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return settings;
  auto content = security::readFile(file);
  if (!content) return std::unexpected(content.error());
  const auto parsed = json::parse(*content, {.tolerant = true});
  if (!parsed) return std::unexpected(parsed.error());
  const Value http = parsed->isObject() ? parsed->asObject().get("http") : Value();
  if (http.isObject()) settings.validatesAddress = security::flagMember(http.asObject(), "sessionIPAddressValidation");
  const Value access = parsed->isObject() ? parsed->asObject().get("access") : Value();
  if (access.isUndefined()) return settings;
  if (!access.isObject()) {
    return std::unexpected(Error(code::wrongArgument, "rest", "env.json: \"access\" must be an object."));
  }
  const Object& object = access.asObject();
  settings.publicAccess = security::flagMember(object, "publicAccess", true);
  settings.authHost = security::textMember(object, "authHost");
  settings.publicHost = security::textMember(object, "publicHost");
  settings.apiHost = security::textMember(object, "apiHost");
  settings.baseUrl = security::textMember(object, "baseUrl");
  while (settings.baseUrl.ends_with('/')) settings.baseUrl.pop_back();
  return settings;
}

}  // namespace qodly::app
