// Outlines, signatures of calls that are being written, and offers to mend.
#include "app/lsp_json.h"
#include "app/lsp_server.h"
#include "script/intelligence/fixes.h"
#include "script/intelligence/signature_help.h"
#include "script/intelligence/symbols.h"

namespace qodly::app {

namespace intelligence = script::intelligence;

namespace {

using intelligence::OutlineItem;

// SymbolKind of the protocol.
int protocolKind(OutlineItem::Kind kind) {
  switch (kind) {
    case OutlineItem::Kind::classType:
      return 5;
    case OutlineItem::Kind::constructor:
      return 9;
    case OutlineItem::Kind::property:
      return 7;
    case OutlineItem::Kind::method:
      return 12;
    case OutlineItem::Kind::function:
      break;
  }
  return 6;
}

Value outlineValue(const intelligence::Positions& positions, const OutlineItem& item) {
  Value made = lsp::object({{"name", Value::text(item.name)},
                            {"kind", Value::integer(protocolKind(item.kind))},
                            {"range", lsp::range(positions, item.begin, item.end)},
                            {"selectionRange", lsp::range(positions, item.nameBegin, item.nameEnd)}});
  if (!item.detail.empty()) made.asObject().set("detail", Value::text(item.detail));
  if (item.members.empty()) return made;
  auto members = Collection::make();
  for (const OutlineItem& each : item.members) members->push(outlineValue(positions, each));
  made.asObject().set("children", Value::collection(std::move(members)));
  return made;
}

// Places in a label count UTF-16 units.
Value labelPlace(const Value& label, std::uint32_t begin, std::uint32_t end) {
  const auto units = [&](std::uint32_t offset) {
    return Value::integer(static_cast<std::int64_t>(Value::text(label.asText().substr(0, offset)).textUnits()));
  };
  auto place = Collection::make();
  place->push(units(begin));
  place->push(units(end));
  return lsp::object({{"label", Value::collection(std::move(place))}});
}

}  // namespace

Value LspServer::documentSymbols(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  auto list = Collection::make();
  list->push(outlineValue(intelligence::Positions(at->document.text), intelligence::outlineOf(at->document)));
  return Value::collection(std::move(list));
}

Value LspServer::workspaceSymbols(const Value& parameters) {
  auto list = Collection::make();
  for (const auto& each : intelligence::findSymbols(*workspace_, lsp::textAt(parameters, "query"))) {
    Value made = lsp::object({{"name", Value::text(each.item.name)},
                              {"kind", Value::integer(protocolKind(each.item.kind))},
                              {"location", location(each.path, each.item.nameBegin, each.item.nameEnd)}});
    if (!each.container.empty()) made.asObject().set("containerName", Value::text(each.container));
    list->push(made);
  }
  return Value::collection(std::move(list));
}

Value LspServer::signatureHelp(const Value& parameters) {
  const auto at = target(parameters);
  if (!at) return Value::null();
  const auto help = intelligence::signatureAt(*workspace_, at->document, at->offset);
  if (!help) return Value::null();
  const Value label = Value::text(help->label);
  auto places = Collection::make();
  for (const auto& [begin, end] : help->parameters) places->push(labelPlace(label, begin, end));
  Value signature = lsp::object({{"label", label}, {"parameters", Value::collection(std::move(places))}});
  if (!help->documentation.empty()) signature.asObject().set("documentation", Value::text(help->documentation));
  auto signatures = Collection::make();
  signatures->push(signature);
  return lsp::object({{"signatures", Value::collection(std::move(signatures))},
                      {"activeSignature", Value::integer(0)},
                      {"activeParameter", Value::integer(help->active)}});
}

Value LspServer::codeActions(const Value& parameters) {
  const std::string path = lsp::pathOf(lsp::textAt(parameters, "textDocument.uri")).string();
  const intelligence::Document* document = workspace_->find(path);
  const auto begin = lsp::positionAt(parameters, "range.start");
  const auto end = lsp::positionAt(parameters, "range.end");
  if (document == nullptr || !begin || !end) return Value::null();
  const intelligence::Positions positions(document->text);
  auto list = Collection::make();
  for (const auto& fix :
       intelligence::fixesIn(*workspace_, *document, positions.offsetOf(*begin), positions.offsetOf(*end))) {
    auto edits = Collection::make();
    edits->push(textEdit(*document, fix.begin, fix.end, fix.text));
    auto changes = Object::make();
    changes->set(lsp::uriOf(path), Value::collection(std::move(edits)));
    list->push(lsp::object({{"title", Value::text(fix.title)},
                            {"kind", Value::text("quickfix")},
                            {"edit", lsp::object({{"changes", Value::object(std::move(changes))}})}}));
  }
  return Value::collection(std::move(list));
}

}  // namespace qodly::app
