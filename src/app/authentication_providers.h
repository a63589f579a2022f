// The kinds of directories that auth.json may name besides the built-in users.
#pragma once

#include "security/authentication.h"

namespace qodly::app {

security::ProviderFactories authenticationProviders();

}  // namespace qodly::app
