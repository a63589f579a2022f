// What the tests of the compiler share: a library of a few commands, and sources compiled with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "script/compile/compiler.h"
#include "script/compile/disassembler.h"
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::compile::test {

// length(text), position(pattern, text, start, out found), assert, valueType, "ARRAY TEXT"; kNumber 1, kTab "\t".
const Environment& environment();

// Expects its code to be well formed.
std::shared_ptr<const Unit> verified(std::shared_ptr<const Unit> unit);

std::shared_ptr<const Unit> compileMethod(std::string_view text,
                                          syntax::Surface surface = syntax::Surface::qodlyScript);
std::shared_ptr<const Unit> compileClass(std::string_view text);

// The instructions of a method, one line each: "name operands", without places; jumps lead to line numbers (from 0).
std::string listing(std::string_view text, syntax::Surface surface = syntax::Surface::qodlyScript);
std::string listing(const Code& code);

}  // namespace qodly::script::compile::test
