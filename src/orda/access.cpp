#include "orda/access.h"

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::orda {

Access::Access(std::shared_ptr<const model::Model> model)
    : model_(std::move(model)), classes_(model_->classes.size()) {}

void Access::forbid(std::uint32_t dataClass, Right right) { classes_[dataClass].allowed[index(right)] = false; }

void Access::forbid(std::uint32_t dataClass, std::uint32_t attribute, Right right) {
  std::vector<bool>& forbidden = classes_[dataClass].forbidden[index(right)];
  forbidden.resize(model_->classes[dataClass].attributes.size());
  forbidden[attribute] = true;
}

bool Access::allows(std::uint32_t dataClass, std::uint32_t attribute, Right right) const {
  const ClassRights& rights = classes_[dataClass];
  if (!rights.allowed[index(right)]) return false;
  const std::vector<bool>& forbidden = rights.forbidden[index(right)];
  return forbidden.empty() || !forbidden[attribute];
}

Error noPermission(std::string_view action, std::string_view dataClass) {
  return {code::noPermission, "dbmg", fmt::format("No permission to {} for the {} dataclass", action, dataClass)};
}

Error noPermission(std::string_view action, std::string_view dataClass, std::string_view attribute) {
  return {code::noPermission, "dbmg",
          fmt::format("No permission to {} for \"{}\" attribute in the {} dataclass", action, attribute, dataClass)};
}

std::string_view actionName(Right right) {
  constexpr std::array<std::string_view, rightCount> names = {"create", "read", "update", "delete"};
  return names[static_cast<std::size_t>(right)];
}

}  // namespace qodly::orda
