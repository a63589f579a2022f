// Any bytes as code of both surfaces: parsing ends without a fault, and what is printed without telling of a loss has
// the structure of what was read - in its own surface, in the other one, and back again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "script/library/names_4d.h"
#include "script/syntax/parser.h"
#include "script/syntax/printer.h"
#include "script/syntax/structure.h"

namespace {

namespace syntax = qodly::script::syntax;

void check(bool condition) {
  if (!condition) std::abort();
}

void checkSame(const syntax::Tree& tree, const syntax::Tree& again, const std::string& printed) {
  if (!syntax::hasErrors(again.diagnostics) && syntax::sameStructure(tree, again)) return;
  std::fprintf(stderr, "Printed without loss, but read differently:\n%s\n", printed.c_str());
  for (const auto& each : again.diagnostics) std::fprintf(stderr, "%s\n", syntax::text(each).c_str());
  std::abort();
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
    checkSame(tree, again, printed.text);
    const syntax::Printed back = syntax::print(again, surface, names);
    if (back.losses.empty()) checkSame(tree, syntax::parse(kind, "f", back.text, surface, names), back.text);
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
