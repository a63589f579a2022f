#include "script/compile/verify.h"

#include <vector>

#include <fmt/format.h>

namespace qodly::script::compile {

namespace {

class Verifier {
 public:
  explicit Verifier(const Code& code) : code_(code), starts_(code.words.size() + 1) {}

  std::string run() {
    if (!code_.broken.empty()) return {};
    findStarts();
    if (!wrong_.empty()) return wrong_;
    for (std::uint32_t word = 0; word < code_.words.size() && wrong_.empty(); ++word) {
      if (starts_[word]) instruction(word);
    }
    tables();
    return wrong_;
  }

 private:
  void fail(std::uint32_t word, std::string_view what) {
    if (wrong_.empty()) wrong_ = fmt::format("{} at word {}: {}", code_.name, word, what);
  }

  void findStarts() {
    Opcode last = Opcode::move;
    for (std::size_t word = 0; word < code_.words.size();) {
      starts_[word] = true;
      last = code_.words[word].op();
      if (static_cast<std::size_t>(last) >= opcodeCount())
        return fail(static_cast<std::uint32_t>(word), "no instruction");
      word += row(last).cached() ? 2 : 1;
    }
    const bool ends = last == Opcode::returnValue || last == Opcode::returnUndefined;
    if (code_.words.empty() || !ends) fail(0, "the body does not end in a return");
  }

  void instruction(std::uint32_t at) {
    const Word word = code_.words[at];
    const OpcodeRow& info = row(word.op());
    const std::uint32_t next = at + (info.cached() ? 2 : 1);
    operand(at, info.shape[0], word.a(), word.a(), next);
    if (info.shape[1] >= 'A' && info.shape[1] <= 'Z') {
      operand(at, info.shape[1], word.bx(), word.bx(), next);
    } else {
      operand(at, info.shape[1], word.b(), word.signedB(), next);
      operand(at, info.shape[2], word.c(), word.signedC(), next);
    }
    const bool counted = info.shape[0] == 'v' && info.shape[1] == 'n';
    if (counted && word.a() + word.b() >= code_.registers) fail(at, "the window leaves the frame");
    if (word.op() == Opcode::release && word.a() + word.b() > code_.registers) fail(at, "releases beyond the frame");
    if (word.op() == Opcode::newObject || word.op() == Opcode::extendObject) {
      if (word.c() < code_.shapes.size() && code_.shapes[word.c()].size() != word.b())
        fail(at, "shape and count differ");
    }
  }

  void operand(std::uint32_t at, char role, std::int64_t plain, std::int64_t number, std::uint32_t next) {
    const auto index = static_cast<std::size_t>(plain);
    switch (role) {
      case 'w':
      case 'r':
      case 'p':
      case 'm':
      case 'v':
        if (index >= code_.registers) fail(at, "no such register");
        return;
      case 'h':
        if (index + 1 >= code_.registers) fail(at, "no such register");
        return;
      case 'k':
      case 'K':
        if (index >= code_.constants.size()) fail(at, "no such constant");
        return;
      case 's':
      case 'S':
        if (index >= code_.names.size()) fail(at, "no such name");
        return;
      case 'o':
        if (index >= code_.shapes.size()) fail(at, "no such shape");
        return;
      case 'E':
        if (index >= code_.raises.size()) fail(at, "no such error");
        return;
      case 'F':
        if (index >= code_.children.size()) fail(at, "no such formula");
        return;
      case 'j':
      case 'J':
        if (!isStart(static_cast<std::int64_t>(next) + number)) fail(at, "the jump leads to no instruction");
        return;
      default:
        return;
    }
  }

  bool isStart(std::int64_t word) const {
    return word >= 0 && word < static_cast<std::int64_t>(code_.words.size()) && starts_[static_cast<std::size_t>(word)];
  }

  void tables() {
    if (code_.boxedEnd > code_.firstTemporary || code_.firstTemporary > code_.registers)
      fail(0, "the frame is not in order");
    const std::size_t fixed = code_.parameters.size() + code_.captures.size() + 1;
    if (code_.initial.size() + fixed != code_.firstTemporary) fail(0, "initial values and variables differ");
    for (const HandlerRange& each : code_.handlers) {
      if (each.begin > each.end || !isStart(each.handler)) fail(each.begin, "a handler leads to no instruction");
      if (each.clearFrom < code_.firstTemporary) fail(each.begin, "a handler clears variables");
    }
    for (const StatementRange& each : code_.statements) {
      if (each.begin > each.end || each.end > code_.words.size()) fail(each.begin, "a statement has no extent");
      if (each.begin < each.end && !isStart(each.resume)) fail(each.begin, "behind a statement is no instruction");
    }
    for (const LocalInfo& each : code_.locals) {
      if (each.reg >= code_.firstTemporary) fail(0, "a variable has no register");
    }
  }

  const Code& code_;
  std::vector<bool> starts_;
  std::string wrong_;
};

}  // namespace

std::string verify(const Code& code) { return Verifier(code).run(); }

}  // namespace qodly::script::compile
