// qodly new DIR [--name NAME] [--open]
#pragma once

#include "app/commands.h"

namespace qodly::app {

struct NewProjectOptions : NewOptions {
  bool open = false;  // --open: no login; whoever reaches the server may do everything
};
int runNewProject(const NewProjectOptions& options);

}  // namespace qodly::app
