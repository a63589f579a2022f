// The process variables of one process taken over by another, which goes on where it left off.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "script/vm/process.h"

namespace qodly::script::vm {

// By folded name.
using KeptVariables = std::vector<std::pair<std::string, Value>>;

// Copies that outlive the process, which does not run any more. Left out: what another process cannot own, such as open
// files and documents.
KeptVariables keepVariables(Process& process);
// Before the process runs. The values are the process's from then on.
void restoreVariables(Process& process, KeptVariables variables);

}  // namespace qodly::script::vm
