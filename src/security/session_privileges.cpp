#include "security/session_privileges.h"

#include <algorithm>

#include "base/fold_case.h"

namespace qodly::security {

namespace {

void addName(std::vector<std::string>& names, const std::string& added) {
  const std::string folded = foldCase(added);
  if (std::ranges::none_of(names, [&](const std::string& name) { return foldCase(name) == folded; })) {
    names.push_back(added);
  }
}

}  // namespace

bool SessionPrivileges::set(const Roles& roles, const Grant& grant) {
  std::lock_guard lock(mutex_);
  bool applied = grant.privileges.empty() && grant.roles.empty();
  for (const std::string& privilege : grant.privileges) {
    if (!roles.privilege(privilege)) continue;
    addName(privileges_, privilege);
    applied = true;
  }
  for (const std::string& role : grant.roles) {
    if (!roles.role(role)) continue;
    addName(roles_, role);
    applied = true;
  }
  if (grant.userName) userName_ = *grant.userName;
  loggedIn_ = true;
  ++stamp_;
  heldFor_ = nullptr;
  return applied;
}

void SessionPrivileges::clear() {
  std::lock_guard lock(mutex_);
  privileges_.clear();
  roles_.clear();
  ++stamp_;
  heldFor_ = nullptr;
}

void SessionPrivileges::logout() {
  clear();
  std::lock_guard lock(mutex_);
  loggedIn_ = false;
  userName_.clear();
}

PrivilegeSet SessionPrivileges::assigned(const Roles& roles) const {
  PrivilegeSet all;
  for (const std::string& name : privileges_) {
    if (const auto privilege = roles.privilege(name)) all.add(*privilege);
  }
  for (const std::string& name : roles_) {
    if (const auto role = roles.role(name)) all.add(*role);
  }
  return all;
}

PrivilegeSet SessionPrivileges::held(const std::shared_ptr<const Roles>& roles) const {
  std::lock_guard lock(mutex_);
  if (heldFor_ != roles) {
    held_ = roles->held(assigned(*roles));
    heldFor_ = roles;
  }
  return held_;
}

std::vector<std::string> SessionPrivileges::names(const Roles& roles) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const std::uint32_t privilege : roles.closure(assigned(roles)).members()) {
    all.push_back(roles.privilegeName(privilege));
  }
  return all;
}

bool SessionPrivileges::isGuest() const {
  std::lock_guard lock(mutex_);
  return privileges_.empty() && roles_.empty();
}

bool SessionPrivileges::isLoggedIn() const {
  std::lock_guard lock(mutex_);
  return loggedIn_;
}

SessionPrivileges::Grant SessionPrivileges::granted() const {
  std::lock_guard lock(mutex_);
  return {privileges_, roles_, userName_};
}

std::string SessionPrivileges::userName() const {
  std::lock_guard lock(mutex_);
  return userName_;
}

std::uint64_t SessionPrivileges::stamp() const {
  std::lock_guard lock(mutex_);
  return stamp_;
}

}  // namespace qodly::security
