// A typed client in TypeScript, made from the description of an application (docs/typescript-client.md).
#pragma once

#include <string>
#include <string_view>

#include "rest/describe/api_description.h"

namespace qodly::rest {

// One module without dependencies. `runtime`: what all clients share (web/client/src), as one module.
std::string typescriptClient(const ApiDescription& api, std::string_view runtime);

// Modules that follow each other as one: without their imports.
std::string withoutImports(std::string_view module);

}  // namespace qodly::rest
