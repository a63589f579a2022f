// The entry {"type":"ldap"} of auth.json (admin.md 10.3, docs/directories.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "ldap/connection.h"
#include "security/authentication.h"
#include "value/value.h"

namespace qodly::security {

struct LdapSettings {
  std::string name, label;
  ldap::ConnectionOptions connection;
  std::string bindDn;  // "": users are searched for anonymously
  Value bindPassword;  // text or {"secret":"name"}
  std::string baseDn;
  ldap::Scope scope = ldap::Scope::sub;
  std::string userFilter;                          // {login} stands for what the user has typed
  std::string email, firstName, lastName, groups;  // names of attributes
  std::string groupBaseDn, groupFilter;  // a search for groups besides the attribute; {dn} and {login} stand in it
  std::vector<ProfileRule> profiles;
  std::optional<std::string> defaultProfile;
  bool createUsers = false;
};

// Errors name the member and what would be right.
Result<LdapSettings> readLdapSettings(const Object& settings);

}  // namespace qodly::security
