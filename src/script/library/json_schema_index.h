// A schema read through once: every keyword checked, every identifier known, every reference resolved, every regular
// expression compiled. Internal to json_schema.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/library/json_pattern.h"
#include "value/value.h"

namespace qodly::script::library {

class SchemaIndex {
 public:
  struct Place {
    const Value* schema;
    std::string path;
  };

  // Error -20021. The index points into `root`.
  Result<> build(const Value& root);

  // Where the `$ref` of a subschema leads; nullptr when it has none.
  const Place* target(const Object& schema) const;
  const JsonPattern& pattern(const std::string& text) const { return patterns_.at(text); }

 private:
  struct Task {
    const Value* schema;
    std::string path;
    std::string base;
  };
  struct Reference {
    const Object* owner;
    std::string uri;
    std::string path;
    std::string base;
  };

  Result<> drain();
  Result<> visit(const Task& task);
  void identify(const Object& schema, const Task& task, std::string& base);
  Result<> keyword(const Object::Member& member, const std::string& path, const std::string& base);
  Result<> addPattern(std::string_view pattern, const std::string& path);
  Result<> addMembers(const Value& members, bool patterns, const std::string& path, const std::string& base);
  Result<> addDependencies(const Value& members, const std::string& path, const std::string& base);
  Result<> resolve(const Reference& reference);
  Result<Task> locate(const Reference& reference) const;

  std::vector<Task> open_;
  std::vector<Reference> references_;
  std::unordered_map<const Object*, std::string> bases_;  // of every subschema visited
  std::unordered_map<std::string, Task> identified_;      // absolute URI -> subschema
  std::unordered_map<const Object*, Place> targets_;
  std::unordered_map<std::string, JsonPattern> patterns_;
  Value metaSchema_;
};

}  // namespace qodly::script::library
