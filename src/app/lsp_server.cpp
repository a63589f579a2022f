// The life of the server: opening, documents, diagnostics, and which message goes where.
#include "app/lsp_server.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/lsp_json.h"
#include "app/version.h"
#include "script/library/names_4d.h"
#include "script/syntax/parser.h"
#include "value/json.h"

namespace qodly::app {

namespace fs = std::filesystem;
namespace syntax = script::syntax;
namespace intelligence = script::intelligence;

namespace {

constexpr int parseError = -32700;
constexpr int invalidRequest = -32600;
constexpr int methodNotFound = -32601;
constexpr int notInitialized = -32002;

constexpr std::size_t maximumText = std::size_t{64} << 20;
constexpr std::size_t mostDiagnostics = 500;  // of one file

using Role = syntax::SourceFile::Role;

// What a file is by its place in the project (project-format.md 7).
syntax::SourceFile sourceAt(const fs::path& path, syntax::Surface surface) {
  const std::string folder = path.parent_path().filename().string();
  const Role role = folder == "Classes" ? Role::classFile : folder == "Methods" ? Role::method : Role::databaseMethod;
  return {.path = path, .name = path.stem().string(), .role = role, .surface = surface};
}

fs::file_time_type timeOfCatalog(const ProjectCode& code) {
  std::error_code missing;
  return fs::last_write_time(code.root / "Project/Sources/catalog.4DCatalog", missing);
}

std::uint32_t endOfWord(std::string_view text, std::uint32_t offset) {
  if (offset >= text.size() || text[offset] == '\n') return offset;
  const std::size_t length = syntax::nameLength(text, offset);
  return offset + static_cast<std::uint32_t>(length == 0 ? 1 : length);
}

}  // namespace

LspServer::LspServer(fs::path project, const script::vm::Builtins& builtins, Send send)
    : project_(std::move(project)), builtins_(builtins), send_(std::move(send)) {}

const std::unordered_map<std::string_view, LspServer::Handler>& LspServer::requests() {
  static const std::unordered_map<std::string_view, Handler> table{
      {"initialize", &LspServer::initialize},
      {"shutdown", &LspServer::shutdown},
      {"textDocument/completion", &LspServer::completion},
      {"textDocument/hover", &LspServer::hover},
      {"textDocument/definition", &LspServer::definition},
      {"textDocument/references", &LspServer::references},
      {"textDocument/rename", &LspServer::renaming},
      {"textDocument/prepareRename", &LspServer::prepareRenaming},
      {"textDocument/documentSymbol", &LspServer::documentSymbols},
      {"workspace/symbol", &LspServer::workspaceSymbols},
      {"textDocument/signatureHelp", &LspServer::signatureHelp},
      {"textDocument/codeAction", &LspServer::codeActions},
      {"textDocument/formatting", &LspServer::formatting},
  };
  return table;
}

const std::unordered_map<std::string_view, void (LspServer::*)(const Value&)>& LspServer::notifications() {
  static const std::unordered_map<std::string_view, void (LspServer::*)(const Value&)> table{
      {"initialized", &LspServer::initialized},
      {"exit", &LspServer::exit},
      {"textDocument/didOpen", &LspServer::didOpen},
      {"textDocument/didChange", &LspServer::didChange},
      {"textDocument/didClose", &LspServer::didClose},
      {"textDocument/didSave", &LspServer::didSave},
      {"workspace/didChangeWatchedFiles", &LspServer::filesChanged},
  };
  return table;
}

void LspServer::receive(std::string_view json) {
  const auto answer = [this](const Value& id, std::string_view member, Value value) {
    send_(lsp::object({{"jsonrpc", Value::text("2.0")}, {"id", id}, {member, std::move(value)}}));
  };
  const auto refuse = [&](const Value& id, int code, std::string message) {
    answer(id, "error", lsp::object({{"code", Value::integer(code)}, {"message", Value::text(std::move(message))}}));
  };
  const auto message = json::parse(json);
  if (!message) return refuse(Value::null(), parseError, message.error().message());
  const std::string method = lsp::textAt(*message, "method");
  const Value id = lsp::at(*message, "id");
  const Value parameters = lsp::at(*message, "params");
  const bool isRequest = id.isText() || id.type() == Type::integer;
  lookAtModel();
  if (method.empty()) {
    // An answer to a request of ours needs nothing; everything else is no message.
    if (!isRequest) refuse(Value::null(), invalidRequest, "A message has a method.");
    return;
  }
  if (!isRequest) {
    const auto handler = notifications().find(method);
    const bool early = !initialized_ && method != "exit";
    if (handler != notifications().end() && !early) (this->*handler->second)(parameters);
    return;
  }
  const auto handler = requests().find(method);
  if (handler == requests().end()) {
    return refuse(id, methodNotFound, fmt::format("This server has no '{}'.", method));
  }
  if (!initialized_ && method != "initialize") return refuse(id, notInitialized, "The first request is initialize.");
  if (shutDown_) return refuse(id, invalidRequest, "The server has been shut down.");
  failure_.reset();
  Value result = (this->*handler->second)(parameters);
  if (failure_) return refuse(id, failure_->first, failure_->second);
  answer(id, "result", std::move(result));
}

Value LspServer::fail(int code, std::string message) {
  failure_ = {code, std::move(message)};
  return Value::null();
}

Value LspServer::initialize(const Value& parameters) {
  if (project_.empty()) project_ = lsp::pathOf(lsp::textAt(parameters, "rootUri"));
  if (project_.empty()) project_ = lsp::textAt(parameters, "rootPath");
  const Value operations = lsp::at(parameters, "capabilities.workspace.workspaceEdit.resourceOperations");
  if (operations.isCollection()) {
    for (const Value& each : operations.asCollection().elements()) {
      renamesFiles_ = renamesFiles_ || (each.isText() && each.asText() == "rename");
    }
  }
  const Value watching = lsp::at(parameters, "capabilities.workspace.didChangeWatchedFiles.dynamicRegistration");
  watchesFiles_ = watching.type() == Type::boolean && watching.asBoolean();
  openProject();
  initialized_ = true;
  auto triggers = Collection::make();
  for (const char* each : {".", "$"}) triggers->push(Value::text(each));
  auto calls = Collection::make();
  for (const char* each : {"(", ",", ";"}) calls->push(Value::text(each));
  const Value yes = Value::boolean(true);
  constexpr int incremental = 2;
  return lsp::object(
      {{"capabilities",
        lsp::object(
            {{"positionEncoding", Value::text("utf-16")},
             {"textDocumentSync", lsp::object({{"openClose", yes},
                                               {"change", Value::integer(incremental)},
                                               {"save", lsp::object({{"includeText", Value::boolean(false)}})}})},
             {"completionProvider", lsp::object({{"triggerCharacters", Value::collection(std::move(triggers))}})},
             {"hoverProvider", yes},
             {"definitionProvider", yes},
             {"referencesProvider", yes},
             {"renameProvider", lsp::object({{"prepareProvider", yes}})},
             {"documentSymbolProvider", yes},
             {"workspaceSymbolProvider", yes},
             {"signatureHelpProvider", lsp::object({{"triggerCharacters", Value::collection(std::move(calls))}})},
             {"codeActionProvider", yes},
             {"documentFormattingProvider", yes}})},
       {"serverInfo", lsp::object({{"name", Value::text("qodly")}, {"version", Value::text(std::string(version))}})}});
}

void LspServer::openProject() {
  if (!project_.empty()) {
    if (auto opened = openCode(project_)) code_ = std::move(*opened);
  }
  makeWorkspace();
  readFiles();
  if (code_) catalogTime_ = timeOfCatalog(*code_);
}

void LspServer::makeWorkspace() {
  workspace_ = std::make_unique<intelligence::Workspace>(code_ ? code_->model.get() : nullptr, &builtins_,
                                                         script::library::builtInNames());
}

void LspServer::lookAtModel() {
  if (!code_) return;
  const auto time = timeOfCatalog(*code_);
  if (time == catalogTime_) return;
  catalogTime_ = time;
  auto opened = openCode(project_);
  if (!opened) return;  // the old model stays until the file can be read
  std::vector<intelligence::Document> documents;
  for (const auto& [path, each] : workspace_->documents()) {
    documents.push_back({each.path, each.name, each.unit, each.isCallable, each.surface, each.text, {}, {}});
  }
  workspace_.reset();  // it refers to the model
  code_ = std::move(*opened);
  makeWorkspace();
  for (intelligence::Document& each : documents) workspace_->put(std::move(each));
  publishAll_ = dirty_ = true;
}

void LspServer::readFiles() {
  if (!code_) return;
  for (const syntax::SourceFile& file : code_->sources.files) {
    if (auto text = syntax::readSource(file.path)) putFile(file, std::move(*text));
  }
}

void LspServer::putFile(const syntax::SourceFile& file, std::string text) {
  workspace_->put({.path = file.path.string(),
                   .name = file.name,
                   .unit = file.unit(),
                   .isCallable = file.role == Role::method,
                   .surface = file.surface,
                   .text = std::move(text),
                   .tree = std::nullopt,
                   .occurrences = std::nullopt});
  dirty_ = true;
}

void LspServer::readFile(const std::string& path) {
  const auto surface = syntax::surfaceOf(path);
  if (!surface) return;
  dirty_ = true;
  if (auto text = syntax::readSource(path)) return putFile(sourceAt(path, *surface), std::move(*text));
  workspace_->remove(path);
}

Value LspServer::shutdown(const Value&) {
  shutDown_ = true;
  return Value::null();
}

void LspServer::exit(const Value&) { exited_ = true; }

void LspServer::initialized(const Value&) {
  publishAll_ = dirty_ = true;
  if (!watchesFiles_) return;
  auto watchers = Collection::make();
  watchers->push(lsp::object({{"globPattern", Value::text("**/*.{4qs,4dm,4DCatalog}")}}));
  auto registrations = Collection::make();
  registrations->push(
      lsp::object({{"id", Value::text("files")},
                   {"method", Value::text("workspace/didChangeWatchedFiles")},
                   {"registerOptions", lsp::object({{"watchers", Value::collection(std::move(watchers))}})}}));
  send_(lsp::object({{"jsonrpc", Value::text("2.0")},
                     {"id", Value::text("watch")},
                     {"method", Value::text("client/registerCapability")},
                     {"params", lsp::object({{"registrations", Value::collection(std::move(registrations))}})}}));
}

void LspServer::didOpen(const Value& parameters) {
  const std::string path = lsp::pathOf(lsp::textAt(parameters, "textDocument.uri")).string();
  const auto surface = syntax::surfaceOf(path);
  if (!surface) return;
  open_.insert(path);
  putFile(sourceAt(path, *surface), lsp::textAt(parameters, "textDocument.text"));
}

void LspServer::didChange(const Value& parameters) {
  const std::string path = lsp::pathOf(lsp::textAt(parameters, "textDocument.uri")).string();
  const Value changes = lsp::at(parameters, "contentChanges");
  const auto surface = syntax::surfaceOf(path);
  if (!open_.contains(path) || !surface || !changes.isCollection()) return;
  const intelligence::Document* document = workspace_->find(path);
  std::string text = document == nullptr ? std::string() : document->text;
  for (const Value& each : changes.asCollection().elements()) {
    const auto begin = lsp::positionAt(each, "range.start");
    const auto end = lsp::positionAt(each, "range.end");
    std::string with = lsp::textAt(each, "text");
    if (!begin || !end) {
      text = std::move(with);
      continue;
    }
    const intelligence::Positions positions(text);
    const std::uint32_t from = positions.offsetOf(*begin);
    const std::uint32_t to = std::max(from, positions.offsetOf(*end));
    text.replace(from, to - from, with);
  }
  if (text.size() > maximumText) return;
  putFile(sourceAt(path, *surface), std::move(text));
}

void LspServer::didClose(const Value& parameters) {
  const std::string path = lsp::pathOf(lsp::textAt(parameters, "textDocument.uri")).string();
  if (open_.erase(path) == 0) return;
  readFile(path);  // what the editor held and did not save is gone
  publishAll_ = true;
}

void LspServer::didSave(const Value&) { publishAll_ = dirty_ = true; }

void LspServer::filesChanged(const Value& parameters) {
  const Value changes = lsp::at(parameters, "changes");
  if (!changes.isCollection()) return;
  for (const Value& each : changes.asCollection().elements()) {
    const std::string path = lsp::pathOf(lsp::textAt(each, "uri")).string();
    if (!path.empty() && !open_.contains(path)) readFile(path);
  }
  publishAll_ = true;
}

void LspServer::publish() {
  if (!dirty_ || !initialized_) return;
  dirty_ = false;
  const auto send = [this](const std::string& path, Value list) {
    std::string text = json::text(list);
    const auto [entry, isNew] = published_.try_emplace(path, "[]");
    if (entry->second == text && !(isNew && open_.contains(path))) return;
    entry->second = std::move(text);
    send_(lsp::object({{"jsonrpc", Value::text("2.0")},
                       {"method", Value::text("textDocument/publishDiagnostics")},
                       {"params", lsp::object({{"uri", Value::text(lsp::uriOf(path))}, {"diagnostics", list}})}}));
  };
  for (const auto& [path, document] : workspace_->documents()) {
    if (!publishAll_ && !open_.contains(path)) continue;
    const intelligence::Positions positions(document.text);
    auto list = Collection::make();
    for (const syntax::Diagnostic& each : workspace_->diagnostics(document)) {
      if (list->size() >= mostDiagnostics) break;
      constexpr int error = 1;
      constexpr int warning = 2;
      list->push(
          lsp::object({{"range", lsp::range(positions, each.where.offset, endOfWord(document.text, each.where.offset))},
                       {"severity", Value::integer(each.level == syntax::Diagnostic::Level::error ? error : warning)},
                       {"code", Value::text(each.code)},
                       {"source", Value::text("qodly")},
                       {"message", Value::text(each.message)}}));
    }
    send(path, Value::collection(std::move(list)));
  }
  // Files that are gone have no diagnostics any more.
  for (auto each = published_.begin(); each != published_.end();) {
    const std::string path = each->first;
    ++each;
    if (workspace_->find(path) != nullptr) continue;
    send(path, Value::collection(Collection::make()));
    published_.erase(path);
  }
  publishAll_ = false;
}

}  // namespace qodly::app
