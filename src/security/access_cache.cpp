#include "security/access_cache.h"

#include <array>

namespace qodly::security {

namespace {

constexpr std::array<std::pair<Action, orda::Right>, orda::rightCount> rights = {{
    {Action::create, orda::Right::create},
    {Action::read, orda::Right::read},
    {Action::update, orda::Right::update},
    {Action::drop, orda::Right::drop},
}};

}  // namespace

std::shared_ptr<const orda::Access> resolve(const Roles& roles, const PrivilegeSet& held,
                                            const std::shared_ptr<const model::Model>& model) {
  auto access = std::make_shared<orda::Access>(model);
  bool restricted = false;
  for (std::uint32_t c = 0; c < model->classes.size(); ++c) {
    const model::DataClass& dataClass = model->classes[c];
    for (const auto& [action, right] : rights) {
      if (!roles.allowsDataClass(dataClass.name, action, held)) {
        access->forbid(c, right);
        restricted = true;
        continue;
      }
      for (std::uint32_t a = 0; a < dataClass.attributes.size(); ++a) {
        if (roles.allowsAttribute(dataClass.name, dataClass.attributes[a].name, action, held)) continue;
        access->forbid(c, a, right);
        restricted = true;
      }
    }
  }
  return restricted ? access : nullptr;
}

std::shared_ptr<const Roles> AccessControl::roles() const {
  std::lock_guard lock(mutex_);
  return roles_;
}

void AccessControl::setRoles(Roles roles) {
  auto fresh = std::make_shared<const Roles>(std::move(roles));
  std::lock_guard lock(mutex_);
  roles_ = std::move(fresh);
}

std::shared_ptr<const orda::Access> AccessControl::access(const std::shared_ptr<const Roles>& roles,
                                                          const PrivilegeSet& held,
                                                          const std::shared_ptr<const model::Model>& model) {
  if (roles->isOpen()) return nullptr;
  std::vector<std::uint32_t> key = held.members();
  {
    std::lock_guard lock(mutex_);
    if (keptFor_.lock() != roles || keptModel_.lock() != model || kept_.size() >= maximumKept) {
      kept_.clear();
      keptFor_ = roles;
      keptModel_ = model;
    }
    if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
  }
  auto made = resolve(*roles, held, model);
  std::lock_guard lock(mutex_);
  if (keptFor_.lock() == roles && keptModel_.lock() == model) kept_.insert_or_assign(std::move(key), made);
  return made;
}

}  // namespace qodly::security
