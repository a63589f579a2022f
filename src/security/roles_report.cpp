// What is wrong with a roles.json, and why a decision fell as it did (roles.md 3).
#include <algorithm>

#include <fmt/format.h>

#include "security/roles.h"
#include "value/json.h"

namespace qodly::security {

namespace {

// "X.member": what stands before and behind the first dot.
std::pair<std::string_view, std::string_view> cut(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

// The message about a resource that does not exist; "" when it does.
std::string missing(ResourceType type, std::string_view applyTo, const ResourceNames& names) {
  const auto [owner, member] = cut(applyTo);
  switch (type) {
    case ResourceType::datastore:
      return applyTo == "ds"
                 ? ""
                 : fmt::format("Unknown datastore \"{}\": a permission of type datastore is for \"ds\".", applyTo);
    case ResourceType::dataClass:
      return names.hasDataClass(applyTo) ? "" : fmt::format("Cannot find dataclass \"{}\".", applyTo);
    case ResourceType::attribute:
      return names.hasAttribute(owner, member) ? "" : fmt::format("Cannot find attribute \"{}\".", applyTo);
    case ResourceType::method:
      return names.hasFunction(owner, member) ? "" : fmt::format("Cannot find member function \"{}\".", applyTo);
    case ResourceType::singleton:
      return names.hasSingleton(applyTo) ? "" : fmt::format("Cannot find singleton \"{}\".", applyTo);
    case ResourceType::singletonMethod:
      return names.hasSingletonFunction(owner, member) ? ""
                                                       : fmt::format("Cannot find singleton function \"{}\".", applyTo);
  }
  return {};
}

constexpr std::array<std::string_view, 6> levelNames = {"datastore", "dataclass", "attribute",
                                                        "function",  "singleton", "singleton function"};

}  // namespace

std::vector<RoleProblem> Roles::problems(const ResourceNames* names) const {
  std::vector<RoleProblem> all = fileProblems_;
  if (names != nullptr) {
    for (const Entry& entry : entries_) {
      std::string message = missing(entry.type, entry.applyTo, *names);
      if (message.empty()) continue;
      all.push_back({std::move(message), fmt::format("permissions.allowed[{}].applyTo", entry.index), entry.applyTo});
    }
  }
  std::ranges::stable_sort(all, {}, &RoleProblem::offender);
  return all;
}

std::string rolesReport(const std::vector<RoleProblem>& problems) {
  const Ref<Collection> report = Collection::make();
  for (const RoleProblem& problem : problems) {
    const Ref<Object> line = Object::make();
    line->set("message", Value::text(problem.message));
    line->set("path", Value::text(problem.path));
    report->push(Value::object(line));
  }
  return json::text(Value::collection(report), {.pretty = true, .legacyDates = false}) + "\n";
}

std::string Roles::explain(ResourceType type, std::string_view resource, Action action,
                           const PrivilegeSet& held) const {
  const auto [owner, member] = cut(resource);
  if (broken_) return "roles.json cannot be read, so all access is refused: " + fileProblems_.front().message;
  if (isAdministrator(held)) return "WebAdmin passes every check";
  Level level;
  switch (type) {
    case ResourceType::datastore:
      level = {list(type, "ds", action), type};
      break;
    case ResourceType::dataClass:
      level = dataClassLevel(resource, action);
      break;
    case ResourceType::attribute:
      level = dataClassLevel(owner, action);
      if (const PrivilegeSet* own = list(type, resource, action); own != nullptr && passes(level, held))
        level = {own, type};
      break;
    case ResourceType::method:
      level = functionLevel(owner, member, action);
      break;
    case ResourceType::singleton:
    case ResourceType::singletonMethod:
      level = singletonLevel(owner, member, action);
      break;
  }
  if (level.list == nullptr) {
    return fmt::format("no permission lists {} for {}, and restrictedByDefault is {}", name(action), resource,
                       restrictedByDefault_);
  }
  std::string privileges;
  for (const std::uint32_t privilege : level.list->members()) {
    privileges += (privileges.empty() ? "" : ", ") + privileges_[privilege].name;
  }
  return fmt::format("{} of {} is for {} ({} level)", name(action), resource, privileges,
                     levelNames[static_cast<std::size_t>(level.type)]);
}

}  // namespace qodly::security
