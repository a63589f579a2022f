// Queries and sorts from text to a selection: parse, bind to the model, plan, run on the engine.
#pragma once

#include "orda/entity.h"

namespace qodly::orda {

// Thread: the process's. `within`: the selection searched in, nullptr = the whole dataclass.
Result<SelectionRef> runQuery(const DataClass& dataClass, std::string_view text, const QueryOptions& options,
                              const RecordSet* within, bool alterable);
// The entities for which the formula is true.
Result<SelectionRef> runFormulaQuery(const DataClass& dataClass, const Value& formula, const QueryOptions& options,
                                     const RecordSet* within, bool alterable);

}  // namespace qodly::orda
