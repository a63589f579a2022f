#include "script/debug/breakpoints.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace qodly::script::debug {

std::optional<HitCondition> HitCondition::parse(std::string_view text) {
  HitCondition made;
  text = trim(text);
  if (text.empty()) return made;
  struct Sign {
    std::string_view text;
    Operation operation;
  };
  // Longer signs first.
  constexpr auto signs = std::to_array<Sign>({{"===", Operation::equal},
                                              {"==", Operation::equal},
                                              {">=", Operation::atLeast},
                                              {"<=", Operation::atMost},
                                              {"=", Operation::equal},
                                              {">", Operation::above},
                                              {"<", Operation::below},
                                              {"%", Operation::every}});
  made.operation_ = Operation::equal;
  for (const Sign& sign : signs) {
    if (!text.starts_with(sign.text)) continue;
    made.operation_ = sign.operation;
    text = trim(text.substr(sign.text.size()));
    break;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made.number_);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (made.operation_ == Operation::every && made.number_ == 0) return std::nullopt;
  return made;
}

bool HitCondition::holds(std::uint64_t hits) const {
  switch (operation_) {
    case Operation::always:
      return true;
    case Operation::equal:
      return hits == number_;
    case Operation::above:
      return hits > number_;
    case Operation::atLeast:
      return hits >= number_;
    case Operation::below:
      return hits < number_;
    case Operation::atMost:
      return hits <= number_;
    case Operation::every:
      return hits % number_ == 0;
  }
  return true;
}

std::vector<std::string> messagePieces(std::string_view message) {
  std::vector<std::string> pieces(1);
  int depth = 0;  // of braces in an expression, such as those of an object
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    const bool doubled = i + 1 < message.size() && message[i + 1] == c;
    if (depth == 0 && (c == '{' || c == '}') && doubled) {
      pieces.back() += c;
      ++i;
    } else if (depth == 0 && c == '{') {
      depth = 1;
      pieces.emplace_back();
    } else if (depth == 1 && c == '}') {
      depth = 0;
      pieces.emplace_back();
    } else {
      if (depth > 0 && c == '{') ++depth;
      if (depth > 0 && c == '}') --depth;
      pieces.back() += c;
    }
  }
  return pieces;
}

std::vector<std::uint32_t> executableLines(const compile::Unit& unit) {
  std::vector<std::uint32_t> lines;
  for (const compile::Code& code : unit.codes) {
    for (const compile::StatementRange& statement : code.statements) lines.push_back(statement.line);
  }
  std::ranges::sort(lines);
  const auto twice = std::ranges::unique(lines);
  lines.erase(twice.begin(), twice.end());
  return lines;
}

namespace {

const compile::Unit* unitOfFile(const vm::Program* program, std::string_view file) {
  if (program == nullptr) return nullptr;
  for (const auto& unit : program->units()) {
    if (unit != nullptr && unit->file == file) return unit.get();
  }
  return nullptr;
}

// 0 when there is none.
std::uint32_t lineFor(const compile::Unit& unit, const BreakpointRequest& request) {
  if (request.function.empty()) {
    const auto lines = executableLines(unit);
    const auto at = std::ranges::lower_bound(lines, request.line);
    return at == lines.end() ? 0 : *at;
  }
  for (const compile::Code& code : unit.codes) {
    if (code.kind == compile::CodeKind::formula || !equalsIgnoringAsciiCase(code.name, request.function)) continue;
    if (!code.statements.empty()) return code.statements.front().line;
  }
  return 0;
}

// Where a function breakpoint is.
void find(const vm::Program* program, const BreakpointRequest& request, Breakpoint& breakpoint) {
  if (program == nullptr) return;
  for (const auto& unit : program->units()) {
    if (unit == nullptr) continue;
    breakpoint.line = lineFor(*unit, request);
    breakpoint.file = unit->file;
    if (breakpoint.line != 0) return;
  }
  breakpoint.file.clear();
}

}  // namespace

BreakpointTable::List BreakpointTable::make(std::vector<BreakpointRequest> requests) {
  List list;
  for (BreakpointRequest& request : requests) {
    auto made = std::make_shared<SetBreakpoint>();
    made->id = ++last_;
    const auto hits = HitCondition::parse(request.hitCondition);
    if (hits) {
      made->hitCondition = *hits;
    } else {
      made->problem = fmt::format("The count '{}' is not understood: 5, >= 5 or % 5 would be.", request.hitCondition);
    }
    if (!request.logMessage.empty()) made->message = messagePieces(request.logMessage);
    made->request = std::move(request);
    list.push_back(std::move(made));
  }
  return list;
}

std::vector<Breakpoint> BreakpointTable::tell(const std::string& file, const List& list, const vm::Program* program) {
  std::vector<Breakpoint> told;
  for (const auto& each : list) {
    Breakpoint breakpoint{.id = each->id, .file = file};
    if (!each->problem.empty()) {
      breakpoint.message = each->problem;
    } else if (!each->request.function.empty()) {
      find(program, each->request, breakpoint);
      if (breakpoint.line == 0) breakpoint.message = fmt::format("There is no function {}.", each->request.function);
    } else if (const compile::Unit* unit = unitOfFile(program, file); unit == nullptr) {
      breakpoint.message = "The file is no code of the running application.";
    } else {
      breakpoint.line = lineFor(*unit, each->request);
      if (breakpoint.line == 0) breakpoint.message = "There is no statement on this line or behind it.";
    }
    breakpoint.verified = breakpoint.line != 0;
    told_[breakpoint.id] = breakpoint;
    told.push_back(std::move(breakpoint));
  }
  return told;
}

std::vector<Breakpoint> BreakpointTable::set(const std::string& file, std::vector<BreakpointRequest> requests,
                                             const vm::Program* program) {
  const std::lock_guard guard(mutex_);
  List& list = files_[file];
  for (const auto& old : list) told_.erase(old->id);
  list = make(std::move(requests));
  version_.fetch_add(1, std::memory_order_release);
  auto told = tell(file, list, program);
  if (list.empty()) files_.erase(file);
  return told;
}

std::vector<Breakpoint> BreakpointTable::setFunctions(std::vector<BreakpointRequest> requests,
                                                      const vm::Program* program) {
  const std::lock_guard guard(mutex_);
  for (const auto& old : functions_) told_.erase(old->id);
  functions_ = make(std::move(requests));
  version_.fetch_add(1, std::memory_order_release);
  return tell("", functions_, program);
}

void BreakpointTable::clear() {
  const std::lock_guard guard(mutex_);
  files_.clear();
  functions_.clear();
  told_.clear();
  version_.fetch_add(1, std::memory_order_release);
}

std::vector<Breakpoint> BreakpointTable::moved(const vm::Program* program) {
  const std::lock_guard guard(mutex_);
  const auto before = told_;
  std::vector<Breakpoint> now = tell("", functions_, program);
  for (const auto& [file, list] : files_) std::ranges::move(tell(file, list, program), std::back_inserter(now));
  std::erase_if(now, [&](const Breakpoint& each) { return before.at(each.id) == each; });
  return now;
}

std::shared_ptr<const UnitBreakpoints> BreakpointTable::in(const compile::Unit& unit) const {
  const std::lock_guard guard(mutex_);
  auto found = std::make_shared<UnitBreakpoints>();
  const auto add = [&](const List& list) {
    for (const auto& each : list) {
      const std::uint32_t line = each->problem.empty() ? lineFor(unit, each->request) : 0;
      if (line != 0) found->emplace(line, each);
    }
  };
  // Formulas made from a text have no file: no breakpoint is meant for them.
  const auto file = unit.file.empty() ? files_.end() : files_.find(unit.file);
  if (file != files_.end()) add(file->second);
  add(functions_);
  return found->empty() ? nullptr : std::move(found);
}

}  // namespace qodly::script::debug
