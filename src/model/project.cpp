// Opening a project folder and following its catalog.
#include "model/project.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "base/error_codes.h"
#include "base/text.h"
#include "model/catalog_reader.h"
#include "value/json.h"

namespace qodly::model {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maximumJsonBytes = std::size_t{64} << 20;

Error notFound(const fs::path& argument) {
  return Error(code::projectInvalid, "dbmg",
               "No project found in " + argument.string() +
                   ": expected a .4DProject file, a folder \"Project\" that holds one, or the folder above it. "
                   "\"qodly new DIR\" makes a new project.");
}

// The .4DProject files of a folder, in byte order.
std::vector<fs::path> anchorsIn(const fs::path& folder) {
  std::vector<fs::path> anchors;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (equalsIgnoringAsciiCase(entry->path().extension().string(), ".4DProject") && !entry->is_directory(ignored)) {
      anchors.push_back(entry->path());
    }
  }
  std::ranges::sort(anchors);
  return anchors;
}

ProjectPaths pathsOf(const fs::path& anchor) {
  ProjectPaths paths;
  paths.anchor = anchor;
  paths.project = anchor.parent_path();
  paths.root = paths.project.parent_path();
  paths.sources = paths.project / "Sources";
  paths.catalog = paths.sources / "catalog.4DCatalog";
  paths.catalogEditor = paths.sources / "catalog_editor.json";
  paths.data = paths.root / "Data";
  paths.resources = paths.root / "Resources";
  paths.webFolder = paths.root / "WebFolder";
  paths.logs = paths.root / "Logs";
  return paths;
}

// A JSON file read tolerantly. Undefined when it does not exist; a malformed one is told in `diagnostics`.
Value readJson(const fs::path& path, const std::string& shownAs, Diagnostics& diagnostics) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return {};
  if (size > maximumJsonBytes) {
    diagnostics.push_back({Diagnostic::Level::error, shownAs, 0, "", "json-syntax",
                           "The file is larger than " + std::to_string(maximumJsonBytes) + " bytes; it is not read."});
    return {};
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto value = json::parse(text, {.tolerant = true});
  if (value) return std::move(*value);
  const auto& where = value.error().where();
  diagnostics.push_back(
      {Diagnostic::Level::error, shownAs, where ? where->line : 0, "", "json-syntax", value.error().message()});
  return {};
}

}  // namespace

Result<std::unique_ptr<Project>> Project::open(const fs::path& argument) {
  std::error_code error;
  fs::path absolute = fs::absolute(argument.empty() ? fs::path(".") : argument, error).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  std::vector<fs::path> anchors;
  if (fs::is_regular_file(absolute, error)) {
    if (equalsIgnoringAsciiCase(absolute.extension().string(), ".4DProject")) anchors = {absolute};
  } else {
    anchors = anchorsIn(absolute / "Project");
    if (anchors.empty()) anchors = anchorsIn(absolute);
  }
  if (anchors.empty()) return std::unexpected(notFound(argument));

  std::unique_ptr<Project> project(new Project);  // NOLINT(cppcoreguidelines-owning-memory): private constructor
  project->paths_ = pathsOf(anchors.front());
  project->name_ = anchors.front().stem().string();
  project->readAnchor(anchors.size());
  auto empty = std::make_shared<Model>();
  empty->name = project->name_;
  empty->uuid = derivedUuid("base/" + project->name_);
  project->model_ = std::move(empty);
  (void)project->reload();
  return project;
}

std::string Project::relative(const fs::path& path) const { return path.lexically_relative(paths_.root).string(); }

void Project::readAnchor(std::size_t anchorCount) {
  const std::string shownAs = relative(paths_.anchor);
  if (anchorCount > 1) {
    anchorDiagnostics_.push_back(
        {Diagnostic::Level::warning, shownAs, 0, "", "duplicate-name",
         "There are " + std::to_string(anchorCount) +
             " .4DProject files; this one is used, the first in byte order. Name the other one "
             "on the command line to open that."});
  }
  const Value json = readJson(paths_.anchor, shownAs, anchorDiagnostics_);
  if (!json.isObject()) return;
  const Value comment = json.asObject().get("$comment");
  if (comment.isText()) anchor_.comment = comment.asText();
  const Value version = json.asObject().get("compatibilityVersion");
  if (version.isNumber()) anchor_.compatibilityVersion = static_cast<std::int64_t>(version.asNumber());
  const Value tokenized = json.asObject().get("tokenizedText");
  if (tokenized.type() == Type::boolean) anchor_.tokenizedText = tokenized.asBoolean();
  const Value precedence = json.asObject().get("operatorPrecedence");
  anchor_.standardPrecedence = precedence.isText() && precedence.asText() == "standard";
}

std::shared_ptr<const Model> Project::model() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

Diagnostics Project::diagnostics() const {
  const std::lock_guard lock(mutex_);
  Diagnostics all = anchorDiagnostics_;
  all.insert(all.end(), catalogDiagnostics_.begin(), catalogDiagnostics_.end());
  return all;
}

Project::CatalogState Project::identify() const {
  return {FileIdentity::of(paths_.catalog), FileIdentity::of(paths_.catalogEditor)};
}

bool Project::catalogChanged() const {
  const CatalogState now = identify();
  const std::lock_guard lock(mutex_);
  return now != read_;
}

bool Project::reload() {
  const CatalogState state = identify();
  const std::string shownAs = relative(paths_.catalog);
  CatalogReading reading;
  if (auto document = CatalogDocument::load(paths_.catalog, shownAs)) {
    Diagnostics editorDiagnostics;
    const Value editor = readJson(paths_.catalogEditor, relative(paths_.catalogEditor), editorDiagnostics);
    reading = readCatalog(*document, {.fallbackName = name_, .editor = editor});
    reading.diagnostics.insert(reading.diagnostics.end(), editorDiagnostics.begin(), editorDiagnostics.end());
  } else if (state.catalog) {
    const auto& where = document.error().where();
    reading.diagnostics.push_back({Diagnostic::Level::error, shownAs, where ? where->line : 0, "", "xml-syntax",
                                   document.error().message() + " The data model stays as it was."});
  } else {
    reading.diagnostics.push_back({Diagnostic::Level::info, shownAs, 0, "", "no-catalog",
                                   "There is no catalog, so the datastore has no dataclass."});
  }
  const std::lock_guard lock(mutex_);
  read_ = state;
  catalogDiagnostics_ = std::move(reading.diagnostics);
  if (reading.model == nullptr) return false;
  model_ = std::move(reading.model);
  return true;
}

}  // namespace qodly::model
