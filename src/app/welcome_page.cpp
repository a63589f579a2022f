#include "app/welcome_page.h"

#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "app/assets.h"
#include "app/version.h"
#include "base/text.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::uintmax_t maximumManifestBytes = 1 << 20;

Value manifestOf(const model::Project& project) {
  const std::filesystem::path file = project.paths().sources / "Shared" / "manifest.json";
  std::error_code missing;
  if (const auto size = std::filesystem::file_size(file, missing); missing || size > maximumManifestBytes) return {};
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const Result<Value> manifest = json::parse(text, {.tolerant = true});
  return manifest && manifest->isObject() ? *manifest : Value();
}

std::string textOf(const Value& manifest, std::string_view name, std::string_view otherwise) {
  if (manifest.isObject()) {
    if (const Value* value = manifest.asObject().find(name); value != nullptr && value->isText()) {
      return std::string(value->asText());
    }
  }
  return std::string(otherwise);
}

void replaceAll(std::string& text, std::string_view mark, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size())
    text.replace(at, mark.size(), by);
}

}  // namespace

std::string welcomePage(const model::Project& project) {
  const Asset* asset = findAsset("/$lib/welcome/index.html");
  std::string page(asset == nullptr ? "" : asset->file.bytes);
  const Value manifest = manifestOf(project);
  const std::array<std::pair<std::string_view, std::string>, 4> parts = {{
      {"{{title}}", textOf(manifest, "applicationName", project.name())},
      {"{{description}}", textOf(manifest, "description", "A Qodly application.")},
      {"{{note}}", textOf(manifest, "note", "")},
      {"{{version}}", std::string(version)},
  }};
  for (const auto& [mark, text] : parts) replaceAll(page, mark, escapeHtml(text));
  return page;
}

}  // namespace qodly::app
