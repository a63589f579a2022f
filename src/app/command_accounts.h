// qodly user|key|audit: users, API keys and the activity log of a project, also while it is served.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace qodly::app {

using CommandAction = std::function<int()>;

void addUserCommand(CLI::App& program, CommandAction& action);
void addKeyCommand(CLI::App& program, CommandAction& action);
void addAuditCommand(CLI::App& program, CommandAction& action);

}  // namespace qodly::app
