#include "rest/attributes_filter.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "rest/errors.h"
#include "rest/exposure.h"

namespace qodly::rest {

namespace {

using Steps = std::span<const std::string_view>;

void addProperty(std::vector<ObjectFilter>& filters, Steps steps) {
  auto known = std::ranges::find(filters, steps.front(), &ObjectFilter::name);
  if (known == filters.end()) {
    filters.push_back({.name = std::string(steps.front()), .children = {}});
    if (steps.size() > 1) addProperty(filters.back().children, steps.subspan(1));
    return;
  }
  if (known->children.empty()) return;  // the whole property was asked for already
  if (steps.size() == 1) {
    known->children.clear();
  } else {
    addProperty(known->children, steps.subspan(1));
  }
}

class Compiler {
 public:
  Compiler(const model::Model& model, std::uint32_t root) : model_(model), root_(root) {}

  Result<> add(AttributeTree& tree, std::string_view path) {
    const auto steps = split(path, '.');
    if (steps.size() > maximumPathDepth) {
      return std::unexpected(malformed(fmt::format("The path \"{}\" has more than {} steps", path, maximumPathDepth)));
    }
    path_ = path;
    return add(tree, Steps(steps));
  }

  Result<> expand(AttributeTree& tree, std::string_view path) {
    const auto steps = split(path, '.');
    if (steps.size() > maximumPathDepth) {
      return std::unexpected(malformed(fmt::format("The path \"{}\" has more than {} steps", path, maximumPathDepth)));
    }
    path_ = path;
    return expand(tree, Steps(steps));
  }

 private:
  Error unknown(std::string_view step, std::uint32_t dataClass) const {
    return attributeNotFound(step, model_.classes[dataClass].name, path_, model_.classes[root_].name);
  }

  // Class at the other end of a relation or of an alias of one; noIndex for anything else.
  std::uint32_t relatedClass(std::uint32_t dataClass, std::uint32_t attribute) const {
    const auto target = targetOf(model_, dataClass, attribute);
    return target ? relatedClassOf(target->in(model_)) : model::noIndex;
  }

  Result<RequestedAttribute*> request(AttributeTree& tree, std::uint32_t attribute) {
    if (RequestedAttribute* known = tree.find(attribute)) return known;
    if (++count_ > maximumRequestedAttributes) {
      return std::unexpected(
          malformed(fmt::format("More than {} attributes are requested", maximumRequestedAttributes)));
    }
    tree.attributes.push_back({.attribute = attribute, .whole = false, .properties = {}, .related = nullptr});
    return &tree.attributes.back();
  }

  Result<> add(AttributeTree& tree, Steps steps) {
    const std::string_view name = trim(steps.front());
    if (name == "*") {
      tree.everything = true;
      return {};
    }
    const std::uint32_t index = visibleAttribute(model_, tree.dataClass, name);
    if (index == model::noIndex) return std::unexpected(unknown(name, tree.dataClass));
    auto requested = request(tree, index);
    if (!requested) return std::unexpected(requested.error());
    if (steps.size() == 1) {
      (*requested)->whole = true;
      return {};
    }
    if (const std::uint32_t related = relatedClass(tree.dataClass, index); related != model::noIndex) {
      auto& child = (*requested)->related;
      if (!child) {
        child = std::make_unique<AttributeTree>();
        child->dataClass = related;
      }
      return add(*child, steps.subspan(1));
    }
    const auto target = targetOf(model_, tree.dataClass, index);
    if (!target || target->in(model_).type != model::AttributeType::object) {
      return std::unexpected(unknown(steps[1], tree.dataClass));
    }
    if (steps[1] == "*") {
      (*requested)->whole = true;
    } else {
      addProperty((*requested)->properties, steps.subspan(1));
    }
    return {};
  }

  Result<> expand(AttributeTree& tree, Steps steps) {
    const std::string_view name = trim(steps.front());
    const std::uint32_t index = visibleAttribute(model_, tree.dataClass, name);
    if (index == model::noIndex) return std::unexpected(unknown(name, tree.dataClass));
    const std::uint32_t related = relatedClass(tree.dataClass, index);
    // Media keep their link inside a larger answer (10.4); other values are sent anyway.
    if (related == model::noIndex) return {};
    RequestedAttribute* requested = tree.find(index);
    if (requested == nullptr) {
      if (!tree.everything) return {};  // only what is sent can be expanded
      auto added = request(tree, index);
      if (!added) return std::unexpected(added.error());
      requested = *added;
    }
    if (!requested->related) {
      requested->related = std::make_unique<AttributeTree>();
      requested->related->dataClass = related;
      requested->related->everything = true;
    }
    return steps.size() == 1 ? Result<>() : expand(*requested->related, steps.subspan(1));
  }

  const model::Model& model_;
  std::uint32_t root_;
  std::string_view path_;
  std::size_t count_ = 0;
};

}  // namespace

RequestedAttribute* AttributeTree::find(std::uint32_t attribute) {
  const auto known = std::ranges::find(attributes, attribute, &RequestedAttribute::attribute);
  return known == attributes.end() ? nullptr : &*known;
}

std::vector<std::string_view> listItems(std::string_view list) {
  std::vector<std::string_view> items;
  for (std::string_view item : split(list, ',')) {
    if (const std::string_view name = trim(item); !name.empty()) items.push_back(name);
  }
  return items;
}

Result<AttributeTree> compileAttributes(const model::Model& model, std::uint32_t dataClass,
                                        const std::vector<std::string_view>& lists, std::string_view expand) {
  AttributeTree tree;
  tree.dataClass = dataClass;
  Compiler compiler(model, dataClass);
  bool named = false;
  for (const std::string_view list : lists) {
    for (const std::string_view path : listItems(list)) {
      named = true;
      if (auto added = compiler.add(tree, path); !added) return std::unexpected(added.error());
    }
  }
  if (!named) tree.everything = true;
  for (const std::string_view path : listItems(expand)) {
    if (auto expanded = compiler.expand(tree, path); !expanded) return std::unexpected(expanded.error());
  }
  return tree;
}

}  // namespace qodly::rest
