// The outline of a file, and the search for a name in all files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct OutlineItem {
  enum class Kind : std::uint8_t { method, classType, constructor, function, property };
  Kind kind = Kind::function;
  std::string name;
  std::string detail;       // "exposed", "get", a type
  std::uint32_t begin = 0;  // offsets: all of it, then its name
  std::uint32_t end = 0;
  std::uint32_t nameBegin = 0;
  std::uint32_t nameEnd = 0;
  std::vector<OutlineItem> members;
};

// One item: the method or class of the file, which is as long as the file.
OutlineItem outlineOf(const Document& document);

struct FoundSymbol {
  std::string path;
  std::string container;  // the class
  OutlineItem item;       // without members
};
inline constexpr std::size_t mostSymbols = 500;
// Names that have the letters of `query` in that order, case ignored; at most mostSymbols.
std::vector<FoundSymbol> findSymbols(Workspace& workspace, std::string_view query);

}  // namespace qodly::script::intelligence
