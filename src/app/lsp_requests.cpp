// What is asked about a place of a document.
#include <map>

#include "app/lsp_json.h"
#include "app/lsp_server.h"
#include "script/intelligence/completion.h"
#include "script/intelligence/formatting.h"
#include "script/intelligence/hover.h"
#include "script/intelligence/navigation.h"

namespace qodly::app {

namespace fs = std::filesystem;
namespace intelligence = script::intelligence;

namespace {

constexpr int requestFailed = -32803;

// CompletionItemKind of the protocol.
int protocolKind(intelligence::CompletionItem::Kind kind) {
  using Kind = intelligence::CompletionItem::Kind;
  switch (kind) {
    case Kind::variable:
      return 6;
    case Kind::function:
      return 2;
    case Kind::method:
      return 3;
    case Kind::classType:
      return 7;
    case Kind::property:
      return 10;
    case Kind::attribute:
      return 5;
    case Kind::constant:
      return 21;
    case Kind::keyword:
      break;
  }
  return 14;
}

Value markdown(std::string text) {
  return lsp::object({{"kind", Value::text("markdown")}, {"value", Value::text(std::move(text))}});
}

}  // namespace

std::optional<LspServer::Target> LspServer::target(const Value& parameters) {
  const std::string path = lsp::pathOf(lsp::textAt(parameters, "textDocument.uri")).string();
  const intelligence::Document* document = workspace_->find(path);
  if (document == nullptr) return std::nullopt;
  const auto position = lsp::positionAt(parameters, "position");
  const intelligence::Positions positions(document->text);
  return Target{*document, position ? positions.offsetOf(*position) : 0};
}

Value LspServer::location(std::string_view path, std::uint32_t begin, std::uint32_t end) {
  const intelligence::Document* document = workspace_->find(path);
  const intelligence::Positions positions(document->text);
  return lsp::object({{"uri", Value::text(lsp::uriOf(path))}, {"range", lsp::range(positions, begin, end)}});
}

Value LspServer::textEdit(const intelligence::Document& document, std::uint32_t begin, std::uint32_t end,
                          std::string_view text) {
  const intelligence::Positions positions(document.text);
  return lsp::object({{"range", lsp::range(positions, begin, end)}, {"newText", Value::text(text)}});
}

Value LspServer::completion(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  const intelligence::Completion found = intelligence::completionAt(*workspace_, at->document, at->offset);
  const intelligence::Positions positions(at->document.text);
  const Value range = lsp::range(positions, found.begin, at->offset);
  auto list = Collection::make();
  for (const intelligence::CompletionItem& each : found.items) {
    const Value item =
        lsp::object({{"label", Value::text(each.label)},
                     {"kind", Value::integer(protocolKind(each.kind))},
                     {"detail", Value::text(each.detail)},
                     {"textEdit", lsp::object({{"range", range}, {"newText", Value::text(each.label)}})}});
    if (!each.documentation.empty()) item.asObject().set("documentation", markdown(each.documentation));
    list->push(item);
  }
  return lsp::object({{"isIncomplete", Value::boolean(false)}, {"items", Value::collection(std::move(list))}});
}

Value LspServer::hover(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  const auto found = intelligence::hoverAt(*workspace_, at->document, at->offset);
  if (!found) return Value::null();
  std::string text = "```qodly\n" + found->signature + "\n```";
  if (!found->documentation.empty()) text += "\n\n" + found->documentation;
  const intelligence::Positions positions(at->document.text);
  return lsp::object(
      {{"contents", markdown(std::move(text))}, {"range", lsp::range(positions, found->begin, found->end)}});
}

Value LspServer::definition(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  auto list = Collection::make();
  for (const intelligence::Place& each : intelligence::definitionOf(*workspace_, at->document, at->offset)) {
    list->push(location(each.path, each.begin, each.end));
  }
  return Value::collection(std::move(list));
}

Value LspServer::references(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  const Value wanted = lsp::at(parameters, "context.includeDeclaration");
  const bool withDeclaration = wanted.type() != Type::boolean || wanted.asBoolean();
  auto list = Collection::make();
  for (const auto& each : intelligence::referencesOf(*workspace_, at->document, at->offset, withDeclaration)) {
    list->push(location(each.path, each.begin, each.end));
  }
  return Value::collection(std::move(list));
}

Value LspServer::renaming(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return fail(requestFailed, "The document is not known.");
  const auto made = intelligence::rename(*workspace_, at->document, at->offset, lsp::textAt(parameters, "newName"));
  if (!made) return fail(requestFailed, made.error().message());
  if (!made->renamedFile.empty() && !renamesFiles_) {
    return fail(requestFailed, "It is renamed with its file, and this editor cannot rename files.");
  }
  std::map<std::string, Ref<Collection>> byPath;
  for (const intelligence::Place& each : made->places) {
    auto& edits = byPath.try_emplace(each.path, Collection::make()).first->second;
    edits->push(textEdit(*workspace_->find(each.path), each.begin, each.end, made->newName));
  }
  if (made->renamedFile.empty()) {
    auto changes = Object::make();
    for (auto& [path, edits] : byPath) changes->set(lsp::uriOf(path), Value::collection(edits));
    return lsp::object({{"changes", Value::object(std::move(changes))}});
  }
  auto steps = Collection::make();
  for (auto& [path, edits] : byPath) {
    const Value document = lsp::object({{"uri", Value::text(lsp::uriOf(path))}, {"version", Value::null()}});
    steps->push(lsp::object({{"textDocument", document}, {"edits", Value::collection(edits)}}));
  }
  const fs::path from = made->renamedFile;
  const fs::path to = from.parent_path() / (made->newName + from.extension().string());
  steps->push(lsp::object({{"kind", Value::text("rename")},
                           {"oldUri", Value::text(lsp::uriOf(from))},
                           {"newUri", Value::text(lsp::uriOf(to))}}));
  return lsp::object({{"documentChanges", Value::collection(std::move(steps))}});
}

Value LspServer::prepareRenaming(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return fail(requestFailed, "The document is not known.");
  const auto place = intelligence::renamedPlace(*workspace_, at->document, at->offset);
  if (!place) return fail(requestFailed, place.error().message());
  return lsp::range(intelligence::Positions(at->document.text), place->begin, place->end);
}

Value LspServer::formatting(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return fail(requestFailed, "The document is not known.");
  const auto text = intelligence::format(*workspace_, at->document);
  if (!text) return fail(requestFailed, text.error().message());
  auto edits = Collection::make();
  if (*text != at->document.text) {
    edits->push(textEdit(at->document, 0, static_cast<std::uint32_t>(at->document.text.size()), *text));
  }
  return Value::collection(std::move(edits));
}

}  // namespace qodly::app
