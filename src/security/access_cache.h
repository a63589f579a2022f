// The roles of the running application, and the Access that follows from them for what a request holds.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "orda/access.h"
#include "security/roles.h"

namespace qodly::security {

// What `held` may do with the data of `model`. nullptr: everything (nothing is locked, or an administrator asks).
std::shared_ptr<const orda::Access> resolve(const Roles& roles, const PrivilegeSet& held,
                                            const std::shared_ptr<const model::Model>& model);

// Thread-safe. Requests ask for the same few answers again and again, so they are kept.
class AccessControl {
 public:
  AccessControl() : roles_(std::make_shared<const Roles>()) {}

  std::shared_ptr<const Roles> roles() const;
  // A changed roles.json: in force for requests that begin now (roles.md 15.8).
  void setRoles(Roles roles);

  std::shared_ptr<const orda::Access> access(const std::shared_ptr<const Roles>& roles, const PrivilegeSet& held,
                                             const std::shared_ptr<const model::Model>& model);

 private:
  static constexpr std::size_t maximumKept = 256;
  mutable std::mutex mutex_;
  std::shared_ptr<const Roles> roles_;
  // Answers for one roles_ and one model; forgotten when either changes.
  std::weak_ptr<const Roles> keptFor_;
  std::weak_ptr<const model::Model> keptModel_;
  std::map<std::vector<std::uint32_t>, std::shared_ptr<const orda::Access>> kept_;
};

}  // namespace qodly::security
