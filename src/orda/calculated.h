// Calculated attributes of entities (orda.md 6): read and written through the code of the application.
#pragma once

#include "orda/entity_state.h"

namespace qodly::orda {

// Errors: those of the code; -20012 when the attribute needs itself.
Result<Value> readCalculated(Entity& entity, std::uint32_t attribute);
Result<> writeCalculated(Entity& entity, std::uint32_t attribute, const Value& value);

// What queries ask of code while they are bound.
class ProcessCalculations final : public query::Calculations {
 public:
  ProcessCalculations(Process& process, std::shared_ptr<const Schema> schema)
      : process_(process), schema_(std::move(schema)) {}
  Result<std::optional<query::Substitute>> query(std::uint32_t dataClass, std::uint32_t attribute, query::Operator op,
                                                 const Value& value) override;
  Result<std::optional<std::string>> orderBy(std::uint32_t dataClass, std::uint32_t attribute,
                                             bool descending) override;

 private:
  Process& process_;
  std::shared_ptr<const Schema> schema_;
};

// The value at the end of a path that begins with a value of code: members of objects, attributes of entities and
// selections. Empty steps: the value itself.
Value valueBeyond(const Value& value, std::span<const query::ObjectStep> steps);

}  // namespace qodly::orda
