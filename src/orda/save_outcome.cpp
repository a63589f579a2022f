#include "orda/save_outcome.h"

#include <algorithm>

#include "base/error_codes.h"
#include "orda/save_rules.h"

namespace qodly::orda {

using Kind = storage::CommitFailure::Kind;

Status statusOf(const storage::CommitFailure& failure, Process& process) {
  switch (failure.kind) {
    case Kind::stampChanged:
      return Status::of(StatusCode::stampHasChanged);
    case Kind::missing:
      return Status::of(StatusCode::entityDoesNotExistAnymore);
    case Kind::locked: {
      auto holder = process.engine().locks().holder(failure.record);
      return Status::lockedBy(holder.value_or(LockInfo{}), failure.record.number);
    }
    case Kind::duplicateKey:
    case Kind::stillReferenced:
    case Kind::storage:
      break;
  }
  return Status::failed(failure.error);
}

Error duplicateIn(const storage::CommitFailure& failure, Engine& engine, const Schema& schema, std::uint32_t dataClass,
                  std::string_view record) {
  const auto& columns = schema.columns[dataClass];
  const auto found = std::ranges::find(columns, failure.column);
  if (found == columns.end()) return failure.error;
  const auto attribute = static_cast<std::uint32_t>(found - columns.begin());
  const auto layouts = engine.layouts(dataClass);
  const auto value = engine.decode(RecordView(record, *layouts), dataClass, attribute);
  const model::DataClass& definition = schema.model->classes[dataClass];
  return duplicateKeyError(definition, definition.attributes[attribute], value.value_or(Value::null()));
}

}  // namespace qodly::orda
