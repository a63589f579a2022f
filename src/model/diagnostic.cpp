// Words of diagnostics.
#include "model/diagnostic.h"

namespace qodly::model {

std::string_view name(Diagnostic::Level level) {
  switch (level) {
    case Diagnostic::Level::error:
      return "error";
    case Diagnostic::Level::warning:
      return "warning";
    case Diagnostic::Level::info:
      return "info";
  }
  return "error";
}

std::string text(const Diagnostic& diagnostic) {
  std::string out = diagnostic.file;
  if (diagnostic.line != 0) out += ':' + std::to_string(diagnostic.line);
  if (!out.empty()) out += ": ";
  out += name(diagnostic.level);
  out += ": ";
  out += diagnostic.message;
  if (!diagnostic.code.empty()) out += " [" + diagnostic.code + ']';
  return out;
}

}  // namespace qodly::model
