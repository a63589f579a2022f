// JSON Schema, draft 4 (commands.md 9.3). References stay inside the schema, its identifiers and the draft's own
// meta-schema: nothing is fetched, a reference that leads elsewhere makes the schema invalid.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::library {

struct SchemaFault {
  int code;  // commands.md 9.3
  std::string message;
  std::string jsonPath;    // "lines[2].price"; "" is the whole
  std::string schemaPath;  // "properties.lines.items.minimum"
};

// Keeps the schema alive; it must not change meanwhile. One thread at a time.
class JsonSchema {
 public:
  // Error -20021: names the keyword, its place and what it must hold.
  static Result<JsonSchema> compile(const Value& schema);
  ~JsonSchema();
  JsonSchema(JsonSchema&&) noexcept;
  JsonSchema& operator=(JsonSchema&&) noexcept;

  // Every fault, in the order of the keywords, at most 1000; empty: valid. Error limitReached: value and schema nest
  // deeper than 1000 levels.
  Result<std::vector<SchemaFault>> validate(const Value& instance) const;

 private:
  struct State;
  explicit JsonSchema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace qodly::script::library
