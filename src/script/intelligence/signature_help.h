// What a call that is being written wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct SignatureHelp {
  std::string label;  // "total(list : collection, factor : number) -> number"
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parameters;  // their places in the label, in bytes
  std::string documentation;
  std::uint32_t active = 0;  // the parameter that stands at the place asked for
};

// nullopt: the place is in no call of anything known. `document` may be another object afterwards: find it again.
std::optional<SignatureHelp> signatureAt(Workspace& workspace, const Document& document, std::uint32_t offset);

}  // namespace qodly::script::intelligence
