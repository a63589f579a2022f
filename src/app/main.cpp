#include "app/command_line.h"

int main(int argc, char** argv) { return qodly::app::runCommandLine(argc, argv); }
