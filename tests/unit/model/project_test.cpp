// Opening, following and creating project folders.
#include "model/project.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "model/name_lookup.h"
#include "model/new_project.h"
#include "tests/unit/model/catalogs.h"
#include "value/json.h"

namespace fs = std::filesystem;
using namespace qodly::model;
using qodly::model::test::library;

namespace {

class ProjectFolder : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("qodly-project-" + std::to_string(::getpid()) + '-' +
                                         testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::string contentOf(const std::string& path) const {
    std::ifstream in(root_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::unique_ptr<Project> open(const fs::path& path) const {
    auto project = Project::open(path);
    if (!project) throw std::runtime_error(project.error().text());
    return std::move(*project);
  }
  fs::path root_;
};

}  // namespace

TEST_F(ProjectFolder, opensFromEveryPlace) {
  write("Project/Lib.4DProject", "\xEF\xBB\xBF{ // saved\n\"compatibilityVersion\": 1920, \"tokenizedText\": false, }");
  write("Project/Sources/catalog.4DCatalog", library);
  for (const char* argument : {"", "Project", "Project/Lib.4DProject", "Project/"}) {
    const auto project = open(root_ / argument);
    EXPECT_EQ(project->name(), "Lib");
    EXPECT_EQ(project->paths().root, root_);
    EXPECT_EQ(project->paths().data, root_ / "Data");
    EXPECT_EQ(project->anchor().compatibilityVersion, 1920);
    EXPECT_FALSE(project->anchor().tokenizedText);
    EXPECT_EQ(project->model()->classes.size(), 2u);
    EXPECT_TRUE(project->diagnostics().empty());
  }
  EXPECT_FALSE(fs::exists(root_ / "Data"));
}

TEST_F(ProjectFolder, saysWhatItExpectedWhereThereIsNone) {
  write("other.txt", "");
  for (const char* argument : {"", "other.txt", "missing"}) {
    const auto project = Project::open(root_ / argument);
    ASSERT_FALSE(project);
    EXPECT_EQ(project.error().message().find("No project found in " + (root_ / argument).string()), 0u);
  }
}

TEST_F(ProjectFolder, takesTheFirstOfSeveralAnchors) {
  write("Project/b.4DProject", "{}");
  write("Project/a.4DProject", "{}");
  const auto project = open(root_);
  EXPECT_EQ(project->name(), "a");
  EXPECT_EQ(project->diagnostics().front().code, "duplicate-name");
  EXPECT_EQ(open(root_ / "Project/b.4DProject")->name(), "b");
}

TEST_F(ProjectFolder, opensWithBrokenFiles) {
  write("Project/Lib.4DProject", "{ broken");
  write("Project/Sources/catalog.4DCatalog", "<base>\n<table>\n</base>");
  const auto project = open(root_);
  EXPECT_TRUE(project->model()->classes.empty());
  EXPECT_EQ(project->model()->name, "Lib");
  const auto diagnostics = project->diagnostics();
  ASSERT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(diagnostics[0].code, "json-syntax");
  EXPECT_EQ(diagnostics[0].file, "Project/Lib.4DProject");
  EXPECT_EQ(diagnostics[1].code, "xml-syntax");
  EXPECT_EQ(diagnostics[1].level, Diagnostic::Level::error);
  EXPECT_EQ(diagnostics[1].line, 3u);
}

TEST_F(ProjectFolder, followsTheCatalog) {
  write("Project/Lib.4DProject", "{}");
  const auto project = open(root_);
  EXPECT_FALSE(project->catalogChanged());
  write("Project/Sources/catalog.4DCatalog", library);
  EXPECT_TRUE(project->catalogChanged());
  EXPECT_TRUE(project->reload());
  EXPECT_EQ(project->model()->classes.size(), 2u);
  EXPECT_FALSE(project->catalogChanged());
  const auto before = project->model();
  write("Project/Sources/catalog.4DCatalog", "<base");
  EXPECT_TRUE(project->catalogChanged());
  EXPECT_FALSE(project->reload());
  EXPECT_EQ(project->model(), before);
  EXPECT_EQ(project->diagnostics().back().code, "xml-syntax");
  EXPECT_FALSE(project->catalogChanged());
  write("Project/Sources/catalog_editor.json", "{}");
  EXPECT_TRUE(project->catalogChanged());
}

TEST_F(ProjectFolder, createsAProjectThatOpens) {
  ASSERT_TRUE(createProject(root_ / "shop"));
  const auto project = open(root_ / "shop");
  EXPECT_EQ(project->name(), "shop");
  EXPECT_EQ(project->model()->name, "shop");
  EXPECT_TRUE(project->diagnostics().empty());
  EXPECT_EQ(project->anchor().compatibilityVersion, 2100);
  for (const char* file : {"roles.json", "qodlyApp.json", "WebForms/Login.WebForm", "WebForms/Home.WebForm"}) {
    EXPECT_TRUE(qodly::json::parse(contentOf(std::string("shop/Project/Sources/") + file))) << file;
  }
  const auto roles = qodly::json::parse(contentOf("shop/Project/Sources/roles.json")).value();
  EXPECT_TRUE(roles.asObject().get("forceLogin").asBoolean());
  ASSERT_TRUE(createOpenProject(root_ / "loose"));
  EXPECT_NE(contentOf("loose/Project/Sources/roles.json").find("\"forceLogin\": false"), std::string::npos);
  EXPECT_EQ(contentOf("shop/.gitignore"), "Data/\nLogs/\n");
  EXPECT_TRUE(fs::is_directory(root_ / "shop/WebFolder"));
  EXPECT_NE(contentOf("shop/Project/Sources/Classes/DataStore.4qs").find("exposed function userName()"),
            std::string::npos);
}

TEST_F(ProjectFolder, neverOverwritesAProject) {
  write("Project/Mine.4DProject", "{}");
  const auto made = createProject(root_, "Other");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message().find("holds a project already"), std::string::npos);
  EXPECT_FALSE(fs::exists(root_ / "Project/Other.4DProject"));
  write("file", "x");
  EXPECT_FALSE(createProject(root_ / "file"));
  EXPECT_FALSE(createProject(root_ / "new", "a/b"));
  EXPECT_FALSE(fs::exists(root_ / "new"));
}

TEST_F(ProjectFolder, keepsOtherFilesOfTheFolder) {
  write("notes/.gitignore", "mine");
  ASSERT_TRUE(createProject(root_ / "notes", "Named"));
  EXPECT_EQ(contentOf("notes/.gitignore"), "mine");
  EXPECT_TRUE(fs::exists(root_ / "notes/Project/Named.4DProject"));
}

TEST_F(ProjectFolder, findsNamesWhateverTheirCase) {
  write("Images/Été.PNG", "");
  write("b/X", "");
  write("b/x", "");
  const auto found = findIgnoringCase(root_, "images/éTÉ.png");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, root_ / "Images/Été.PNG");
  EXPECT_FALSE(found->exact);
  EXPECT_FALSE(found->ambiguous);
  EXPECT_TRUE(findIgnoringCase(root_, "b/x")->exact);
  EXPECT_TRUE(findIgnoringCase(root_, "B/x")->path.string().ends_with("b/x"));
  EXPECT_FALSE(findIgnoringCase(root_, "../b/x"));
  EXPECT_FALSE(findIgnoringCase(root_, "b//x"));
  EXPECT_FALSE(findIgnoringCase(root_, "none"));
  write("c/AB", "");
  write("c/Ab", "");
  const auto ambiguous = findIgnoringCase(root_, "c/ab");
  ASSERT_TRUE(ambiguous);
  EXPECT_EQ(ambiguous->path.filename(), "AB");
  EXPECT_TRUE(ambiguous->ambiguous);
  EXPECT_TRUE(equalsIgnoringCase("straße", "STRAßE"));
  EXPECT_FALSE(equalsIgnoringCase("straße", "STRASSE"));
}
