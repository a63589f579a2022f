#include "app/authentication_providers.h"

#include "app/outgoing_fetch.h"
#include "security/ldap_provider.h"
#include "security/oidc_provider.h"

namespace qodly::app {

security::ProviderFactories authenticationProviders() {
  return {{"ldap", security::ldapFactory()},
          {"oidc", security::oidcFactory(&fetchOverHttp)},
          {"cognito", security::cognitoFactory(&fetchOverHttp)}};
}

}  // namespace qodly::app
