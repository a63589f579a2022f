// Words, jumps and the final numbering of registers.
#include "script/compile/emitter.h"

#include <bit>
#include <cstring>

namespace qodly::script::compile {

namespace {

constexpr std::size_t operandLimit = 0xFFFF;

// A text that two constants share only when they are the same value.
std::string keyOf(const Value& value) {
  switch (value.type()) {
    case Type::text:
      return std::string(value.asText());
    case Type::real:
      return std::to_string(std::bit_cast<std::uint64_t>(value.asReal()));
    case Type::integer:
      return std::to_string(value.asInteger());
    case Type::date:
      return std::to_string(value.asDate().days);
    case Type::time:
      return std::to_string(value.asTime().ms);
    default:
      return {};
  }
}

bool isRegister(char role) { return std::string_view("wrpmhv").contains(role); }

}  // namespace

void Emitter::append(Word word) {
  if (where_.line != 0 &&
      (code_.lines.empty() || code_.lines.back().line != where_.line || code_.lines.back().column != where_.column)) {
    if (!code_.lines.empty() && code_.lines.back().word == here()) code_.lines.pop_back();
    code_.lines.push_back({here(), where_.line, where_.column});
  }
  code_.words.push_back(word);
  if (row(word.op()).cached()) code_.words.push_back({});
}

void Emitter::emit(Opcode op, Register a, std::uint16_t b, std::uint16_t c) { append(Word::abc(op, a, b, c)); }

void Emitter::emitX(Opcode op, Register a, std::int32_t bx) { append(Word::abx(op, a, bx)); }

void Emitter::release(Register reg) {
  const bool empty = lastPlace_ != here() && !code_.words.empty() &&
                     code_.words.back().bits == Word::abc(Opcode::loadUndefined, reg, 0, 0).bits;
  if (!empty) return emit(Opcode::release, reg, 1);
  code_.words.pop_back();
  if (!code_.lines.empty() && code_.lines.back().word == here()) code_.lines.pop_back();
}

void Emitter::emitMove(Register target, Register source) {
  if (target != source) emit(Opcode::move, target, source);
}

void Emitter::jumpX(Opcode op, Register a, Label& target) {
  const std::uint32_t word = here();
  emitX(op, a, 0);
  if (target.place_ >= 0) {
    patch(word, target.place_);
  } else {
    target.waiting_.push_back(word);
  }
}

void Emitter::jumpC(Opcode op, Register a, std::uint16_t b, Label& target) {
  const std::uint32_t word = here();
  if (longJumps_) {  // taken: over the next word to the far jump; not taken: over the far jump
    emit(op, a, b, 1);
    emitX(Opcode::jump, 0, 1);
    return target.place_ >= 0 ? loop(target) : jump(target);
  }
  emit(op, a, b, 0);
  if (target.place_ >= 0) {
    patch(word, target.place_);
  } else {
    target.waiting_.push_back(word);
  }
}

void Emitter::place(Label& label) {
  label.place_ = here();
  lastPlace_ = here();
  for (const std::uint32_t word : label.waiting_) patch(word, label.place_);
}

void Emitter::patch(std::uint32_t word, std::int64_t place) {
  const Word old = code_.words[word];
  const OpcodeRow& info = row(old.op());
  const std::int64_t offset = place - (word + (info.cached() ? 2 : 1));
  if (info.shape[1] == 'J') {
    code_.words[word] = Word::abx(old.op(), old.a(), static_cast<std::int32_t>(offset));
    return;
  }
  if (offset < INT16_MIN || offset > INT16_MAX) needsLongJumps_ = true;
  code_.words[word] =
      Word::abc(old.op(), old.a(), old.b(), static_cast<std::uint16_t>(static_cast<std::int16_t>(offset)));
}

std::uint32_t Emitter::constant(const Value& value) {
  const auto [entry, isNew] = constants_.try_emplace({static_cast<int>(value.type()), keyOf(value)},
                                                     static_cast<std::uint32_t>(code_.constants.size()));
  if (isNew) code_.constants.push_back(value);
  return entry->second;
}

std::uint16_t Emitter::name(std::string_view name) {
  const auto [entry, isNew] = names_.try_emplace(std::string(name), static_cast<std::uint16_t>(code_.names.size()));
  if (isNew) {
    if (code_.names.size() >= operandLimit) overflowed_ = true;
    code_.names.emplace_back(name);
  }
  return entry->second;
}

std::uint16_t Emitter::shape(std::vector<std::string> names) {
  if (code_.shapes.size() >= operandLimit) overflowed_ = true;
  code_.shapes.push_back(std::move(names));
  return static_cast<std::uint16_t>(code_.shapes.size() - 1);
}

std::uint32_t Emitter::raise(int code, std::string message) {
  code_.raises.push_back({code, std::move(message)});
  return static_cast<std::uint32_t>(code_.raises.size() - 1);
}

Register Emitter::temp() {
  const Register given = top();
  if (given >= lastTemp) {
    overflowed_ = true;
    return firstTemp;
  }
  ++temps_;
  tempsMost_ = std::max(tempsMost_, temps_);
  return given;
}

Register Emitter::hidden(std::uint16_t count) {
  const auto first = static_cast<Register>(firstHidden + hidden_);
  hidden_ = static_cast<std::uint16_t>(hidden_ + count);
  hiddenMost_ = std::max(hiddenMost_, hidden_);
  if (hidden_ >= firstTemp - firstHidden) overflowed_ = true;
  return first;
}

Register Emitter::finalNumber(Register provisional) const {
  const std::uint32_t hiddenAt = boxed_;
  const std::uint32_t unboxedAt = hiddenAt + hiddenMost_;
  if (provisional >= firstTemp) return static_cast<Register>(unboxedAt + unboxed_ + (provisional - firstTemp));
  if (provisional >= firstHidden) return static_cast<Register>(hiddenAt + (provisional - firstHidden));
  if (provisional >= firstUnboxed) return static_cast<Register>(unboxedAt + (provisional - firstUnboxed));
  return provisional;
}

void Emitter::renumber(Word& word, std::string_view shape) const {
  const std::uint16_t a = isRegister(shape[0]) ? finalNumber(word.a()) : word.a();
  if (shape[1] >= 'A' && shape[1] <= 'Z') {
    word = Word::abx(word.op(), a, word.bx());
    return;
  }
  const std::uint16_t b = isRegister(shape[1]) ? finalNumber(word.b()) : word.b();
  const std::uint16_t c = isRegister(shape[2]) ? finalNumber(word.c()) : word.c();
  word = Word::abc(word.op(), a, b, c);
}

void Emitter::finish(std::uint16_t boxedParameters, const std::vector<std::pair<Register, Value>>& initial) {
  if (boxed_ >= firstUnboxed || unboxed_ >= firstHidden - firstUnboxed) overflowed_ = true;
  if (overflowed_ || needsLongJumps_) return;
  const auto fixed = static_cast<std::uint16_t>(code_.parameters.size() + code_.captures.size() + 1);
  code_.firstTemporary = finalNumber(firstTemp);
  code_.registers = static_cast<std::uint16_t>(code_.firstTemporary + tempsMost_);
  const auto boxedEnd = static_cast<std::uint16_t>(boxed_ + hiddenMost_);
  code_.boxedEnd = boxedEnd > code_.parameters.size() + 1 ? boxedEnd : static_cast<std::uint16_t>(boxedParameters + 1);
  code_.initial.resize(code_.firstTemporary - fixed);
  for (const auto& [reg, value] : initial) code_.initial.at(finalNumber(reg) - fixed) = value;
  for (std::size_t word = 0; word < code_.words.size();) {
    const OpcodeRow& info = row(code_.words[word].op());
    renumber(code_.words[word], info.shape);
    word += info.cached() ? 2 : 1;
  }
  for (HandlerRange& each : code_.handlers) each.clearFrom = finalNumber(each.clearFrom);
  for (LocalInfo& each : code_.locals) each.reg = finalNumber(each.reg);
}

}  // namespace qodly::script::compile
