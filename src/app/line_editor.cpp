#include "app/line_editor.h"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <dlfcn.h>
#include <unistd.h>

#include "app/console.h"

namespace qodly::app {

namespace {

constexpr int mostHistory = 1000;
constexpr const char* wordBreaks = " \t\n\"'()[]{};,=+-*/<>&|^!?:#\\%";

// The library calls back without saying for whom: the completer of the one editor there is.
LineEditor::Completer* activeCompleter = nullptr;  // NOLINT: see above
std::string_view activeLine;                       // NOLINT: valid during a completion

}  // namespace

// The functions of libedit's readline interface.
struct LineEditor::Library {
  void* handle = nullptr;
  char* (*readline)(const char*) = nullptr;
  int (*addHistory)(const char*) = nullptr;
  int (*readHistory)(const char*) = nullptr;
  int (*writeHistory)(const char*) = nullptr;
  void (*stifleHistory)(int) = nullptr;
  void (*usingHistory)() = nullptr;
  char** (*completionMatches)(const char*, char* (*)(const char*, int)) = nullptr;
  char** lineBuffer = nullptr;
  int* point = nullptr;
  int* appendCharacter = nullptr;
  int* completionOver = nullptr;
  const char** breaks = nullptr;
  char** (**completion)(const char*, int, int) = nullptr;
  Completer completer;

  ~Library() {
    if (handle != nullptr) dlclose(handle);
  }
  static std::unique_ptr<Library> load();
  template <class T>
  bool find(T& function, const char* name) {
    function = reinterpret_cast<T>(dlsym(handle, name));
    return function != nullptr;
  }
};

namespace {

LineEditor::Completer* completerOf() { return activeCompleter; }

// One match a call, as the library wants it; freed by it.
char* nextMatch(const char* word, int state) {
  static std::vector<std::string> matches;
  if (state == 0) matches = (*completerOf())(activeLine, word);
  const auto index = static_cast<std::size_t>(state);
  return index < matches.size() ? strdup(matches[index].c_str()) : nullptr;
}

}  // namespace

std::unique_ptr<LineEditor::Library> LineEditor::Library::load() {
  auto library = std::make_unique<Library>();
  library->handle = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
  if (library->handle == nullptr) return nullptr;
  const bool complete =
      library->find(library->readline, "readline") && library->find(library->addHistory, "add_history") &&
      library->find(library->readHistory, "read_history") && library->find(library->writeHistory, "write_history") &&
      library->find(library->stifleHistory, "stifle_history") &&
      library->find(library->usingHistory, "using_history") &&
      library->find(library->completionMatches, "rl_completion_matches") &&
      library->find(library->lineBuffer, "rl_line_buffer") && library->find(library->point, "rl_point") &&
      library->find(library->appendCharacter, "rl_completion_append_character") &&
      library->find(library->completionOver, "rl_attempted_completion_over") &&
      library->find(library->breaks, "rl_basic_word_break_characters") &&
      library->find(library->completion, "rl_attempted_completion_function");
  return complete ? std::move(library) : nullptr;
}

namespace {

// What complete() needs of the library, set while an editor is there.
struct CompletionHooks {
  char** (*matches)(const char*, char* (*)(const char*, int)) = nullptr;
  char** lineBuffer = nullptr;
  int* point = nullptr;
  int* over = nullptr;
};
CompletionHooks hooks;  // NOLINT: as activeCompleter

char** complete(const char* word, int, int) {
  *hooks.over = 1;  // no file names when nothing matches
  activeLine = std::string_view(*hooks.lineBuffer).substr(0, static_cast<std::size_t>(*hooks.point));
  return hooks.matches(word, nextMatch);
}

}  // namespace

LineEditor::LineEditor(std::filesystem::path historyFile, Completer completer) : historyFile_(std::move(historyFile)) {
  if (!isTerminal(STDIN_FILENO) || !isTerminal(STDOUT_FILENO)) return;
  std::setlocale(LC_CTYPE, "C.UTF-8");
  library_ = Library::load();
  if (library_ == nullptr) return;
  library_->completer = std::move(completer);
  activeCompleter = &library_->completer;
  hooks = {library_->completionMatches, library_->lineBuffer, library_->point, library_->completionOver};
  library_->usingHistory();
  library_->stifleHistory(mostHistory);
  if (!historyFile_.empty()) library_->readHistory(historyFile_.c_str());
  *library_->breaks = wordBreaks;
  *library_->appendCharacter = 0;
  *library_->completion = complete;
}

LineEditor::~LineEditor() {
  if (library_ == nullptr) return;
  if (!historyFile_.empty()) library_->writeHistory(historyFile_.c_str());
  activeCompleter = nullptr;
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  if (library_ == nullptr) {
    if (isTerminal(STDIN_FILENO)) std::cout << prompt << std::flush;
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  const std::unique_ptr<char, decltype(&std::free)> line(library_->readline(prompt.c_str()), &std::free);
  if (line == nullptr) return std::nullopt;
  return std::string(line.get());
}

void LineEditor::remember(const std::string& entry) {
  if (library_ != nullptr && !entry.empty()) library_->addHistory(entry.c_str());
}

}  // namespace qodly::app
