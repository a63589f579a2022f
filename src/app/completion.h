// What may stand at the cursor of a console: names of commands, constants and methods, classes, dataclasses and
// attributes, properties of the values at hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/language_console.h"

namespace qodly::app {

// Whole words for `word` ("ds.Per", "cs.In", "subst"), sorted. Values before a dot are read when that runs no call.
std::vector<std::string> completionsOf(const Workbench& bench, std::string_view word);

}  // namespace qodly::app
