// The table of instructions, made from opcodes.def.
#include <array>

#include "script/compile/code.h"

namespace qodly::script::compile {

namespace {

constexpr auto rows = std::to_array<OpcodeRow>({
#define OPCODE(name, shape, description) {#name, shape, description},
#include "script/compile/opcodes.def"
#undef OPCODE
});

}  // namespace

const OpcodeRow& row(Opcode op) { return rows.at(static_cast<std::size_t>(op)); }

std::size_t opcodeCount() { return rows.size(); }

}  // namespace qodly::script::compile
