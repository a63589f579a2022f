// The command line of the program: every command with its options and help texts (admin.md 25).
#pragma once

namespace qodly::app {

// Parses the arguments, runs the command and returns the exit code of the program.
int runCommandLine(int argc, char** argv);

}  // namespace qodly::app
