// Sign-in against an LDAP directory or Active Directory (admin.md 10.3): the user is searched for with the service's
// account, then bound to with the password that was typed.
#pragma once

#include "security/authentication.h"

namespace qodly::security {

// The factory of the type "ldap": a PasswordProvider.
ProviderFactory ldapFactory();

}  // namespace qodly::security
