// The attributes a request asks for ($attributes, $expand, attribute lists in the path), compiled once into a tree
// (rest.md 10.3, 10.4).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/model.h"

namespace qodly::rest {

// Properties of an object attribute that were asked for; no children = the whole value.
struct ObjectFilter {
  std::string name;
  std::vector<ObjectFilter> children;
};

struct AttributeTree;

struct RequestedAttribute {
  std::uint32_t attribute = model::noIndex;
  bool whole = false;                      // the value itself (a link for relations) was asked for
  std::vector<ObjectFilter> properties;    // object attributes, unless whole
  std::unique_ptr<AttributeTree> related;  // relations sent in place
};

struct AttributeTree {
  std::uint32_t dataClass = model::noIndex;
  bool everything = false;  // all visible attributes, in catalog order
  std::vector<RequestedAttribute> attributes;

  RequestedAttribute* find(std::uint32_t attribute);
};

inline constexpr std::size_t maximumPathDepth = 32;
inline constexpr std::size_t maximumRequestedAttributes = 10'000;

// `lists`: comma-separated path lists whose union is wanted; none or only empty ones = everything. `expand`: relations
// to send in place. Error: 1500 + 1804 for an unknown or hidden path; 400 for one past the limits.
Result<AttributeTree> compileAttributes(const model::Model& model, std::uint32_t dataClass,
                                        const std::vector<std::string_view>& lists, std::string_view expand);

// Names of a comma-separated list, trimmed, empty ones dropped.
std::vector<std::string_view> listItems(std::string_view list);

}  // namespace qodly::rest
