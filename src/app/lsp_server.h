// The language server: what an editor asks about the code of a project (language.md 24, Language Server Protocol 3.17).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/project_code.h"
#include "script/intelligence/workspace.h"
#include "script/vm/builtins.h"
#include "value/value.h"

namespace qodly::app {

// One editor. One thread. Requests are answered in the order they come.
class LspServer {
 public:
  using Send = std::function<void(const Value& message)>;
  // project: empty when the editor's root folder says it. builtins must outlive it.
  LspServer(std::filesystem::path project, const script::vm::Builtins& builtins, Send send);

  // A message as it came; what is no message is answered with an error.
  void receive(std::string_view json);
  // Sends the diagnostics that have changed; call it when no message waits.
  void publish();

  bool hasExited() const { return exited_; }
  // As the protocol wants it: 0 when shutdown came before exit.
  int exitCode() const { return shutDown_ ? 0 : 1; }

 private:
  // A document and a place in it.
  struct Target {
    const script::intelligence::Document& document;
    std::uint32_t offset = 0;
  };
  using Handler = Value (LspServer::*)(const Value& parameters);
  static const std::unordered_map<std::string_view, Handler>& requests();
  static const std::unordered_map<std::string_view, void (LspServer::*)(const Value&)>& notifications();

  Value initialize(const Value& parameters);
  Value shutdown(const Value& parameters);
  Value completion(const Value& parameters);
  Value hover(const Value& parameters);
  Value definition(const Value& parameters);
  Value references(const Value& parameters);
  Value renaming(const Value& parameters);
  Value prepareRenaming(const Value& parameters);
  Value documentSymbols(const Value& parameters);
  Value workspaceSymbols(const Value& parameters);
  Value signatureHelp(const Value& parameters);
  Value codeActions(const Value& parameters);
  Value formatting(const Value& parameters);

  void initialized(const Value& parameters);
  void exit(const Value& parameters);
  void didOpen(const Value& parameters);
  void didChange(const Value& parameters);
  void didClose(const Value& parameters);
  void didSave(const Value& parameters);
  void filesChanged(const Value& parameters);

  void openProject();
  void makeWorkspace();
  void lookAtModel();  // a changed catalog takes effect
  void readFiles();
  void putFile(const script::syntax::SourceFile& file, std::string text);
  void readFile(const std::string& path);
  std::optional<Target> target(const Value& parameters);
  Value location(std::string_view path, std::uint32_t begin, std::uint32_t end);
  Value textEdit(const script::intelligence::Document& document, std::uint32_t begin, std::uint32_t end,
                 std::string_view text);
  Value fail(int code, std::string message);

  std::filesystem::path project_;
  const script::vm::Builtins& builtins_;
  Send send_;
  std::optional<ProjectCode> code_;
  std::unique_ptr<script::intelligence::Workspace> workspace_;
  std::set<std::string> open_;                              // paths of the documents the editor has open
  std::unordered_map<std::string, std::string> published_;  // diagnostics as last sent, by path
  std::optional<std::pair<int, std::string>> failure_;      // of the request that is being answered
  bool publishAll_ = false;
  bool dirty_ = false;
  std::filesystem::file_time_type catalogTime_;  // of the catalog that was read
  bool renamesFiles_ = false;
  bool watchesFiles_ = false;  // the editor does, when it is asked to
  bool initialized_ = false;
  bool shutDown_ = false;
  bool exited_ = false;
};

}  // namespace qodly::app
