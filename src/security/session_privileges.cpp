#include "security/session_privileges.h"

#include <algorithm>
#include <utility>

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
  const State old = state_;
  const bool named = grant.userName && !state_.userName.empty();
  if (named && *grant.userName != state_.userName) ++persons_;
  bool applied = grant.privileges.empty() && grant.roles.empty();
  for (const std::string& privilege : grant.privileges) {
    if (!roles.privilege(privilege)) continue;
    addName(state_.privileges, privilege);
    applied = true;
  }
  for (const std::string& role : grant.roles) {
    if (!roles.role(role)) continue;
    addName(state_.roles, role);
    applied = true;
  }
  if (grant.userName) state_.userName = *grant.userName;
  state_.loggedIn = true;
  ++stamp_;
  heldFor_ = nullptr;
  const bool same = old.loggedIn && old.userName == state_.userName && old.privileges == state_.privileges &&
                    old.roles == state_.roles;
  if (same) return applied;
  ++raises_;
  if (!before_) before_ = old;
  return applied;
}

void SessionPrivileges::clear() {
  std::lock_guard lock(mutex_);
  state_.privileges.clear();
  state_.roles.clear();
  if (before_) before_ = State();
  ++stamp_;
  heldFor_ = nullptr;
}

void SessionPrivileges::logout() {
  clear();
  std::lock_guard lock(mutex_);
  if (state_.loggedIn) ++persons_;
  state_.loggedIn = false;
  state_.userName.clear();
}

PrivilegeSet SessionPrivileges::assigned(const Roles& roles) const {
  PrivilegeSet all;
  for (const std::string& name : state_.privileges) {
    if (const auto privilege = roles.privilege(name)) all.add(*privilege);
  }
  for (const std::string& name : state_.roles) {
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

bool SessionPrivileges::isGuest(const Roles& roles) const {
  std::lock_guard lock(mutex_);
  return assigned(roles).empty();
}

bool SessionPrivileges::isLoggedIn() const {
  std::lock_guard lock(mutex_);
  return state_.loggedIn;
}

SessionPrivileges::Grant SessionPrivileges::granted() const {
  std::lock_guard lock(mutex_);
  return {state_.privileges, state_.roles, state_.userName};
}

std::string SessionPrivileges::userName() const {
  std::lock_guard lock(mutex_);
  return state_.userName;
}

std::uint64_t SessionPrivileges::stamp() const {
  std::lock_guard lock(mutex_);
  return stamp_;
}

std::uint64_t SessionPrivileges::raises() const {
  std::lock_guard lock(mutex_);
  return raises_;
}

std::uint64_t SessionPrivileges::persons() const {
  std::lock_guard lock(mutex_);
  return persons_;
}

void SessionPrivileges::takeBefore(SessionPrivileges& old) {
  std::scoped_lock lock(mutex_, old.mutex_);
  old.replaced_ = true;
  if (before_) old.state_ = *std::exchange(before_, std::nullopt);
}

bool SessionPrivileges::isReplaced() const {
  std::lock_guard lock(mutex_);
  return replaced_;
}

}  // namespace qodly::security
