// Where a debugger wants to be asked: breakpoints by file and line, with conditions, counts and messages.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "script/compile/code.h"
#include "script/vm/program.h"

namespace qodly::script::debug {

// What a client asks for. Texts that are empty say nothing.
struct BreakpointRequest {
  std::uint32_t line = 0;
  std::string function;      // of a function breakpoint: "sendMail", "Invoice.total"; then `line` has no meaning
  std::string condition;     // an expression in the surface of the file
  std::string hitCondition;  // "5", "== 5": the fifth time; "> 5", ">= 5", "< 5", "<= 5", "% 5": every fifth
  std::string logMessage;    // "total is {total}": told, and nothing stops
};

// What became of it.
struct Breakpoint {
  int id = 0;
  bool verified = false;
  std::string file{};      // of a function breakpoint that was found
  std::uint32_t line = 0;  // where it really is; 0 when not verified
  std::string message{};   // why it is not verified

  bool operator==(const Breakpoint&) const = default;
};

// How often a place has to be reached.
class HitCondition {
 public:
  static std::optional<HitCondition> parse(std::string_view text);  // "" holds always; nullopt: not understood
  bool holds(std::uint64_t hits) const;

 private:
  enum class Operation : std::uint8_t { always, equal, above, atLeast, below, atMost, every };
  Operation operation_ = Operation::always;
  std::uint64_t number_ = 0;
};

// A log message in pieces: texts and expressions in turn, a text first. "{{" is a brace.
std::vector<std::string> messagePieces(std::string_view message);

// One that is set.
struct SetBreakpoint {
  int id = 0;
  BreakpointRequest request;
  HitCondition hitCondition;
  std::vector<std::string> message;  // pieces; empty: it stops
  std::string problem;               // why it can never be verified
  std::atomic<std::uint64_t> hits{0};
};

// The breakpoints that concern one compiled file, by line.
using UnitBreakpoints = std::unordered_multimap<std::uint32_t, std::shared_ptr<SetBreakpoint>>;

// The lines at which a statement begins, ascending.
std::vector<std::uint32_t> executableLines(const compile::Unit& unit);

// Thread-safe.
class BreakpointTable {
 public:
  // In place of those that the file had; `function`: of all function breakpoints. `program` may be null.
  std::vector<Breakpoint> set(const std::string& file, std::vector<BreakpointRequest> requests,
                              const vm::Program* program);
  std::vector<Breakpoint> setFunctions(std::vector<BreakpointRequest> requests, const vm::Program* program);
  void clear();
  // Those that are elsewhere in this program than they were told to be.
  std::vector<Breakpoint> moved(const vm::Program* program);

  // Changes with every change of the table.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  // Where they are in this file; nullptr when it has none.
  std::shared_ptr<const UnitBreakpoints> in(const compile::Unit& unit) const;

 private:
  using List = std::vector<std::shared_ptr<SetBreakpoint>>;
  List make(std::vector<BreakpointRequest> requests);
  std::vector<Breakpoint> tell(const std::string& file, const List& list, const vm::Program* program);

  mutable std::mutex mutex_;
  std::map<std::string, List> files_;
  List functions_;
  std::map<int, Breakpoint> told_;
  int last_ = 0;
  std::atomic<std::uint64_t> version_{1};
};

}  // namespace qodly::script::debug
