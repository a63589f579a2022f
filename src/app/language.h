// A project's code, compiled and ready to run: what `run`, `eval`, `shell`, `test` and the server share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/open_application.h"
#include "base/error.h"
#include "script/build/project_build.h"
#include "script/syntax/diagnostic.h"
#include "script/syntax/names.h"
#include "script/syntax/sources.h"
#include "script/vm/builtins.h"
#include "script/vm/runtime.h"

namespace qodly::app {

// Thread-safe. The application must outlive it; give it up after the last process of its runtime.
class Language {
 public:
  // Reads and compiles all code. Never fails: what is wrong stands in diagnostics(), and what has no error can be used.
  static std::unique_ptr<Language> open(Application& application);
  // No project: the library alone, for `qodly eval "1+2"` and files that lie in no project.
  static std::unique_ptr<Language> alone();
  ~Language();

  const std::shared_ptr<script::vm::Runtime>& runtime() const { return runtime_; }
  const script::vm::Builtins& builtins() const { return *builtins_; }
  script::syntax::Diagnostics diagnostics() const;

  // Looks at the source files and compiles those that are new or changed. A file whose new text has errors keeps its
  // old code. Returns the files that were read again; nothing when nothing has changed.
  struct Reloaded {
    std::vector<std::string> files;
    script::syntax::Diagnostics diagnostics;  // of these files
  };
  std::optional<Reloaded> reload();
  // The catalog has changed: the classes of the data model are made anew, and the model with what they say is applied.
  Result<> modelChanged();

  // Compiles a text that is no file of the project: a console's line, a file given to `run`. With `options` as the
  // parser takes them; names of the project are known.
  script::build::BuiltUnit compile(const script::build::SourceText& source,
                                   const script::syntax::ParseOptions& options) const;
  script::syntax::Tree parse(const script::build::SourceText& source,
                             const script::syntax::ParseOptions& options) const;
  // A function value of the body of such a method.
  static Value functionOf(const script::build::BuiltUnit& built);

 private:
  struct File {
    script::syntax::SourceFile source;
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    std::shared_ptr<const script::compile::Unit> unit;
    script::syntax::Diagnostics diagnostics;
  };
  explicit Language(Application* application);
  void readAll();
  bool sameMethods(const script::syntax::ProjectSources& found) const;
  std::optional<script::build::SourceText> read(const script::syntax::SourceFile& file) const;
  void makeNames(const script::syntax::ProjectSources& sources);
  Result<> publish();
  void publishAndTell();
  std::string shownPath(const std::filesystem::path& path) const;

  Application* application_;
  std::unique_ptr<const script::vm::Builtins> builtins_;
  std::shared_ptr<script::vm::Runtime> runtime_;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<script::syntax::NameTable> names_;
  std::unique_ptr<script::build::ProjectBuild> build_;
  std::map<std::filesystem::path, File> files_;
  script::syntax::Diagnostics projectDiagnostics_;  // of the project as a whole
};

}  // namespace qodly::app
