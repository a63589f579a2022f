#include "pages/page_server.h"

#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "value/json.h"

namespace qodly::pages {
namespace {

class Pages : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << content;
  }

  using Rest = std::function<std::string(http::Request& visitor, std::string_view target)>;

  PageServer server(Rest rest = {}) const {
    return PageServer({.sources = folder,
                       .asset = [](std::string_view path) -> const http::EmbeddedFile* {
                         static const std::map<std::string_view, http::EmbeddedFile> assets = {
                             {"/$lib/renderer/index.html",
                              {R"(<html><script type="application/json" id="qodly-app">{}</script></html>)", "", ""}},
                             {"/$lib/renderer/csp.txt", {"default-src 'self'\n", "", ""}},
                             {"/$lib/renderer/assets/index-1a2b.js", {"run()", "", "\"5\""}},
                         };
                         const auto at = assets.find(path);
                         return at == assets.end() ? nullptr : &at->second;
                       },
                       .live = false,
                       .rest = std::move(rest)});
  }

  struct Answer {
    int status;
    std::string body, policy, cache, type, link;
  };
  Answer get(const PageServer& server, const std::string& target) const {
    http::Request request;
    const std::string message = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(64, ' ');
    EXPECT_TRUE(request.read(std::string_view(message).substr(0, message.size() - 64)).has_value());
    http::Response response;
    if (target.starts_with("/$lib")) {
      server.serveRenderer(request, response);
    } else {
      server.serveShared(request, response);
    }
    return {response.status(),
            std::string(response.bodyView()),
            std::string(response.header("Content-Security-Policy")),
            std::string(response.header("Cache-Control")),
            std::string(response.contentType()),
            std::string(response.header("Link"))};
  }

  Value application(const Answer& answer) const {
    const std::size_t from = answer.body.find("qodly-app\">") + 11;
    return json::parse(answer.body.substr(from, answer.body.find("</script>") - from)).value();
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-pages-" + randomHex(8));
};

TEST_F(Pages, TheShellNamesThePageAndBringsTheSharedFiles) {
  write(
      "qodlyApp.json",
      R"({"webforms.renderer.indexPage":"Home","webforms.renderer.loginPage":"Login","webforms.display-mode":"airy","webforms.renderer.theme":"system"})");
  write("Shared/shared_css.json", R"({"classes":["</script><b>"]})");
  const PageServer pages = server();
  const Answer named = get(pages, "/$lib/renderer/?w=List%20of%20x");
  EXPECT_EQ(named.status, 200);
  EXPECT_EQ(named.policy, "default-src 'self'");
  const Value app = application(named);
  EXPECT_EQ(app.asObject().get("page").asText(), "List of x");
  EXPECT_EQ(app.asObject().get("loginPage").asText(), "Login");
  EXPECT_EQ(app.asObject().get("displayMode").asText(), "airy");
  EXPECT_EQ(app.asObject().get("theme").asText(), "system");
  const Value files = app.asObject().get("files");
  EXPECT_EQ(files.asObject().get("shared_css.json").asObject().get("classes").asCollection().elements()[0].asText(),
            "</script><b>");
  EXPECT_TRUE(files.asObject().get("CustomComponents/manifest.json").isCollection());
  const Value home = application(get(pages, "/$lib/renderer/"));
  EXPECT_EQ(home.asObject().get("page").asText(), "Home");
  EXPECT_TRUE(home.asObject().get("preload").isUndefined()) << "there is no such page";
  write("WebForms/Home.WebForm", R"({"metadata":{"v":"1.0"},"components":{}})");
  EXPECT_TRUE(application(get(pages, "/$lib/renderer/")).asObject().get("preload").isUndefined()) << "it has no root";
  write("WebForms/Home.WebForm", R"({"metadata":{"v":"1.0"},"components":{"ROOT":{"props":{}}}})");
  EXPECT_TRUE(application(get(pages, "/$lib/renderer/")).asObject().get("preload").asObject().get("page").isObject());
}

TEST_F(Pages, TheShellBringsWhatRestAnswersTheVisitor) {
  write("WebForms/Home.WebForm", R"({"components":{"ROOT":{}}})");
  const PageServer pages = server([](http::Request&, std::string_view target) {
    return target == "/rest/$catalog/$all" ? R"({"dataClasses":[{"name":"</script><!--"}]})"
                                           : R"({"privileges":[{"privilege":"guest"}]})";
  });
  const Answer answer = get(pages, "/$lib/renderer/?w=Home");
  EXPECT_EQ(answer.body.find("<!--"), std::string::npos) << "nothing of an answer ends the script element";
  const Value preload = application(answer).asObject().get("preload");
  EXPECT_EQ(json::text(preload.asObject().get("privileges")), R"({"privileges":[{"privilege":"guest"}]})");
  EXPECT_EQ(json::text(preload.asObject().get("catalog")), R"({"dataClasses":[{"name":"</script><!--"}]})");
  EXPECT_TRUE(preload.asObject().get("page").isObject());
  EXPECT_EQ(answer.cache, "no-store") << "it is the visitor's own";
  EXPECT_EQ(answer.link, "");
}

TEST_F(Pages, WhatIsRefusedOrLargeTheBrowserAsksForItself) {
  const PageServer pages = server([](http::Request&, std::string_view target) {
    return target == "/rest/$catalog/$all" ? "[\"" + std::string(200'000, 'x') + "\"]" : std::string();
  });
  const Answer answer = get(pages, "/$lib/renderer/?w=Home");
  EXPECT_TRUE(application(answer).asObject().get("preload").isUndefined());
  EXPECT_EQ(answer.link, "</rest/$catalog/$all>; rel=preload; as=fetch; crossorigin");
}

TEST_F(Pages, OlderSettingsFillWhatIsMissing) {
  write("settings.json", R"({"webforms.renderer.indexPage":"Old","webforms.i18n":{"primary":"fr"}})");
  EXPECT_EQ(server().settings().indexPage, "Old");
  write("qodlyApp.json", R"({"webforms.renderer.indexPage":"New"})");
  EXPECT_EQ(server().settings().indexPage, "New");
  EXPECT_EQ(server().settings().i18n.asObject().get("primary").asText(), "fr");
  write("qodlyApp.json", R"({"webforms.i18n":{"primary":"it"}})");
  EXPECT_EQ(server().settings().i18n.asObject().get("primary").asText(), "it");
}

TEST_F(Pages, FilesOfTheRuntimeAreKeptForEver) {
  const Answer script = get(server(), "/$lib/renderer/assets/index-1a2b.js");
  EXPECT_EQ(script.body, "run()");
  EXPECT_EQ(script.type, "text/javascript; charset=UTF-8");
  EXPECT_NE(script.cache.find("immutable"), std::string::npos);
  EXPECT_EQ(get(server(), "/$lib/renderer/assets/other.js").status, 404);
}

TEST_F(Pages, APageIsFoundWhereProjectsKeepThem) {
  const auto from = [](int place) { return fmt::format(R"({{"from":{},"components":{{"ROOT":{{}}}}}})", place); };
  write("Pages/A.page", from(3));
  write("WebForms/A.page", from(2));
  write("WebForms/B.WebForm", "\xEF\xBB\xBF" + from(1));
  const PageServer pages = server();
  EXPECT_EQ(pages.page("A").value(), from(2));
  EXPECT_EQ(pages.page("B").value(), from(1));
  write("WebForms/A.WebForm", from(1));
  EXPECT_EQ(pages.page("A").value(), from(1));
  EXPECT_EQ(pages.page("C").error().code(), 404);
  for (const char* name : {"../qodlyApp", "", ".hidden", "a/b", "a\\b"})
    EXPECT_EQ(pages.page(name).error().code(), 404) << name;
}

TEST_F(Pages, APageIsFoundInAnotherCaseWhenThereIsNoneAsWritten) {
  const auto from = [](int place) { return fmt::format(R"({{"from":{},"components":{{"ROOT":{{}}}}}})", place); };
  write("WebForms/Parcel list.WebForm", from(1));
  write("WebForms/twin.WebForm", from(2));
  write("WebForms/Twin.WebForm", from(3));
  write("WebForms/\xC3\x89t\xC3\xA9.webform", from(4));
  write("Pages/twin.page", from(5));
  write("Pages/Mine.PAGE", from(6));
  const PageServer pages = server();
  const std::vector<std::pair<std::string, int>> rows = {
      {"Parcel list", 1}, {"parcel List", 1}, {"PARCEL LIST", 1},       {"twin", 2}, {"Twin", 3},
      {"TWIN", 3},        {"tWIN", 3},        {"\xC3\xA9T\xC3\x89", 4}, {"mine", 6},
  };
  for (const auto& [name, place] : rows) {
    const auto page = pages.page(name);
    ASSERT_TRUE(page.has_value()) << name;
    EXPECT_EQ(*page, from(place)) << name;
  }
  EXPECT_TRUE(application(get(pages, "/$lib/renderer/?w=parcel%20LIST")).asObject().get("preload").isObject());
  EXPECT_EQ(pages.page("Parcel").error().code(), 404);
}

TEST_F(Pages, APageThatCannotBeShownSaysWhy) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "line 1"},
      {"[]", "components"},
      {"5", "components"},
      {R"({"metadata":{}})", "components"},
      {R"({"components":[]})", "components"},
      {R"({"components":{}})", "ROOT"},
      {R"({"components":{"ROOT":"x"}})", "ROOT"},
      {R"({"components":{"root":{}}})", "ROOT"},
  };
  const PageServer pages = server();
  for (const auto& [content, part] : rows) {
    const std::string name = "P" + randomHex(4);
    write("WebForms/" + name + ".WebForm", content);
    const auto page = pages.page(name);
    ASSERT_FALSE(page.has_value()) << content;
    EXPECT_EQ(page.error().code(), 500) << content;
    EXPECT_NE(page.error().message().find(part), std::string::npos) << page.error().message();
    EXPECT_NE(page.error().message().find(name), std::string::npos) << page.error().message();
  }
}

TEST_F(Pages, CodeAndSecretsAmongTheSharedFilesAreRefused) {
  for (const char* name : {"code.4dm", "Code.4QS", "credentials/key.txt", "a/Credentials/key.txt", ".env",
                           "a/.git/config", "fine/credentials.txt", "4dm.txt", "x.4dmx"})
    write(std::string("Shared/") + name, "content");
  const PageServer pages = server();
  for (const char* name : {"code.4dm", "CODE.4DM", "code.4qs", "Code.4QS", "credentials/key.txt", "CREDENTIALS/key.txt",
                           "credential%C5%BF/key.txt", "a/Credentials/key.txt", "a/credentials/KEY.TXT", ".env",
                           "a/.git/config", "credentials%2Fkey.txt", "code%2E4dm"})
    EXPECT_EQ(get(pages, std::string("/$shared/") + name).status, 404) << name;
  for (const char* name : {"fine/credentials.txt", "4dm.txt", "x.4dmx"})
    EXPECT_EQ(get(pages, std::string("/$shared/") + name).status, 200) << name;
}

TEST_F(Pages, ABrokenPageNamesThePlace) {
  write("WebForms/Bad.WebForm", "{\n  \"metadata\": oops\n}");
  const auto page = server().page("Bad");
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().code(), 500);
  EXPECT_NE(page.error().message().find("Bad"), std::string::npos);
  EXPECT_NE(page.error().message().find("2"), std::string::npos);
}

TEST_F(Pages, SharedFilesAreServedAndMissingOnesCountAsEmpty) {
  write("Shared/images/logo.svg", "<svg/>");
  const PageServer pages = server();
  EXPECT_EQ(get(pages, "/$shared/images/logo.svg").body, "<svg/>");
  EXPECT_EQ(get(pages, "/$shared/shared_css.json").body, "{}");
  EXPECT_EQ(get(pages, "/$shared/CustomComponents/manifest.json").body, "[]");
  EXPECT_EQ(get(pages, "/$shared/none.png").status, 404);
  EXPECT_EQ(get(pages, "/$shared/../qodlyApp.json").status, 404);
}

}  // namespace
}  // namespace qodly::pages
