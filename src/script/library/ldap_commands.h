// The commands that read LDAP directories (admin.md 10.3). A process has at most one directory open.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> ldapCommands();

}  // namespace qodly::script::library
