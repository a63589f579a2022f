// Who a request acts for, and what that allows: the privileges of its session or its API key (rest.md 3 to 5,
// roles.md 4 to 8).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "orda/access.h"
#include "query/plan.h"
#include "query/syntax.h"
#include "security/access_cache.h"
#include "security/api_keys.h"
#include "security/session.h"
#include "security/session_privileges.h"

namespace qodly::rest {

class Call;

struct Rights {
  std::shared_ptr<const security::Roles> roles;
  // What the session has been given; nullptr: a guest that never got anything.
  std::shared_ptr<security::SessionPrivileges> privileges;
  std::shared_ptr<const security::ApiKey> apiKey;  // nullptr: none was sent
  security::PrivilegeSet held;
  std::shared_ptr<const orda::Access> access;  // nullptr: all data is open

  bool allowsDescription(std::string_view dataClass) const { return roles->describesDataClass(dataClass, held); }
};

// The one session of each API key, kept while it is used. Thread-safe.
class KeySessions {
 public:
  // nullptr: the server takes no more sessions.
  std::shared_ptr<security::Session> sessionOf(const security::ApiKey& key, const security::Roles& roles,
                                               security::SessionTable& sessions);

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<security::Session>> sessions_;  // by the digest of the key
};

// Fills call.rights with what the session of the request may do; no API key is looked at, no login demanded.
void establishSession(Call& call);
// Fills call.rights. Errors: the refusals of API keys (rest.md 4), 401 for a request that needs a login (roles.md 8).
Result<> establishRights(Call& call);

// What `rights.privileges` and `rights.apiKey` allow now, for the roles in force and the model.
void resolveRights(Rights& rights, security::AccessControl& control, const std::shared_ptr<const model::Model>& model);
// Error: 401 for rights that a login must precede (roles.md 8).
Result<> demandLogin(const Rights& rights);
// The same for one request: descriptive ones need no login.
Result<> demandLogin(const Call& call);

// Logout (roles.md 8): {"result":true}.
Result<> answerLogout(Call& call);

// Error 1557 / 401 unless the right is there.
Result<> demand(const Call& call, std::uint32_t dataClass, orda::Right right);
Result<> demand(const Call& call, std::uint32_t dataClass, std::uint32_t attribute, orda::Right right);
// The right to read along a path: every relation, every dataclass and the attribute at its end.
Result<> demandReadable(const Call& call, std::uint32_t dataClass, const query::BoundPath& path);

// The right to read each attribute that the path names, aliases included: what they stand for is asked by the other
// one.
Result<> demandSteps(const Call& call, std::uint32_t dataClass, const query::Path& path);

// {"message":...,"__ERROR":[...]}: how refusals of API keys are answered (O-06).
std::string keyErrorBody(const Error& error);
bool isKeyError(const Error& error);

}  // namespace qodly::rest
