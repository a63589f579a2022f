// A project folder (project-format.md 1 to 3, 23.1): where its parts are, what its files say, and what is wrong with
// them. Opening changes no file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "model/catalog_document.h"
#include "model/diagnostic.h"
#include "model/model.h"

namespace qodly::model {

struct ProjectPaths {
  std::filesystem::path anchor;  // Project/<name>.4DProject
  std::filesystem::path root;    // the folder that contains Project/; absolute
  std::filesystem::path project;
  std::filesystem::path sources;
  std::filesystem::path catalog;
  std::filesystem::path catalogEditor;
  std::filesystem::path data;
  std::filesystem::path resources;
  std::filesystem::path webFolder;
  std::filesystem::path logs;
};

struct Anchor {
  std::string comment;
  std::optional<std::int64_t> compatibilityVersion;  // major x 100 + release x 10
  bool tokenizedText = true;
  bool standardPrecedence = false;  // operatorPrecedence "standard": .4dm files group by language.md 6.1, not 29
};

// Thread-safe: model() and diagnostics() may be called while another thread reloads.
class Project {
 public:
  // `argument`: a .4DProject file, a Project folder, or the folder above. Error: projectInvalid "No project found in
  // ...". A broken anchor or catalog is a diagnostic, never an error: the project then opens with what can be read.
  static Result<std::unique_ptr<Project>> open(const std::filesystem::path& argument);

  const std::string& name() const { return name_; }
  const ProjectPaths& paths() const { return paths_; }
  const Anchor& anchor() const { return anchor_; }
  std::shared_ptr<const Model> model() const;
  Diagnostics diagnostics() const;

  // The catalog (or catalog_editor.json) on disk is not the one that was read last. Costs two stat calls.
  bool catalogChanged() const;
  // Reads the catalog again. A broken file keeps the old model and is told in the diagnostics. True when model() is
  // new.
  bool reload();

 private:
  struct CatalogState {
    std::optional<FileIdentity> catalog, editor;
    bool operator==(const CatalogState&) const = default;
  };
  Project() = default;
  CatalogState identify() const;
  void readAnchor(std::size_t anchorCount);
  std::string relative(const std::filesystem::path& path) const;

  std::string name_;
  ProjectPaths paths_;
  Anchor anchor_;
  Diagnostics anchorDiagnostics_;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Model> model_;
  Diagnostics catalogDiagnostics_;
  CatalogState read_;
};

// Writes a new project (project-format.md 23.5): anchor, empty catalog, roles, settings, datastore class, folders.
// `name` empty: the name of the folder. Errors: projectInvalid when `directory` holds a project already or the name
// cannot be a file name, inputOutput.
Result<> createProject(const std::filesystem::path& directory, std::string name = {});

}  // namespace qodly::model
