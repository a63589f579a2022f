#include "security/ldap_provider.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "ldap/connection.h"
#include "security/ldap_settings.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t longestLogin = 256;
constexpr std::size_t mostGroups = 5000;

Finding toFinding(const Error& error) {
  return ldap::isUnreachable(error) ? Finding::unavailable(error.message()) : Finding::refused(error.message());
}

// Puts the values, escaped, in place of {name}.
std::string fill(std::string_view filter, const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  std::string out;
  for (std::size_t at = 0; at < filter.size();) {
    const auto found =
        std::ranges::find_if(values, [&](const auto& value) { return filter.substr(at).starts_with(value.first); });
    if (found == values.end()) {
      out += filter[at++];
    } else {
      out += ldap::escapeFilter(found->second);
      at += found->first.size();
    }
  }
  return out;
}

std::string firstText(const ldap::Entry& entry, std::string_view attribute) {
  const ldap::Attribute* found = attribute.empty() ? nullptr : entry.find(attribute);
  return found == nullptr || found->values.empty() ? std::string() : repairUtf8(found->values.front());
}

// What stays when the user is renamed or moved: entryUUID of OpenLDAP, objectGUID of Active Directory, else the DN.
std::string lastingId(const ldap::Entry& entry) {
  if (std::string uuid = firstText(entry, "entryUUID"); !uuid.empty()) return uuid;
  const ldap::Attribute* guid = entry.find("objectGUID");
  if (guid != nullptr && !guid->values.empty()) return toHex(guid->values.front());
  return lowerAscii(entry.dn);
}

class LdapProvider final : public PasswordProvider {
 public:
  // secrets: must outlive the provider.
  LdapProvider(LdapSettings settings, const Secrets& secrets) : settings_(std::move(settings)), secrets_(secrets) {}

  const std::string& name() const override { return settings_.name; }
  std::string label() const override { return settings_.label; }
  Finding check(const Credentials& credentials) override;
  Result<std::string> probe() override;

 private:
  Result<ldap::Connection> connect() const;  // bound as the service
  Result<std::vector<ldap::Entry>> findUser(ldap::Connection& connection, std::string_view login) const;
  // Names of the groups that a search finds besides the user's own attribute.
  Result<std::vector<std::string>> searchGroups(ldap::Connection& connection, const ldap::Entry& user,
                                                std::string_view login) const;
  Finding identify(const ldap::Entry& user, std::vector<std::string> groups, std::string_view environment) const;

  LdapSettings settings_;
  const Secrets& secrets_;
};

Result<ldap::Connection> LdapProvider::connect() const {
  auto connection = ldap::Connection::open(settings_.connection);
  if (!connection) return connection;
  if (settings_.bindDn.empty()) {
    if (auto bound = connection->bindAnonymously(); !bound) return std::unexpected(bound.error());
    return connection;
  }
  auto password = secrets_.resolve(settings_.bindPassword);
  if (!password) return std::unexpected(password.error());
  if (auto bound = connection->bind(settings_.bindDn, *password); !bound) return std::unexpected(bound.error());
  return connection;
}

Result<std::vector<ldap::Entry>> LdapProvider::findUser(ldap::Connection& connection, std::string_view login) const {
  ldap::Query query;
  query.base = settings_.baseDn;
  query.scope = settings_.scope;
  query.filter = fill(settings_.userFilter, {{"{login}", login}});
  query.attributes = {"entryUUID", "objectGUID"};
  for (const std::string* name : {&settings_.email, &settings_.firstName, &settings_.lastName, &settings_.groups}) {
    if (!name->empty()) query.attributes.push_back(*name);
  }
  query.maximumEntries = 2;  // one more than is right
  query.limit = 2 * settings_.connection.timeout;
  return connection.search(query);
}

Result<std::vector<std::string>> LdapProvider::searchGroups(ldap::Connection& connection, const ldap::Entry& user,
                                                            std::string_view login) const {
  std::vector<std::string> groups;
  if (settings_.groupBaseDn.empty()) return groups;
  ldap::Query query;
  query.base = settings_.groupBaseDn;
  query.scope = ldap::Scope::sub;
  query.filter = fill(settings_.groupFilter, {{"{login}", login}, {"{dn}", user.dn}});
  query.attributes = {"cn"};
  query.maximumEntries = mostGroups;
  query.limit = 2 * settings_.connection.timeout;
  auto found = connection.search(query);
  if (!found) return std::unexpected(found.error());
  for (const ldap::Entry& entry : *found) groups.push_back(repairUtf8(entry.dn));
  return groups;
}

Finding LdapProvider::check(const Credentials& credentials) {
  if (credentials.login.empty() || credentials.login.size() > longestLogin || credentials.password.empty()) {
    return Finding::refused("The login or the password is empty or too long.");
  }
  auto connection = connect();
  // The service's own account is the administrator's matter: whatever is wrong with it, the user is not refused.
  if (!connection) return Finding::unavailable(connection.error().message());
  auto found = findUser(*connection, credentials.login);
  if (!found) return Finding::unavailable(found.error().message());
  if (found->empty()) return Finding::refused("No user of that login is in the directory.");
  if (found->size() > 1) return Finding::refused("E_LDAP_AMBIGUOUS: several users of that login are in the directory.");
  const ldap::Entry& user = found->front();
  if (user.dn.empty()) return Finding::refused("The directory's answer names no user.");
  auto groups = searchGroups(*connection, user, credentials.login);
  if (!groups) return Finding::unavailable(groups.error().message());
  if (auto bound = connection->bind(user.dn, credentials.password); !bound) return toFinding(bound.error());
  return identify(user, std::move(*groups), credentials.environment);
}

Finding LdapProvider::identify(const ldap::Entry& user, std::vector<std::string> groups,
                               std::string_view environment) const {
  Identity identity;
  identity.provider = settings_.name;
  identity.externalId = lastingId(user);
  identity.email = lowerAscii(firstText(user, settings_.email));
  if (identity.email.find('@') == std::string::npos) {
    return Finding::refused(fmt::format("{} has no e-mail address in the attribute \"{}\".",
                                        json::text(Value::text(repairUtf8(user.dn))), settings_.email));
  }
  identity.firstName = firstText(user, settings_.firstName);
  identity.lastName = firstText(user, settings_.lastName);
  identity.groups = std::move(groups);
  if (const ldap::Attribute* told = settings_.groups.empty() ? nullptr : user.find(settings_.groups)) {
    for (const std::string& group : told->values) {
      if (identity.groups.size() < mostGroups) identity.groups.push_back(repairUtf8(group));
    }
  }
  identity.profile = profileOf(settings_.profiles, identity.groups, environment);
  identity.defaultProfile = settings_.defaultProfile;
  identity.createUser = settings_.createUsers;
  return Finding::accepted(std::move(identity));
}

Result<std::string> LdapProvider::probe() {
  auto connection = connect();
  if (!connection) return std::unexpected(connection.error());
  ldap::Query query;
  query.base = settings_.baseDn;
  query.attributes = {"1.1"};
  query.limit = 2 * settings_.connection.timeout;
  auto base = connection->search(query);
  if (!base) return std::unexpected(base.error());
  if (base->empty()) {
    return std::unexpected(
        Error(ldap::fault::noSuchObject, "ldap",
              fmt::format("\"baseDN\" {} cannot be seen by the service's account.", settings_.baseDn)));
  }
  // The filter is only found to be wrong when it is sent.
  if (auto tried = findUser(*connection, "qodly-probe@invalid.example"); !tried) return std::unexpected(tried.error());
  return fmt::format("{} answers{}; bound {}; {} is there", settings_.connection.url,
                     connection->isSecure() ? " with TLS" : " without encryption",
                     settings_.bindDn.empty() ? "anonymously" : "as " + settings_.bindDn, settings_.baseDn);
}

}  // namespace

ProviderFactory ldapFactory() {
  return [](const Object& settings, const ProviderContext& context) -> Result<std::unique_ptr<Provider>> {
    auto read = readLdapSettings(settings);
    if (!read) return std::unexpected(read.error());
    return std::make_unique<LdapProvider>(std::move(*read), context.secrets);
  };
}

}  // namespace qodly::security
