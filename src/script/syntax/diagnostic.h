// What the parser and the checks behind it found in a source file (language.md 24).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::script::syntax {

// A place in a source text. Lines and columns count from 1, columns in UTF-16 units of the line as the editor shows it:
// token suffixes (`:C123`, `:K1:2`, project-format.md 7.3) do not count. `offset` counts bytes of SourceText::text().
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t offset = 0;

  bool operator==(const Position&) const = default;
};

struct Diagnostic {
  enum class Level : std::uint8_t { error, warning };
  Level level = Level::error;
  std::string file;  // as given to the parser
  Position where;
  std::string code;     // stable word: "unexpected-token", "unclosed-structure"...
  std::string message;  // one sentence: what was found, and what is expected or right

  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

bool hasErrors(const Diagnostics& diagnostics);
std::string_view name(Diagnostic::Level level);  // "error", "warning"
// "Project/Sources/Methods/a.4dm:12:5: error: message" - the form printed on a terminal and in the log.
std::string text(const Diagnostic& diagnostic);

}  // namespace qodly::script::syntax
