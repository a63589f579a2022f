// Changing what an API key opens (admin.md 8); its text stays.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "security/api_keys.h"
#include "security/instance.h"

namespace qodly::security {

// Counts at the next request, in every program that has opened the keys. id: whole. Errors: those of
// ApiKeys::create(); there is no such key. A date that stays as it is may be in the past.
Result<std::shared_ptr<const ApiKey>> editApiKey(const Instance& instance, std::string_view id,
                                                 const NewApiKey& settings);

}  // namespace qodly::security
