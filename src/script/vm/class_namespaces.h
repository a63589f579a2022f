// Names behind `cs.` that are no class of the project: cs.Qodly. A service of the runtime; a class of the project of
// the same name goes before.
#pragma once

#include <map>
#include <string>

#include "value/value.h"

namespace qodly::script::vm {

struct ClassNamespaces {
  std::map<std::string, Value, std::less<>> values;  // usable by every process: immutable, or locked inside
};

}  // namespace qodly::script::vm
