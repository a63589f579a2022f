// Writing the words of one body: instructions, jumps, constants, registers.
//
// While a body is compiled, registers have provisional numbers, because how many there are of each kind is known only
// at its end; finish() puts the kinds one behind the other as code.h describes and renumbers all operands.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/compile/code.h"

namespace qodly::script::compile {

using Register = std::uint16_t;

// Provisional numbers: receiver, parameters, captures and boxed variables from 0 on, then:
inline constexpr Register firstUnboxed = 0x4000;
inline constexpr Register firstHidden = 0x6000;  // state of loops
inline constexpr Register firstTemp = 0x8000;
inline constexpr Register lastTemp = 0xFFF0;

constexpr bool isTemp(Register reg) { return reg >= firstTemp; }

// A place in the code that jumps lead to, before or after it is known.
class Label {
 public:
  bool used() const { return !waiting_.empty(); }

 private:
  friend class Emitter;
  std::int64_t place_ = -1;
  std::vector<std::uint32_t> waiting_;  // words of the jumps that lead here
};

class Emitter {
 public:
  // longJumps: conditional jumps reach any distance, at the price of two more words each.
  Emitter(Code& code, bool longJumps) : code_(code), longJumps_(longJumps) {}

  // --- Instructions. Errors in the code that follows are told at this place.
  void at(syntax::Position where) { where_ = where; }
  syntax::Position where() const { return where_; }
  std::uint32_t lastLine() const { return where_.line; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(code_.words.size()); }
  void emit(Opcode op, Register a = 0, std::uint16_t b = 0, std::uint16_t c = 0);
  void emitX(Opcode op, Register a, std::int32_t bx);
  void release(Register reg);                       // nothing, when the last instruction has just made it undefined
  void emitMove(Register target, Register source);  // nothing when they are the same

  // --- Jumps
  void jump(Label& target) { jumpX(Opcode::jump, 0, target); }
  void loop(Label& target) { jumpX(Opcode::loop, 0, target); }
  void jumpX(Opcode op, Register a, Label& target);                   // shapes ...J
  void jumpC(Opcode op, Register a, std::uint16_t b, Label& target);  // shapes ..j
  void place(Label& label);                                           // the label is here

  // --- Constants
  std::uint32_t constant(const Value& value);
  std::uint16_t name(std::string_view name);
  std::uint16_t shape(std::vector<std::string> names);
  std::uint32_t raise(int code, std::string message);

  // --- Registers
  Register temp();                                                                     // the next temporary
  Register top() const { return static_cast<Register>(firstTemp + temps_); }           // what temp() would give
  void dropTo(Register reg) { temps_ = static_cast<std::uint16_t>(reg - firstTemp); }  // reg is free again
  Register hidden(std::uint16_t count);
  void dropHidden(std::uint16_t count) { hidden_ = static_cast<std::uint16_t>(hidden_ - count); }
  Register boxed() { return boxed_++; }
  Register unboxed() { return static_cast<Register>(firstUnboxed + unboxed_++); }

  // The body needs long jumps: what was made is useless, compile it again with them.
  bool needsLongJumps() const { return needsLongJumps_; }
  // More registers, names or constants than an operand can name.
  bool overflowed() const { return overflowed_; }

  // Renumbers registers and completes the code. `boxedParameters`: parameters up to the last that may be boxed.
  void finish(std::uint16_t boxedParameters, const std::vector<std::pair<Register, Value>>& initial);
  Register finalNumber(Register provisional) const;

 private:
  void append(Word word);
  void patch(std::uint32_t word, std::int64_t place);
  void renumber(Word& word, std::string_view shape) const;

  Code& code_;
  bool longJumps_;
  bool needsLongJumps_ = false;
  bool overflowed_ = false;
  syntax::Position where_;
  std::uint32_t lastPlace_ = UINT32_MAX;  // where a label was placed last
  Register boxed_ = 1;
  std::uint16_t unboxed_ = 0;
  std::uint16_t hidden_ = 0;
  std::uint16_t hiddenMost_ = 0;
  std::uint16_t temps_ = 0;
  std::uint16_t tempsMost_ = 0;
  std::map<std::pair<int, std::string>, std::uint32_t> constants_;
  std::unordered_map<std::string, std::uint16_t> names_;
};

}  // namespace qodly::script::compile
