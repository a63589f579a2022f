// What the tests of the syntax share: parsing with the built-in names and a few of a project.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "script/library/names_4d.h"
#include "script/syntax/parser.h"
#include "script/syntax/printer.h"
#include "script/syntax/structure.h"

namespace qodly::script::syntax::test {

inline const Names& projectNames() {
  static const NameTable table = [] {
    NameTable made(&library::builtInNames());
    made.addMethod("total");
    made.addMethod("Load invoices");
    made.addMethod("00_Start");
    made.addTable("Invoice", 7);
    return made;
  }();
  return table;
}

inline Tree method(std::string_view text, Surface surface) {
  return parse(UnitKind::method, "m", text, surface, projectNames());
}
inline Tree qodly(std::string_view text) { return method(text, Surface::qodlyScript); }
inline Tree fourD(std::string_view text) { return method(text, Surface::fourD); }
inline Tree classOf(std::string_view text, Surface surface = Surface::qodlyScript) {
  return parse(UnitKind::classFile, "C", text, surface, projectNames());
}

// "line:column code" of each diagnostic, separated by "; ".
inline std::string found(const Tree& tree) {
  std::string list;
  for (const Diagnostic& each : tree.diagnostics) {
    if (!list.empty()) list += "; ";
    list += std::to_string(each.where.line) + ":" + std::to_string(each.where.column) + " " + each.code;
  }
  return list;
}

inline std::string printed(const Tree& tree, Surface surface) { return print(tree, surface, projectNames()).text; }

// The first statement's expression in fully parenthesised .4qs form is what shows how it was grouped.
std::string grouping(const Expression& expression);
std::string grouping(std::string_view expression, Surface surface);

}  // namespace qodly::script::syntax::test
