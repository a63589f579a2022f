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

std::vector<SourceFile> filesOf(const fs::path& folder, SourceFile::Role role) {
  std::vector<SourceFile> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const auto surface = surfaceOf(entry.path().filename().string());
    if (!surface || !entry.is_regular_file(ignored)) continue;
    files.push_back({entry.path(), entry.path().stem().string(), role, *surface});
  }
  return files;
}

bool isTwin(const SourceFile& a, const SourceFile& b) {
  return a.role == b.role && foldName(a.name) == foldName(b.name);
}

// How many of `files` have no file of the same name in the other surface, by surface. `files`: twins side by side.
std::array<std::size_t, 2> countSingles(const std::vector<SourceFile>& files) {
  std::array<std::size_t, 2> singles{};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool twin =
        (i > 0 && isTwin(files[i - 1], files[i])) || (i + 1 < files.size() && isTwin(files[i], files[i + 1]));
    if (!twin) ++singles[files[i].surface == Surface::fourD ? 1 : 0];
  }
  return singles;
}

// The surface that a project is written in. One that moved to the other surface may still hold the files of its past:
// what was written since has no twin there.
Surface livingSurface(const std::vector<SourceFile>& files) {
  const auto [qodlyScript, fourD] = countSingles(files);
  return fourD > qodlyScript ? Surface::fourD : Surface::qodlyScript;
}

Diagnostic unread(const SourceFile& file, const SourceFile& taken) {
  return {Diagnostic::Level::warning,
          file.path.string(),
          {1, 1, 0},
          "duplicate-file",
          fmt::format("'{}' is not read: '{}' has the same name and comes first.", file.path.filename().string(),
                      taken.path.filename().string())};
}

}  // namespace

ProjectSources findSources(const fs::path& sources) {
  std::vector<SourceFile> all;
  for (const FolderRow& row : folders) {
    std::vector<SourceFile> files = filesOf(sources / row.folder, row.role);
    std::ranges::sort(files, [](const SourceFile& a, const SourceFile& b) {
      const std::string x = foldName(a.name), y = foldName(b.name);
      return x != y ? x < y : a.surface < b.surface;
    });
    std::ranges::move(files, std::back_inserter(all));
  }
  const Surface living = livingSurface(all);
  ProjectSources found;
  for (SourceFile& file : all) {
    SourceFile* const before = found.files.empty() ? nullptr : &found.files.back();
    if (before == nullptr || before->surface == file.surface || !isTwin(*before, file)) {
      found.files.push_back(std::move(file));
      continue;
    }
    if (file.surface == living) std::swap(*before, file);
    found.diagnostics.push_back(unread(file, *before));
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
