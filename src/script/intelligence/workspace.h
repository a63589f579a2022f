// The code of a project as an editor works with it: the texts of all files (as they are on disk, or as they stand in
// the editor), their trees, and what is known of the project. No input or output; one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/check/knowledge.h"
#include "script/intelligence/occurrences.h"
#include "script/syntax/names.h"
#include "script/syntax/tree.h"

namespace qodly::script::intelligence {

struct Document {
  std::string path;  // as given to put()
  std::string name;  // of the method or class
  syntax::UnitKind unit = syntax::UnitKind::method;
  bool isCallable = false;  // a project method: its name is known to all code
  syntax::Surface surface = syntax::Surface::qodlyScript;
  std::string text;  // normalised: UTF-8, LF
  std::optional<syntax::Tree> tree;
  std::optional<std::vector<Occurrence>> occurrences;
};

class Workspace {
 public:
  // All three must outlive it; model and builtins may be nullptr.
  Workspace(const model::Model* model, const vm::Builtins* builtins, const syntax::Names& builtInNames);

  // Adds a file, or gives a known one another text.
  void put(Document file);
  void remove(std::string_view path);

  // What is asked below is read again when a text has changed. References stay valid until the next put or remove.
  const Document* find(std::string_view path);
  const Document* classFile(std::string_view name);
  const Document* method(std::string_view foldedName);
  const std::map<std::string, Document, std::less<>>& documents();
  const std::vector<Occurrence>& occurrences(const Document& document);
  const check::Knowledge& knowledge();
  const syntax::Names& names();

  // Errors and warnings of the file, sorted by position.
  syntax::Diagnostics diagnostics(const Document& document);

 private:
  void update();

  const model::Model* model_;
  const vm::Builtins* builtins_;
  const syntax::Names& builtInNames_;
  std::map<std::string, Document, std::less<>> documents_;
  std::unique_ptr<syntax::NameTable> names_;
  std::unique_ptr<check::Knowledge> knowledge_;
  bool namesChanged_ = true;
  bool changed_ = true;
};

}  // namespace qodly::script::intelligence
