// The `$` parameters of a REST URL: one table of all of them, and the tolerant parsing of a query string (rest.md 2.1,
// 10).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qodly::rest {

enum class Parameter : std::uint8_t {
  filter,
  params,
  orderby,
  attributes,
  expand,
  skip,
  top,
  limit,
  method,
  subOrderby,
  timeout,
  savedFilter,
  savedOrderby,
  clean,
  logicOperator,
  otherCollection,
  asArray,
  distinct,
  compute,
  format,
  imageFormat,
  binary,
  version,
  lock,
  atomic,
  refresh,
  queryPlan,
  queryPath,
  rawPict,
  emMethod,
  name,
  client,
  poll,
  width,
  height,
};

enum class ParameterType : std::uint8_t { text, flag, integer, list, json };

struct ParameterDefinition {
  Parameter id;
  std::string_view name;  // with `$`, as the documentation writes it
  std::span<const std::string_view> synonyms;
  ParameterType type;
  std::string_view appliesTo;      // rest.md 10: R selection, E entity, S entity set, F function...
  std::string_view documentation;  // one line, for the manual and the OpenAPI description
};

// Every parameter once, in the order of the enumeration.
std::span<const ParameterDefinition> parameterTable();

// The parameters of one request. Empty (and free of allocations) when the URL has no query string.
class Parameters {
 public:
  Parameters() = default;
  // `query` is the raw query string, without the leading `?`. Never fails: what is not understood is ignored.
  static Parameters parse(std::string_view query);

  bool has(Parameter id) const { return find(id) != nullptr; }
  // Value without its enclosing quotes; empty when absent or given without value.
  std::string_view text(Parameter id) const;
  std::optional<std::string_view> given(Parameter id) const;
  // On for `true` in any case, an empty value, or no `=`.
  bool flag(Parameter id) const;
  // Absent when not given, not decimal digits, or negative (O-19).
  std::optional<std::uint64_t> integer(Parameter id) const;
  // `$top`, else its synonym `$limit`.
  std::optional<std::uint64_t> top() const;

 private:
  const std::string* find(Parameter id) const;
  std::vector<std::pair<Parameter, std::string>> values_;
};

// What a flag's text means by itself (rest.md 2.1).
bool isOn(std::string_view value);

}  // namespace qodly::rest
