// docs/language-reference.md is what `qodly help --markdown` prints.
#include "app/reference.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "app/language.h"

namespace qodly::app {
namespace {

TEST(Reference, TheManualIsMadeFromTheRows) {
  const auto language = Language::alone();
  std::ifstream file(QODLY_SOURCE_DIR "/docs/language-reference.md", std::ios::binary);
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(written == referenceMarkdown(language->builtins())) << "Make it anew: ./dev reference";
}

TEST(Reference, EveryRowHasADocumentationLine) {
  const auto language = Language::alone();
  for (const auto& command : language->builtins().commands()) {
    EXPECT_FALSE(command.row->doc.empty()) << command.row->name;
    EXPECT_NE(command.row->run, nullptr) << command.row->name;
  }
  for (const auto* definition : language->builtins().nativeClasses()) {
    EXPECT_FALSE(definition->doc.empty()) << definition->name;
    for (const auto& row : definition->functions) EXPECT_FALSE(row.doc.empty()) << definition->name << "." << row.name;
    for (const auto& row : definition->properties) EXPECT_FALSE(row.doc.empty()) << definition->name << "." << row.name;
  }
}

TEST(Reference, PagesAreFound) {
  const auto language = Language::alone();
  const auto& builtins = language->builtins();
  for (const std::string_view topic : {"substring", "SUBSTRING", "Substring", "Collection", "4D.Collection",
                                       "collection.push", "kShared", "ck shared"}) {
    EXPECT_TRUE(helpPage(builtins, topic)) << topic;
  }
  EXPECT_FALSE(helpPage(builtins, "substrin"));
  EXPECT_FALSE(helpTopics(builtins, "substrin").empty());
}

}  // namespace
}  // namespace qodly::app
