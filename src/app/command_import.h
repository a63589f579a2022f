// qodly import DIR DATACLASS FILE [--no-events]
#pragma once

#include "app/commands.h"

namespace qodly::app {

struct ImportCommandOptions : ImportOptions {
  bool noEvents = false;  // --no-events: no constructor and no events of the dataclass run
};
int runImportCommand(const ImportCommandOptions& options);

}  // namespace qodly::app
