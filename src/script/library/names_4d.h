// All commands and constants the language knows, in both spellings (command specification, language.md 33 to 36). The
// parser reads texts with this table; a project lays its methods and tables over it.
#pragma once

#include <optional>
#include <string_view>

#include "script/library/names_4d_tables.h"
#include "script/syntax/names.h"

namespace qodly::script::library {

// Built once, immutable: safe from every thread.
const syntax::Names& builtInNames();

// The row of a constant in either spelling, case ignored; constants of desktop themes give 0. nullopt when unknown.
std::optional<ConstantName> constantNamed(std::string_view name);

// The name belongs to a command that parses and raises -20027 when it is executed.
bool isUnavailableCommand(std::string_view name);

}  // namespace qodly::script::library
