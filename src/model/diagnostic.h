// One thing found wrong, or worth knowing, in a project's files (project-format.md 23.3). No diagnostic blocks opening.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::model {

struct Diagnostic {
  enum class Level : std::uint8_t { error, warning, info };
  Level level = Level::warning;
  std::string file;        // relative to the project's root where that is known: "Project/Sources/catalog.4DCatalog"
  std::uint32_t line = 0;  // from 1; 0: unknown
  std::string path;        // element or member concerned: base/table[@name='Boat']/field[@name='ID']
  std::string code;        // one of the codes of 23.3: "xml-syntax", "duplicate-name"...
  std::string message;     // one sentence: what is wrong, and what would be right

  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

std::string_view name(Diagnostic::Level level);
// "catalog.4DCatalog:12: error: message [code]" - the form printed on a terminal and in the log.
std::string text(const Diagnostic& diagnostic);

}  // namespace qodly::model
