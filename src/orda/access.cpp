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

bool Access::allows(const model::Model& seen, std::uint32_t dataClass, Right right) const {
  if (&seen == model_.get()) return allows(dataClass, right);
  const std::uint32_t known = model_->indexOf(seen.classes[dataClass].name);
  return known != model::noIndex && allows(known, right);
}

bool Access::allows(const model::Model& seen, std::uint32_t dataClass, std::uint32_t attribute, Right right) const {
  if (&seen == model_.get()) return allows(dataClass, attribute, right);
  const std::uint32_t known = model_->indexOf(seen.classes[dataClass].name);
  if (known == model::noIndex) return false;
  const std::uint32_t index = model_->classes[known].indexOf(seen.classes[dataClass].attributes[attribute].name);
  return index != model::noIndex && allows(known, index, right);
}

Error noPermission(std::string_view action, std::string_view dataClass) {
  return {code::noPermission, "dbmg", fmt::format("No permission to {} for the {} dataclass", action, dataClass)};
}

Error noPermission(std::string_view action, std::string_view dataClass, std::string_view attribute) {
  return {code::noPermission, "dbmg",
          fmt::format("No permission to {} for \"{}\" attribute in the {} dataclass", action, attribute, dataClass)};
}

namespace {

Error unreadable(const Access& access, std::uint32_t dataClass, std::uint32_t attribute) {
  const model::DataClass& definition = access.model()->classes[dataClass];
  if (!access.allows(dataClass, Right::read) || attribute == model::noIndex)
    return noPermission("read", definition.name);
  return noPermission("read", definition.name, definition.attributes[attribute].name);
}

Result<> demandOne(const Access& access, std::uint32_t dataClass, std::uint32_t attribute) {
  const bool allowed = attribute == model::noIndex ? access.allows(dataClass, Right::read)
                                                   : access.allows(dataClass, attribute, Right::read);
  return allowed ? Result<>() : std::unexpected(unreadable(access, dataClass, attribute));
}

// The relation attribute that a hop follows, in the dataclass it leaves; noIndex when it has no name there.
std::uint32_t attributeOf(const query::Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  return hop.toMany ? relation.oneToNAttribute : relation.nTo1Attribute;
}

Result<> demandHop(const Access& access, const query::Hop& hop) {
  const model::Model& model = *access.model();
  if (auto near = demandOne(access, query::nearClass(hop, model), attributeOf(hop, model)); !near) return near;
  return demandOne(access, query::farClass(hop, model), model::noIndex);
}

Result<> demandNode(const Access& access, const query::Node& node) {
  using Kind = query::Node::Kind;
  if (node.kind == Kind::condition) {
    const query::AttributeRef& attribute = node.condition.attribute;
    if (attribute.dataClass != model::noIndex) return demandOne(access, attribute.dataClass, attribute.attribute);
  }
  if (node.kind == Kind::join || node.kind == Kind::related) {
    if (auto hop = demandHop(access, node.hop); !hop) return hop;
  }
  for (const query::Node& child : node.children) {
    if (auto readable = demandNode(access, child); !readable) return readable;
  }
  return {};
}

}  // namespace

Result<> demandReadable(const Access& access, std::uint32_t dataClass, std::span<const query::Hop> hops,
                        std::uint32_t attribute) {
  if (auto start = demandOne(access, dataClass, model::noIndex); !start) return start;
  for (const query::Hop& hop : hops) {
    if (auto readable = demandHop(access, hop); !readable) return readable;
    dataClass = query::farClass(hop, *access.model());
  }
  return attribute == model::noIndex ? Result<>() : demandOne(access, dataClass, attribute);
}

Result<> demandReadable(const Access& access, const query::Plan& plan) {
  if (auto whole = demandOne(access, plan.dataClass, model::noIndex); !whole) return whole;
  if (auto readable = demandNode(access, plan.root); !readable) return readable;
  return demandReadable(access, plan.dataClass, plan.order);
}

Result<> demandReadable(const Access& access, std::uint32_t dataClass, std::span<const query::SortKey> order) {
  for (const query::SortKey& key : order) {
    auto readable = demandReadable(access, dataClass, key.path.hops, key.path.attribute.attribute);
    if (!readable) return readable;
  }
  return {};
}

std::string_view actionName(Right right) {
  constexpr std::array<std::string_view, rightCount> names = {"create", "read", "update", "delete"};
  return names[static_cast<std::size_t>(right)];
}

}  // namespace qodly::orda
