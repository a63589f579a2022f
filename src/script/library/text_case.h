// Upper and lower case (commands.md 2): Unicode default mapping, without the rules of any one language.
#pragma once

#include "value/value.h"

namespace qodly::script::library {

enum class Accents : bool { removed, kept };

// `source` must be a text.
Value uppercase(const Value& source, Accents accents);
Value lowercase(const Value& source, Accents accents);

}  // namespace qodly::script::library
