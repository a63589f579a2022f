#include "script/compile/disassembler.h"

#include <fmt/format.h>

namespace qodly::script::compile {

namespace {

std::string textOf(const Value& value) {
  switch (value.type()) {
    case Type::text:
      return fmt::format("\"{}\"", value.asText());
    case Type::integer:
    case Type::real:
      return fmt::format("{}", value.asNumber());
    default:
      return std::string(qodly::name(value.type()));
  }
}

class Lines {
 public:
  explicit Lines(const Code& code) : code_(code) {}

  std::string run() {
    for (std::uint32_t word = 0; word < code_.words.size();) {
      const Word instruction = code_.words[word];
      const OpcodeRow& info = row(instruction.op());
      const std::uint32_t next = word + (info.cached() ? 2 : 1);
      out_ += fmt::format("{:4} {:28}", word, info.name);
      operands(instruction, info.shape, next);
      while (out_.back() == ' ') out_.pop_back();
      out_ += '\n';
      word = next;
    }
    return std::move(out_);
  }

 private:
  void operands(Word word, std::string_view shape, std::uint32_t next) {
    operand(shape[0], word.a(), word.a(), next);
    if (shape[1] >= 'A' && shape[1] <= 'Z') return operand(shape[1], word.bx(), word.bx(), next);
    operand(shape[1], word.b(), word.signedB(), next);
    operand(shape[2], word.c(), word.signedC(), next);
  }

  void operand(char role, std::int64_t plain, std::int64_t number, std::uint32_t next) {
    const auto index = static_cast<std::size_t>(plain);
    switch (role) {
      case '-':
        return;
      case 'n':
      case 't':
      case 'c':
        out_ += fmt::format(" {}", plain);
        return;
      case 'i':
      case 'I':
        out_ += fmt::format(" {}", number);
        return;
      case 'k':
      case 'K':
        out_ += " " + textOf(code_.constants.at(index));
        return;
      case 's':
      case 'S':
        out_ += fmt::format(" '{}'", code_.names.at(index));
        return;
      case 'f':
      case 'F':
        out_ += fmt::format(" formula {}", plain);
        return;
      case 'o':
        out_ += fmt::format(" {{{}}}", fmt::join(code_.shapes.at(index), ","));
        return;
      case 'E':
        out_ += fmt::format(" {} {}", code_.raises.at(index).code, code_.raises.at(index).message);
        return;
      case 'j':
      case 'J':
        out_ += fmt::format(" -> {}", static_cast<std::int64_t>(next) + number);
        return;
      default:
        out_ += fmt::format(" {}{}", plain >= code_.firstTemporary ? "t" : "r", plain);
    }
  }

  const Code& code_;
  std::string out_;
};

}  // namespace

std::string disassemble(const Code& code) {
  if (!code.broken.empty()) return fmt::format("broken: {}\n", code.broken);
  return Lines(code).run();
}

std::string disassemble(const Unit& unit) {
  std::string text;
  for (const Code& each : unit.codes) text += fmt::format("{}:\n{}", each.name, disassemble(each));
  return text;
}

}  // namespace qodly::script::compile
