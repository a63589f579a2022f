#include "script/library/file_localized.h"

#include <algorithm>
#include <array>

#include <pugixml.hpp>

#include "base/text.h"
#include "script/library/file_access.h"
#include "script/library/folder_access.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view folderEnding = ".lproj";

struct LongName {
  std::string_view name, language;
};
constexpr std::array longNames{LongName{"english", "en"}, LongName{"french", "fr"},    LongName{"german", "de"},
                               LongName{"italian", "it"}, LongName{"spanish", "es"},   LongName{"japanese", "ja"},
                               LongName{"dutch", "nl"},   LongName{"portuguese", "pt"}};

// "English.lproj" and "en_US.lproj" as "en" and "en-us".
std::string languageOf(std::string_view folder) {
  std::string language = lowerAscii(folder.substr(0, folder.size() - folderEnding.size()));
  std::ranges::replace(language, '_', '-');
  const auto* row = std::ranges::find(longNames, language, &LongName::name);
  return row == longNames.end() ? language : std::string(row->language);
}

struct Collect : pugi::xml_tree_walker {
  explicit Collect(LocalizedTexts& target) : into(&target) {}
  bool for_each(pugi::xml_node& node) override {
    if (std::string_view(node.name()) != "trans-unit") return true;
    const std::string name = node.attribute("resname").as_string();
    const pugi::xml_node target = node.child("target");
    if (!name.empty()) into->try_emplace(name, (target ? target : node.child("source")).text().as_string());
    return true;
  }
  LocalizedTexts* into;
};

}  // namespace

void readXliff(std::string_view document, LocalizedTexts& into) {
  pugi::xml_document xml;
  if (!xml.load_buffer(document.data(), document.size())) return;
  Collect collect(into);
  xml.traverse(collect);
}

const LocalizedTexts& LocalizedFiles::textsOf(const FileSystems& systems, const std::string& language) {
  const auto [place, isNew] = languages_.try_emplace(language);
  const auto resources = isNew ? systems.locate("/RESOURCES") : Result<Location>(std::unexpected(Error(0, "", "")));
  if (!resources) return place->second;
  const auto folders = folder::folders(*resources, {});
  if (!folders) return place->second;
  for (const Location& candidate : *folders) {
    const std::string name = candidate.name();
    if (!lowerAscii(name).ends_with(folderEnding) || languageOf(name) != language) continue;
    const auto files = folder::files(candidate, {.recursive = true, .ignoreInvisible = true});
    if (!files) continue;
    for (const Location& file : *files) {
      if (!lowerAscii(file.name()).ends_with(".xlf")) continue;
      if (const auto content = file::read(file)) readXliff(*content, place->second);
    }
  }
  return place->second;
}

std::optional<std::string> LocalizedFiles::find(const FileSystems& systems, std::string_view language,
                                                const std::string& name) {
  std::string wanted = lowerAscii(language);
  std::ranges::replace(wanted, '_', '-');
  for (const std::string& each : {wanted, wanted.substr(0, wanted.find('-'))}) {
    const LocalizedTexts& texts = textsOf(systems, each);
    const auto found = texts.find(name);
    if (found != texts.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace qodly::script::library
