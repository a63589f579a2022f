// Reading lines from a person: with editing, history and completion on a terminal, plainly elsewhere.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::app {

// One at a time in a program (the editing library keeps its state for the whole process); not thread-safe. The library
// (libedit) is loaded when a terminal is there; without it lines are read plainly.
class LineEditor {
 public:
  // Gives the words that may stand in place of `word`, the last one of `line` up to the cursor.
  using Completer = std::function<std::vector<std::string>(std::string_view line, std::string_view word)>;

  // `historyFile`: read now and written at the end; empty: none.
  LineEditor(std::filesystem::path historyFile, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Without line end; nullopt at the end of the input. The prompt is shown on a terminal only.
  std::optional<std::string> read(const std::string& prompt);
  void remember(const std::string& entry);

 private:
  struct Library;
  std::unique_ptr<Library> library_;  // nullptr: plain
  std::filesystem::path historyFile_;
};

}  // namespace qodly::app
