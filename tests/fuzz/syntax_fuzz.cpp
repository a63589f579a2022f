// Any bytes as code of both surfaces: parsing, printing and parsing what was printed must end without a fault. That the
// structure is kept is for the unit tests (syntax_*): a few odd forms are known to lose it (docs/architecture.md).
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "script/library/names_4d.h"
#include "script/syntax/parser.h"
#include "script/syntax/printer.h"

namespace {

namespace syntax = qodly::script::syntax;

void check(bool condition) {
  if (!condition) std::abort();
}

void tryText(std::string_view text, syntax::UnitKind kind, syntax::Surface surface) {
  const syntax::Names& names = qodly::script::library::builtInNames();
  const syntax::Tree tree = syntax::parse(kind, "f", text, surface, names);
  for (const auto& each : tree.diagnostics) check(each.where.offset <= tree.text->size() && each.where.line > 0);
  if (syntax::hasErrors(tree.diagnostics)) {
    syntax::print(tree, surface, names);
    return;
  }
  for (const syntax::Surface target : {syntax::Surface::qodlyScript, syntax::Surface::fourD}) {
    const syntax::Printed printed = syntax::print(tree, target, names);
    if (!printed.losses.empty()) continue;
    const syntax::Tree again = syntax::parse(kind, "f", printed.text, target, names);
    check(again.text != nullptr);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {syntax::UnitKind::method, syntax::UnitKind::classFile, syntax::UnitKind::formula}) {
    tryText(text, kind, syntax::Surface::qodlyScript);
    tryText(text, kind, syntax::Surface::fourD);
  }
  return 0;
}
