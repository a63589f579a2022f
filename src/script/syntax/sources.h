// The source files of a project folder (language.md 1, 26; project-format.md 2, 7) and the names they make known.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "script/syntax/diagnostic.h"
#include "script/syntax/names.h"
#include "script/syntax/tree.h"

namespace qodly::script::syntax {

struct SourceFile {
  enum class Role : std::uint8_t { method, classFile, databaseMethod, trigger };
  std::filesystem::path path;
  std::string name;  // base name without extension
  Role role = Role::method;
  Surface surface = Surface::qodlyScript;

  UnitKind unit() const { return role == Role::classFile ? UnitKind::classFile : UnitKind::method; }
};

struct ProjectSources {
  std::vector<SourceFile> files;  // by role, then by name
  Diagnostics diagnostics;        // of two files of one name: the one that is not taken (language.md 1)
};

// `sources`: the folder Project/Sources. Folders that do not exist are empty; names of other files are ignored.
ProjectSources findSources(const std::filesystem::path& sources);

// Adds the project's methods to `names`.
void addMethods(const ProjectSources& sources, NameTable& names);

// The bytes of a file. Error: what the system said, with the path.
Result<std::string> readSource(const std::filesystem::path& path);

}  // namespace qodly::script::syntax
