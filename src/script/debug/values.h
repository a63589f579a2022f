// Values as a debugger shows them: one line of text, a type, and what is inside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/vm/process.h"

namespace qodly::script::debug {

// All of this reads values of the process: on its thread, beside the program (vm::Machine::Aside).

// One line: "\"text\"", "12.5", "{name: \"Ada\", age: 36}", "cs.PersonEntity (key 5)". At most `longest` bytes, cut at
// a character's end.
inline constexpr std::size_t longestLine = 200;
std::string lineOf(vm::Process& process, const Value& value, std::size_t longest = longestLine);
// The whole value: texts as they are written in code, containers as JSON.
std::string wholeText(vm::Process& process, const Value& value);
// "text", "integer", "object", "cs.Person", "4D.File", "collection"...
std::string typeOf(vm::Process& process, const Value& value);

// What is inside a value: named things (attributes, properties) and numbered ones (elements). Both 0: nothing.
struct Insides {
  std::int64_t named = 0;
  std::int64_t numbered = 0;
};
Insides insidesOf(vm::Process& process, const Value& value);

struct Inside {
  std::string name{};     // "age"; of elements "[3]"
  std::string access{};   // what follows the value's expression to reach it: ".age", "[3]"; "" when there is no way
  Value value{};          // undefined when `lazy` or `failure` is set
  std::string failure{};  // why it cannot be read
  bool lazy = false;      // reading it runs code or asks the database: readInside() does it
};
inline constexpr std::int64_t mostNamed = 2000;
std::vector<Inside> namedInsides(vm::Process& process, const Value& value);  // at most mostNamed
std::vector<Inside> numberedInsides(vm::Process& process, const Value& value, std::int64_t start, std::int64_t count);
Result<Value> readInside(vm::Process& process, const Value& value, std::string_view name);
// `name` as Inside::name gives it. A shared object is locked for it.
Result<> writeInside(vm::Process& process, const Value& value, std::string_view name, const Value& content);

}  // namespace qodly::script::debug
