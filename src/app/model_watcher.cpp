#include "app/model_watcher.h"

#include <fmt/format.h>

namespace qodly::app {

ModelWatcher::ModelWatcher(Application& application, Language& language, std::function<void(std::string_view)> tell)
    : application_(application),
      language_(language),
      tell_(std::move(tell)),
      watch_({application.project->paths().sources}, [this] { reload(); }) {}

void ModelWatcher::reload() {
  if (!application_.project->catalogChanged()) return;
  const bool changed = application_.project->reload();
  for (const model::Diagnostic& diagnostic : application_.project->diagnostics()) {
    if (diagnostic.level != model::Diagnostic::Level::info) tell_(model::text(diagnostic));
  }
  if (!changed) return;
  const Result<> applied = language_.modelChanged();
  tell_(applied ? std::string("The changed model is live.")
                : fmt::format("The changed model could not be applied, the old one stays: {}", applied.error().text()));
}

}  // namespace qodly::app
