// cs.Qodly.Users and cs.Qodly.Endpoints (admin.md 6.3, 7.1).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script/data/web_session.h"
#include "script/vm/native.h"
#include "script/vm/runtime.h"

namespace qodly::script::data {

// Whoever has users and addresses implements it; a service of the runtime. Thread-safe.
class DirectoryService {
 public:
  virtual ~DirectoryService() = default;
  virtual std::vector<DirectoryUser> users() = 0;  // of this environment, by e-mail
  // Addresses without trailing slash; nothing: there is none.
  virtual std::optional<std::string> authenticatedEndpoint() = 0;
  virtual std::optional<std::string> publicEndpoint() = 0;
  virtual std::optional<std::string> customDomainAuthenticatedEndpoint() { return std::nullopt; }
  virtual std::optional<std::string> customDomainPublicEndpoint() { return std::nullopt; }
};

// Makes cs.Qodly known to the code of a runtime. service: empty when there are no users.
void installDirectory(vm::Runtime& runtime, std::shared_ptr<DirectoryService> service);

const vm::NativeClass& qodlyNamespaceClass();
const vm::NativeClass& usersClass();
const vm::NativeClass& usersSingletonClass();
const vm::NativeClass& endpointsClass();
const vm::NativeClass& endpointsSingletonClass();

}  // namespace qodly::script::data
