// What a refused change set means to the caller of save and drop (orda.md 15.4).
#pragma once

#include "orda/entity_state.h"

namespace qodly::orda {

Status statusOf(const storage::CommitFailure& failure, Process& process);
// The duplicate key of a refused record, worded with attribute and value.
Error duplicateIn(const storage::CommitFailure& failure, Engine& engine, const Schema& schema, std::uint32_t dataClass,
                  std::string_view record);

}  // namespace qodly::orda
