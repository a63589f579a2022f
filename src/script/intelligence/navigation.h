// From a name to its declaration and to all its other places; renaming.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct Place {
  std::string path;
  std::uint32_t begin = 0;  // offsets in the document's text
  std::uint32_t end = 0;

  bool operator==(const Place&) const = default;
};

// The name that `offset` touches; nullptr when there is none. Valid until the next change.
const Occurrence* occurrenceAt(Workspace& workspace, const Document& document, std::uint32_t offset);

std::vector<Place> definitionOf(Workspace& workspace, const Document& document, std::uint32_t offset);
// By path, then position. Functions: also calls on objects of unknown type when only one class has such a function.
std::vector<Place> referencesOf(Workspace& workspace, const Document& document, std::uint32_t offset,
                                bool withDeclaration);

struct Renaming {
  std::vector<Place> places;  // each is replaced by the new name
  std::string newName;        // without `$`
  std::string renamedFile;    // path of the file of the method or class, which takes the new name; "" for others
};

// Locals, parameters, methods, classes, functions of classes and properties declared by `property`. Refused (with the
// reason) when the new name is no name or taken, or when some place cannot be told to belong or not to belong.
Result<Renaming> rename(Workspace& workspace, const Document& document, std::uint32_t offset, std::string_view newName);
// The name that would be renamed; refused when names of that kind never are.
Result<Place> renamedPlace(Workspace& workspace, const Document& document, std::uint32_t offset);

}  // namespace qodly::script::intelligence
