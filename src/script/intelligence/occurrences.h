// Every place of a file that names something, and what it names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/check/knowledge.h"
#include "script/syntax/tree.h"

namespace qodly::script::intelligence {

struct Symbol {
  enum class Kind : std::uint8_t {
    local,         // owner: number of the function in its file; name: key of the variable
    method,        // name: folded
    userClass,     // name: of the class file
    member,        // owner: the topmost class file that has it; name
    attribute,     // owner: dataclass
    dataClass,     // of the model, without a class file
    command,       // name: canonical
    constant,      // likewise
    nativeClass,   // name
    nativeMember,  // owner: built-in class
    looseMember,   // of an object of which nothing is known
  };
  Kind kind = Kind::looseMember;
  std::string owner;
  std::string name;

  bool operator==(const Symbol&) const = default;
};

struct Occurrence {
  std::uint32_t begin = 0;  // offsets in Tree::text; `$` of a variable excluded
  std::uint32_t end = 0;
  Symbol symbol;
  bool declares = false;
  bool assigns = false;  // this.x = ...
  bool called = false;
  std::uint32_t function = 0;  // number of the function it stands in
};

// Sorted by position. name: of the method or class.
std::vector<Occurrence> occurrencesOf(const syntax::Tree& tree, std::string_view name,
                                      const check::Knowledge& knowledge);

// The functions of a file in the order of the text; one of a method.
std::vector<const syntax::Function*> functionsOf(const syntax::Tree& tree);
// Number of the function that `offset` stands in or behind; nullopt before the first one.
std::optional<std::uint32_t> functionAt(const std::vector<const syntax::Function*>& functions, std::uint32_t offset);
// Where the name of a class function stands in its header.
std::uint32_t nameOffset(const syntax::Tree& tree, const syntax::Function& function);

}  // namespace qodly::script::intelligence
