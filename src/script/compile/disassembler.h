// Compiled code as text, for tests and for people who look at what is made of a script.
#pragma once

#include <string>

#include "script/compile/code.h"

namespace qodly::script::compile {

// One line an instruction: place, name, operands with names and constants behind them. Jumps show where they lead.
std::string disassemble(const Code& code);
// Every body of the unit, each under its name.
std::string disassemble(const Unit& unit);

}  // namespace qodly::script::compile
