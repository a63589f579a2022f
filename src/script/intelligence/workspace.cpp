#include "script/intelligence/workspace.h"

#include <algorithm>
#include <iterator>

#include "script/check/check.h"
#include "script/syntax/parser.h"
#include "script/syntax/source_text.h"

namespace qodly::script::intelligence {

using namespace syntax;

Workspace::Workspace(const model::Model* model, const vm::Builtins* builtins, const Names& builtInNames)
    : model_(model), builtins_(builtins), builtInNames_(builtInNames) {}

void Workspace::put(Document file) {
  file.text = normaliseSource(file.text);
  const auto known = documents_.find(file.path);
  if (known != documents_.end() && known->second.text == file.text) return;
  namesChanged_ = namesChanged_ || known == documents_.end();
  changed_ = true;
  std::string path = file.path;
  documents_.insert_or_assign(std::move(path), std::move(file));
}

void Workspace::remove(std::string_view path) {
  const auto known = documents_.find(path);
  if (known == documents_.end()) return;
  documents_.erase(known);
  namesChanged_ = changed_ = true;
}

void Workspace::update() {
  if (!changed_) return;
  if (namesChanged_) {
    // Which words are methods decides how every text reads.
    names_ = std::make_unique<NameTable>(&builtInNames_);
    for (auto& [path, each] : documents_) {
      each.tree.reset();
      if (each.isCallable) names_->addMethod(each.name);
    }
    if (model_ != nullptr) {
      for (const model::DataClass& each : model_->classes) names_->addTable(each.name, each.tableNumber);
    }
  }
  knowledge_ = std::make_unique<check::Knowledge>(model_, builtins_);
  for (auto& [path, each] : documents_) {
    if (!each.tree) each.tree = parse(each.unit, path, each.text, each.surface, *names_);
    each.occurrences.reset();
    // A class is known even while its text has no class in it.
    if (each.unit == UnitKind::classFile || each.isCallable) knowledge_->add(*each.tree, each.name);
  }
  namesChanged_ = changed_ = false;
}

const Document* Workspace::find(std::string_view path) {
  update();
  const auto known = documents_.find(path);
  return known == documents_.end() ? nullptr : &known->second;
}

const Document* Workspace::classFile(std::string_view name) {
  for (const auto& [path, each] : documents()) {
    if (each.unit == UnitKind::classFile && each.name == name) return &each;
  }
  return nullptr;
}

const Document* Workspace::method(std::string_view foldedName) {
  for (const auto& [path, each] : documents()) {
    if (each.isCallable && foldName(each.name) == foldedName) return &each;
  }
  return nullptr;
}

const std::map<std::string, Document, std::less<>>& Workspace::documents() {
  update();
  return documents_;
}

const std::vector<Occurrence>& Workspace::occurrences(const Document& document) {
  update();
  Document& own = documents_.find(document.path)->second;
  if (!own.occurrences) own.occurrences = occurrencesOf(*own.tree, own.name, *knowledge_);
  return *own.occurrences;
}

const check::Knowledge& Workspace::knowledge() {
  update();
  return *knowledge_;
}

const Names& Workspace::names() {
  update();
  return *names_;
}

Diagnostics Workspace::diagnostics(const Document& document) {
  update();
  Diagnostics all = document.tree->diagnostics;
  Diagnostics found = check::check(*document.tree, document.name, *knowledge_);
  std::ranges::move(found, std::back_inserter(all));
  std::ranges::stable_sort(all, {}, [](const Diagnostic& each) { return each.where.offset; });
  return all;
}

}  // namespace qodly::script::intelligence
