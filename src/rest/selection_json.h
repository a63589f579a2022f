// Selections as JSON: the envelope with its entities, and the flat array of $asArray (rest.md 8.2, 10.8).
#pragma once

#include <cstdint>
#include <string>

#include "orda/engine.h"
#include "rest/call.h"
#include "rest/entity_json.h"

namespace qodly::rest {

// Highest value of the attribute `__GlobalStamp`; 0 when the dataclass has none (rest.md 7.3).
std::int64_t highestGlobalStamp(orda::Engine& engine, const orda::Schema& schema, std::uint32_t dataClass,
                                const orda::Overlay* overlay);

// The part of a selection that an answer sends.
struct Page {
  std::uint64_t skip = 0;
  std::uint64_t top = defaultTop;
};
// $skip and $top, with the default limit.
Page pageOf(const Parameters& parameters);

struct SelectionAnswer {
  std::uint32_t dataClass = model::noIndex;
  const orda::RecordSet& members;
  const EntityWriter& writer;
  Page page;
  std::string entitySetUri;  // "" when no set was stored
  std::string leading;       // members that come before all others, each followed by a comma
};

// The envelope with its entities, inside other JSON.
Result<> appendSelection(Call& call, const SelectionAnswer& answer, std::string& out);
// Both write the whole answer. Error: a value that could not be read.
Result<> writeSelection(Call& call, const SelectionAnswer& answer);
Result<> writeArray(Call& call, const SelectionAnswer& answer);

// /rest/Book/$entityset/{id}
std::string entitySetUri(std::string_view dataClass, std::string_view id);

}  // namespace qodly::rest
