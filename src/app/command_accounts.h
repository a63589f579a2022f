// qodly user|key|certificate|audit|session: users, API keys, certificates, the activity log and the sessions of a
// project, also while it is served.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace qodly::app {

using CommandAction = std::function<int()>;

void addUserCommand(CLI::App& program, CommandAction& action);
void addKeyCommand(CLI::App& program, CommandAction& action);
void addCertificateCommand(CLI::App& program, CommandAction& action);
void addAuditCommand(CLI::App& program, CommandAction& action);
void addSessionCommand(CLI::App& program, CommandAction& action);

}  // namespace qodly::app
