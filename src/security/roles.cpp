// Decisions (roles.md 4 to 7). Reading the file: roles_reader.cpp; reports: roles_report.cpp.
#include "security/roles.h"

#include <algorithm>
#include <bit>

#include "base/fold_case.h"

namespace qodly::security {

namespace {

constexpr std::array<std::string_view, actionCount> actionNames = {"create",  "read",    "update",  "drop",
                                                                   "execute", "promote", "describe"};

std::string joined(std::string_view owner, std::string_view member) {
  std::string path;
  path.reserve(owner.size() + 1 + member.size());
  path.append(owner).append(1, '.').append(member);
  return path;
}

}  // namespace

std::string_view name(Action action) { return actionNames[static_cast<std::size_t>(action)]; }

void PrivilegeSet::add(std::uint32_t privilege) {
  const std::size_t word = privilege / 64;
  if (words_.size() <= word) words_.resize(word + 1);
  words_[word] |= std::uint64_t{1} << (privilege % 64);
}

void PrivilegeSet::add(const PrivilegeSet& others) {
  if (words_.size() < others.words_.size()) words_.resize(others.words_.size());
  for (std::size_t word = 0; word < others.words_.size(); ++word) words_[word] |= others.words_[word];
}

bool PrivilegeSet::contains(std::uint32_t privilege) const {
  const std::size_t word = privilege / 64;
  return word < words_.size() && (words_[word] >> (privilege % 64) & 1U) != 0;
}

bool PrivilegeSet::intersects(const PrivilegeSet& other) const {
  const std::size_t common = std::min(words_.size(), other.words_.size());
  for (std::size_t word = 0; word < common; ++word) {
    if ((words_[word] & other.words_[word]) != 0) return true;
  }
  return false;
}

std::vector<std::uint32_t> PrivilegeSet::members() const {
  std::vector<std::uint32_t> all;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (std::uint64_t left = words_[word]; left != 0; left &= left - 1) {
      all.push_back(static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(left)));
    }
  }
  return all;
}

Roles::Roles() {
  privileges_ = {{.name = "guest", .declared = true, .includes = {}},
                 {.name = "WebAdmin", .declared = true, .includes = {}}};
  privilegeIndex_ = {{foldCase("guest"), guest}, {foldCase("WebAdmin"), webAdmin}};
}

std::uint32_t Roles::intern(std::string_view privilegeName) {
  const auto [found, isNew] =
      privilegeIndex_.try_emplace(foldCase(privilegeName), static_cast<std::uint32_t>(privileges_.size()));
  if (isNew) privileges_.push_back({.name = std::string(privilegeName), .declared = false, .includes = {}});
  return found->second;
}

bool Roles::isOpen() const {
  return !broken_ && !restrictedByDefault_ && !forceLogin_ &&
         std::ranges::all_of(permissions_, [](const auto& permissions) { return permissions.empty(); });
}

std::vector<std::string> Roles::privilegeNames() const {
  std::vector<std::string> names;
  for (std::uint32_t at = webAdmin + 1; at < privileges_.size(); ++at) {
    if (privileges_[at].declared) names.push_back(privileges_[at].name);
  }
  return names;
}

std::optional<std::uint32_t> Roles::privilege(std::string_view privilegeName) const {
  const auto found = privilegeIndex_.find(foldCase(privilegeName));
  if (found == privilegeIndex_.end() || !privileges_[found->second].declared) return std::nullopt;
  return found->second;
}

std::optional<PrivilegeSet> Roles::role(std::string_view roleName) const {
  const auto found = roles_.find(foldCase(roleName));
  if (found == roles_.end()) return std::nullopt;
  return found->second;
}

PrivilegeSet Roles::closure(const PrivilegeSet& privileges) const {
  PrivilegeSet closed = privileges;
  std::vector<std::uint32_t> waiting = privileges.members();
  while (!waiting.empty()) {
    const std::uint32_t at = waiting.back();
    waiting.pop_back();
    for (const std::uint32_t included : privileges_[at].includes) {
      if (closed.contains(included)) continue;
      closed.add(included);
      waiting.push_back(included);
    }
  }
  return closed;
}

PrivilegeSet Roles::held(const PrivilegeSet& assigned) const {
  PrivilegeSet all = assigned;
  all.add(guest);
  return closure(all);
}

const PrivilegeSet* Roles::list(ResourceType type, std::string_view resource, Action action) const {
  const auto& permissions = permissions_[static_cast<std::size_t>(type)];
  const auto found = permissions.find(resource);
  if (found == permissions.end()) return nullptr;
  const PrivilegeSet& privileges = found->second.lists[static_cast<std::size_t>(action)];
  return privileges.empty() ? nullptr : &privileges;
}

Roles::Level Roles::dataClassLevel(std::string_view dataClass, Action action) const {
  if (const PrivilegeSet* own = list(ResourceType::dataClass, dataClass, action)) return {own, ResourceType::dataClass};
  return {list(ResourceType::datastore, "ds", action), ResourceType::datastore};
}

Roles::Level Roles::functionLevel(std::string_view dataClass, std::string_view function, Action action) const {
  if (const PrivilegeSet* own = list(ResourceType::method, joined(dataClass, function), action)) {
    return {own, ResourceType::method};
  }
  return dataClassLevel(dataClass, action);
}

Roles::Level Roles::singletonLevel(std::string_view singleton, std::string_view function, Action action) const {
  if (const PrivilegeSet* own = list(ResourceType::singletonMethod, joined(singleton, function), action)) {
    return {own, ResourceType::singletonMethod};
  }
  if (const PrivilegeSet* own = list(ResourceType::singleton, singleton, action)) return {own, ResourceType::singleton};
  return {list(ResourceType::datastore, "ds", action), ResourceType::datastore};
}

bool Roles::passes(const Level& level, const PrivilegeSet& held) const {
  if (isAdministrator(held)) return true;
  if (broken_) return false;
  return level.list == nullptr ? !restrictedByDefault_ : level.list->intersects(held);
}

bool Roles::allowsDataClass(std::string_view dataClass, Action action, const PrivilegeSet& held) const {
  return passes(dataClassLevel(dataClass, action), held);
}

bool Roles::allowsAttribute(std::string_view dataClass, std::string_view attribute, Action action,
                            const PrivilegeSet& held) const {
  if (!allowsDataClass(dataClass, action, held)) return false;
  if (isAdministrator(held)) return true;
  const PrivilegeSet* own = list(ResourceType::attribute, joined(dataClass, attribute), action);
  return own == nullptr || own->intersects(held);
}

bool Roles::locksAttribute(std::string_view dataClass, std::string_view attribute, Action action) const {
  return list(ResourceType::attribute, joined(dataClass, attribute), action) != nullptr;
}

bool Roles::allowsFunction(std::string_view dataClass, std::string_view function, const PrivilegeSet& held) const {
  // Whoever could not call it could never log in (roles.md 6, rule 8).
  if (forceLogin_ && !broken_ && dataClass == "ds" && function == "authentify") return true;
  return passes(functionLevel(dataClass, function, Action::execute), held);
}

bool Roles::allowsSingleton(std::string_view singleton, std::string_view function, const PrivilegeSet& held) const {
  return passes(singletonLevel(singleton, function, Action::execute), held);
}

bool Roles::grantsToGuest(std::string_view dataClass, std::string_view function) const {
  const PrivilegeSet* own = list(ResourceType::method, joined(dataClass, function), Action::execute);
  return own != nullptr && own->intersects(held({}));
}

bool Roles::describesDataClass(std::string_view dataClass, const PrivilegeSet& held) const {
  const Level level = dataClassLevel(dataClass, Action::describe);
  return level.list == nullptr || isAdministrator(held) || level.list->intersects(held);
}

bool Roles::describesAttribute(std::string_view dataClass, std::string_view attribute, const PrivilegeSet& held) const {
  if (isAdministrator(held)) return true;
  const PrivilegeSet* own = list(ResourceType::attribute, joined(dataClass, attribute), Action::describe);
  return own != nullptr ? own->intersects(held) : describesDataClass(dataClass, held);
}

bool Roles::describesFunction(std::string_view dataClass, std::string_view function, const PrivilegeSet& held) const {
  const Level level = functionLevel(dataClass, function, Action::describe);
  return level.list == nullptr || isAdministrator(held) || level.list->intersects(held);
}

bool Roles::describesSingleton(std::string_view singleton, const PrivilegeSet& held) const {
  // Singletons have no describe of their own (roles.md 5): the datastore's decides.
  (void)singleton;
  const PrivilegeSet* datastore = list(ResourceType::datastore, "ds", Action::describe);
  return datastore == nullptr || isAdministrator(held) || datastore->intersects(held);
}

PrivilegeSet Roles::promotedBy(std::string_view dataClass, std::string_view function) const {
  const PrivilegeSet* own = list(ResourceType::method, joined(dataClass, function), Action::promote);
  return own == nullptr ? PrivilegeSet() : closure(*own);
}

PrivilegeSet Roles::promotedBySingleton(std::string_view singleton, std::string_view function) const {
  const PrivilegeSet* own = list(ResourceType::singletonMethod, joined(singleton, function), Action::promote);
  return own == nullptr ? PrivilegeSet() : closure(*own);
}

}  // namespace qodly::security
