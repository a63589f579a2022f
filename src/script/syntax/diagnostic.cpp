// The printed form of diagnostics.
#include "script/syntax/diagnostic.h"

#include <algorithm>

#include <fmt/format.h>

namespace qodly::script::syntax {

bool hasErrors(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& each) { return each.level == Diagnostic::Level::error; });
}

std::string_view name(Diagnostic::Level level) { return level == Diagnostic::Level::error ? "error" : "warning"; }

std::string text(const Diagnostic& diagnostic) {
  return fmt::format("{}:{}:{}: {}: {}", diagnostic.file, diagnostic.where.line, diagnostic.where.column,
                     name(diagnostic.level), diagnostic.message);
}

}  // namespace qodly::script::syntax
