// Looking into the folders of a project.
#include "script/syntax/sources.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "script/syntax/parser.h"

namespace qodly::script::syntax {

namespace {

namespace fs = std::filesystem;

struct FolderRow {
  std::string_view folder;
  SourceFile::Role role;
};
constexpr auto folders = std::to_array<FolderRow>({{"Classes", SourceFile::Role::classFile},
                                                   {"DatabaseMethods", SourceFile::Role::databaseMethod},
                                                   {"Methods", SourceFile::Role::method},
                                                   {"Triggers", SourceFile::Role::trigger}});

}  // namespace

ProjectSources findSources(const fs::path& sources) {
  ProjectSources found;
  for (const FolderRow& row : folders) {
    std::vector<SourceFile> files;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(sources / row.folder, ignored)) {
      const auto surface = surfaceOf(entry.path().filename().string());
      if (!surface || !entry.is_regular_file(ignored)) continue;
      files.push_back({entry.path(), entry.path().stem().string(), row.role, *surface});
    }
    // Of one name the .4qs file comes first and wins.
    std::ranges::sort(files, [](const SourceFile& a, const SourceFile& b) {
      const std::string x = foldName(a.name), y = foldName(b.name);
      return x != y ? x < y : a.surface < b.surface;
    });
    for (SourceFile& file : files) {
      const bool taken = !found.files.empty() && found.files.back().role == row.role &&
                         found.files.back().surface != file.surface &&
                         foldName(found.files.back().name) == foldName(file.name);
      if (taken) {
        found.diagnostics.push_back(
            {Diagnostic::Level::warning,
             file.path.string(),
             {1, 1, 0},
             "duplicate-file",
             fmt::format("'{}' is not read: '{}' has the same name and comes first.", file.path.filename().string(),
                         found.files.back().path.filename().string())});
      } else {
        found.files.push_back(std::move(file));
      }
    }
  }
  return found;
}

void addMethods(const ProjectSources& sources, NameTable& names) {
  for (const SourceFile& file : sources.files) {
    if (file.role == SourceFile::Role::method) names.addMethod(file.name);
  }
}

Result<std::string> readSource(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    return std::unexpected(
        Error(code::fileNotFound, "host", fmt::format("The file {} cannot be read.", path.string())));
  }
  return text;
}

}  // namespace qodly::script::syntax
