#include "security/ldap_settings.h"

#include <fmt/format.h>

#include "base/text.h"
#include "security/setting_reader.h"

namespace qodly::security {

namespace {

void readConnection(SettingReader& reader, LdapSettings& settings) {
  ldap::ConnectionOptions& connection = settings.connection;
  connection.url = reader.required("url");
  connection.startTls = reader.boolean("startTls", false);
  connection.authorityFile = reader.text("caFile");
  connection.timeout = std::chrono::milliseconds(reader.integer("timeoutMs", 5000, 100, 60'000));
  const bool allowPlain = reader.boolean("allowPlain", false);
  const bool encrypted = lowerAscii(connection.url).starts_with("ldaps://");
  if (!encrypted && !connection.startTls && !allowPlain) {
    reader.refuse("url",
                  R"(would send passwords unencrypted: use ldaps://, or "startTls": true (or, in a network that )"
                  R"(nobody can listen to, "allowPlain": true))");
  }
  if (encrypted && connection.startTls) reader.refuse("startTls", "belongs to ldap://, not to ldaps://");
  settings.bindDn = reader.text("bindDN");
  settings.bindPassword = reader.secret("bindPassword");
  if (!settings.bindDn.empty() && settings.bindPassword.isMissing()) {
    reader.refuse("bindPassword", R"(is missing: {"secret":"name"} is expected with "bindDN")");
  }
}

void readAttributes(SettingReader& reader, LdapSettings& settings) {
  const Value given = reader.value("attributes");
  static const Ref<Object> none = Object::make();
  if (!given.isMissing() && !given.isObject()) reader.refuse("attributes", "must be an object");
  SettingReader attributes(given.isObject() ? given.asObject() : *none);
  settings.email = attributes.text("email", "mail");
  settings.firstName = attributes.text("firstname", "givenName");
  settings.lastName = attributes.text("lastname", "sn");
  settings.groups = attributes.text("groups", "memberOf");
  if (auto done = attributes.finish(); !done) reader.refuse("attributes", "- " + done.error().message());
}

void readGroups(SettingReader& reader, LdapSettings& settings) {
  settings.groupBaseDn = reader.text("groupBaseDN");
  settings.groupFilter = reader.text("groupFilter", "(|(member={dn})(uniqueMember={dn})(memberUid={login}))");
  if (const Value rules = reader.value("profiles"); !rules.isMissing()) {
    auto read = readProfileRules(rules);
    if (read) {
      settings.profiles = std::move(*read);
    } else {
      reader.refuse("profiles", fmt::format("cannot be used: {}", read.error().message()));
    }
  }
  if (std::string profile = reader.text("defaultProfile"); !profile.empty()) settings.defaultProfile = profile;
  settings.createUsers = reader.boolean("createUsers", false);
}

}  // namespace

Result<LdapSettings> readLdapSettings(const Object& object) {
  SettingReader reader(object);
  LdapSettings settings;
  static_cast<void>(reader.value("type"));
  settings.name = reader.required("name");
  settings.label = reader.text("label", settings.name);
  readConnection(reader, settings);
  settings.baseDn = reader.required("baseDN");
  const std::string scope = reader.choice("scope", {"base", "one", "sub"}, "sub");
  settings.scope = scope == "base" ? ldap::Scope::base : scope == "one" ? ldap::Scope::one : ldap::Scope::sub;
  settings.userFilter = reader.text("userFilter", "(&(objectClass=person)(mail={login}))");
  if (settings.userFilter.find("{login}") == std::string::npos) {
    reader.refuse("userFilter", "must contain {login}, for example (&(objectClass=person)(mail={login}))");
  }
  readAttributes(reader, settings);
  readGroups(reader, settings);
  if (auto done = reader.finish(); !done) return std::unexpected(done.error());
  return settings;
}

}  // namespace qodly::security
