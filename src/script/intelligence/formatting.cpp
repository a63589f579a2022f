#include "script/intelligence/formatting.h"

#include <fmt/format.h>

#include "script/syntax/parser.h"
#include "script/syntax/printer.h"
#include "script/syntax/structure.h"

namespace qodly::script::intelligence {

Result<std::string> format(Workspace& workspace, const Document& document) {
  const auto refuse = [&](std::string message) { return std::unexpected(Error(0, "editor", std::move(message))); };
  if (syntax::hasErrors(document.tree->diagnostics)) {
    return refuse(fmt::format("{} has errors; only code without errors is laid out.", document.path));
  }
  syntax::Printed printed = syntax::print(*document.tree, document.surface, workspace.names());
  if (!printed.losses.empty()) {
    return refuse(fmt::format("{} is left as it is: {}", document.path, printed.losses.front().message));
  }
  const syntax::Tree again =
      syntax::parse(document.unit, document.path, printed.text, document.surface, workspace.names());
  const bool same = !syntax::hasErrors(again.diagnostics) && syntax::sameStructure(*document.tree, again) &&
                    again.comments.size() == document.tree->comments.size();
  if (!same) return refuse(fmt::format("{} is left as it is: it would not read the same any more.", document.path));
  return std::move(printed.text);
}

}  // namespace qodly::script::intelligence
