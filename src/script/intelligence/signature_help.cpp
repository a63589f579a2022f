#include "script/intelligence/signature_help.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "script/intelligence/hover.h"

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

constexpr std::size_t farthest = 20'000;  // bytes that are looked back

// The parenthesis of the call that is open at a place.
struct OpenCall {
  std::uint32_t parenthesis = 0;
  std::uint32_t argument = 0;  // how many separators lie between
  std::string closers;         // what closes it and all around it
};

// Reads the text up to `offset` forward from the start of the statement's first line, so that texts and comments are
// told from code.
std::optional<OpenCall> openCall(std::string_view text, std::uint32_t offset, Surface surface) {
  const std::size_t limit = offset > farthest ? offset - farthest : 0;
  // A call seldom begins before the last line that has no open parenthesis; reading from farther back is only slower.
  std::size_t begin = offset;
  for (int lines = 0; begin > limit && lines < 50; --begin) {
    if (text[begin - 1] == '\n') ++lines;
  }
  while (begin > 0 && text[begin - 1] != '\n') --begin;
  const char separator = surface == Surface::fourD ? ';' : ',';
  struct Level {
    char opener;
    OpenCall call;
  };
  std::vector<Level> levels;
  for (std::size_t i = begin; i < offset; ++i) {
    const char c = text[i];
    if (c == '"' || (c == '\'' && surface == Surface::qodlyScript)) {
      for (++i; i < offset && text[i] != c && text[i] != '\n'; ++i) {
        if (text[i] == '\\') ++i;
      }
    } else if (c == '/' && i + 1 < offset && text[i + 1] == '/') {
      while (i < offset && text[i] != '\n') ++i;
    } else if (c == '/' && i + 1 < offset && text[i + 1] == '*') {
      i = std::min<std::size_t>(text.find("*/", i + 2), offset);
    } else if (c == '(' || c == '[' || c == '{') {
      levels.push_back({c, {static_cast<std::uint32_t>(i), 0, {}}});
    } else if ((c == ')' || c == ']' || c == '}') && !levels.empty()) {
      levels.pop_back();
    } else if (c == separator && !levels.empty()) {
      ++levels.back().call.argument;
    }
  }
  while (!levels.empty() && levels.back().opener != '(') levels.pop_back();
  if (levels.empty()) return std::nullopt;
  OpenCall call = levels.back().call;
  for (auto each = levels.rbegin(); each != levels.rend(); ++each) {
    call.closers += each->opener == '(' ? ')' : each->opener == '[' ? ']' : '}';
  }
  return call;
}

// The parameters of "name(a : text, b : {x, y}) -> number".
void findParameters(SignatureHelp& help) {
  const auto open = help.label.find('(');
  if (open == std::string::npos) return;
  int depth = 0;
  auto begin = static_cast<std::uint32_t>(open + 1);
  for (std::size_t i = open; i < help.label.size(); ++i) {
    const char c = help.label[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    const bool ends = depth == 0;
    if (!ends && (depth != 1 || (c != ',' && c != ';'))) continue;
    auto from = begin;
    while (from < i && help.label[from] == ' ') ++from;
    if (from < i) help.parameters.emplace_back(from, static_cast<std::uint32_t>(i));
    begin = static_cast<std::uint32_t>(i + 1);
    if (ends) return;
  }
}

// A statement that is not finished has no tree: it is looked at as if the call ended there.
std::optional<Hover> hoverInWhole(Workspace& workspace, const Document& document, const OpenCall& call,
                                  std::uint32_t offset, std::uint32_t name) {
  const auto withText = [&](std::string text) {
    return Document{
        document.path, document.name, document.unit, document.isCallable, document.surface, std::move(text), {}, {}};
  };
  const std::string& text = document.text;
  const auto lineEnd = std::min(text.find('\n', offset), text.size());
  Document whole = withText(text.substr(0, call.parenthesis + 1) + call.closers + text.substr(lineEnd));
  Document asItIs = withText(text);
  const std::string path = document.path;
  workspace.put(std::move(whole));
  auto hover = hoverAt(workspace, *workspace.find(path), name);
  workspace.put(std::move(asItIs));
  return hover;
}

}  // namespace

std::optional<SignatureHelp> signatureAt(Workspace& workspace, const Document& document, std::uint32_t offset) {
  const auto call =
      openCall(document.text, std::min(offset, static_cast<std::uint32_t>(document.text.size())), document.surface);
  if (!call || call->parenthesis == 0) return std::nullopt;
  std::uint32_t name = call->parenthesis;
  while (name > 0 && document.text[name - 1] == ' ') --name;
  auto hover = hoverAt(workspace, document, name);
  if (!hover) hover = hoverInWhole(workspace, document, *call, offset, name);
  if (!hover || hover->end != name) return std::nullopt;
  SignatureHelp help;
  help.label = hover->signature.substr(0, hover->signature.find('\n'));
  help.documentation = hover->documentation;
  findParameters(help);
  if (help.label.find('(') == std::string::npos) return std::nullopt;
  const auto last = help.parameters.empty() ? 0 : static_cast<std::uint32_t>(help.parameters.size()) - 1;
  const bool repeats = !help.parameters.empty() && help.label.substr(help.parameters.back().first).starts_with("...");
  help.active = repeats ? std::min(call->argument, last) : call->argument;
  return help;
}

}  // namespace qodly::script::intelligence
