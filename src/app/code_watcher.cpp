#include "app/code_watcher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qodly::app {

namespace {

std::vector<std::filesystem::path> foldersOf(const std::filesystem::path& sources) {
  return {sources, sources / "Methods", sources / "Classes", sources / "DatabaseMethods"};
}

}  // namespace

CodeWatcher::CodeWatcher(Language& language, const std::filesystem::path& sources,
                         std::function<void(std::string_view)> tell)
    : language_(language), tell_(std::move(tell)), watch_(foldersOf(sources), [this] { reload(); }) {}

void CodeWatcher::reload() {
  const auto reloaded = language_.reload();
  if (!reloaded) return;
  for (const auto& each : reloaded->diagnostics) {
    if (each.level == script::syntax::Diagnostic::Level::error) tell_(script::syntax::text(each));
  }
  tell_(script::syntax::hasErrors(reloaded->diagnostics)
            ? fmt::format("{}: errors; the old code stays in force.", fmt::join(reloaded->files, ", "))
            : fmt::format("{}: the changed code is live.", fmt::join(reloaded->files, ", ")));
}

}  // namespace qodly::app
