// Files of a folder, and every way out of the folder that must not work.
#include "http/static_files.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Client;
using test::TestServer;

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    base_ = fs::temp_directory_path() / ("qodly_static_" + std::to_string(::getpid()) +
                                         testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(base_ / "web/sub");
    fs::create_directories(base_ / "web/bare");
    fs::create_directories(base_ / "website");
    write("web/index.html", "<h1>home</h1>");
    write("web/sub/index.html", "sub");
    write("web/Style.css", std::string(3000, 'c'));
    write("web/a b+c.txt", "named");
    write("web/.hidden", "hidden");
    write("web/code.4dm", "code");
    write("web/large.bin", std::string(3'000'000, 'L'));
    write("web/empty.txt", "");
    write("secret.txt", "secret");
    write("website/secret.txt", "secret");
    fs::create_symlink(base_ / "secret.txt", base_ / "web/out.txt");
    fs::create_symlink(base_, base_ / "web/up");
    fs::create_symlink(base_ / "website", base_ / "web/neighbour");
    fs::create_symlink("index.html", base_ / "web/inside.html");
    StaticFilesOptions options;
    options.root = base_ / "web";
    options.refused = [](std::string_view name) { return name.ends_with(".4dm"); };
    server_ = std::make_unique<TestServer>(StaticFiles(options));
    client_ = std::make_unique<Client>(server_->port());
  }
  void TearDown() override {
    client_.reset();
    server_.reset();
    fs::remove_all(base_);
  }
  void write(const std::string& name, const std::string& content) { std::ofstream(base_ / name) << content; }
  Answer get(std::string_view target, std::string_view fields = {}) { return client_->get(target, fields); }

  fs::path base_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(StaticFilesTest, ServesFiles) {
  const Answer home = get("/");
  EXPECT_EQ(home.body, "<h1>home</h1>");
  EXPECT_EQ(home.headers.at("content-type"), "text/html; charset=UTF-8");
  EXPECT_EQ(home.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(get("/index.html?v=1").body, "<h1>home</h1>");
  EXPECT_EQ(get("/sub/").body, "sub");
  EXPECT_EQ(get("/a%20b+c.txt").body, "named");
  EXPECT_EQ(get("/inside.html").body, "<h1>home</h1>");
  EXPECT_EQ(get("/empty.txt").status, 200);
  EXPECT_EQ(get("/large.bin").body, std::string(3'000'000, 'L'));
}

TEST_F(StaticFilesTest, FindsNamesIgnoringCase) {
  EXPECT_EQ(get("/style.CSS").status, 200);
  EXPECT_EQ(get("/SUB/Index.html").body, "sub");
}

TEST_F(StaticFilesTest, RedirectsFoldersToTheirSlash) {
  const Answer answer = get("/sub?a=b");
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(answer.headers.at("location"), "/sub/?a=b");
  EXPECT_EQ(get("//sub").headers.at("location"), "/sub/");
  EXPECT_EQ(get("/bare/").status, 404);
  EXPECT_EQ(get("/index.html/").status, 404);
}

TEST_F(StaticFilesTest, NothingLeadsOut) {
  for (const auto* target : {"/../secret.txt",
                             "/%2e%2e/secret.txt",
                             "/sub/../../secret.txt",
                             "/..%2fsecret.txt",
                             "/%2e%2e%2fsecret.txt",
                             "/sub/..%5c..%5csecret.txt",
                             "/out.txt",
                             "/OUT.txt",
                             "/up/secret.txt",
                             "/UP/secret.txt",
                             "/up/web/index.html2",
                             "/neighbour/secret.txt",
                             "/.hidden",
                             "/code.4dm",
                             "/%2fetc/passwd",
                             "//etc/passwd",
                             "/./.hidden",
                             "/...",
                             "/nothing",
                             "/sub/nothing/x"}) {
    const Answer answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_EQ(answer.body.find("secret\n"), std::string::npos) << target;
  }
  EXPECT_EQ(get("/index.html%00.txt").status, 400);
}

TEST_F(StaticFilesTest, ValidatesAndRanges) {
  const Answer first = get("/Style.css");
  EXPECT_EQ(get("/Style.css", "If-None-Match: " + first.headers.at("etag") + "\r\n").status, 304);
  EXPECT_EQ(get("/Style.css", "If-Modified-Since: " + first.headers.at("last-modified") + "\r\n").status, 304);
  EXPECT_EQ(get("/Style.css", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n").status, 200);
  EXPECT_EQ(get("/Style.css", "Range: bytes=0-9\r\n").body, std::string(10, 'c'));
  const Answer part = get("/large.bin", "Range: bytes=2999990-\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, std::string(10, 'L'));
  const Answer compressed = get("/Style.css", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(test::gunzip(compressed.body), std::string(3000, 'c'));
  EXPECT_EQ(
      get("/Style.css", "Accept-Encoding: gzip\r\nIf-None-Match: " + compressed.headers.at("etag") + "\r\n").status,
      304);
}

TEST_F(StaticFilesTest, ServesUnderAPrefix) {
  StaticFilesOptions options;
  options.root = base_ / "web";
  options.prefix = "/$shared/";
  Router router;
  router.add("/$shared", StaticFiles(options));
  TestServer server(router);
  Client client(server.port());
  EXPECT_EQ(client.get("/$shared/sub/").body, "sub");
  EXPECT_EQ(client.get("/%24shared/Style.css").status, 200);
  EXPECT_EQ(client.get("/$shared/../secret.txt").status, 404);
  client.send("POST /$shared/sub/ HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().status, 404);
}

}  // namespace
}  // namespace qodly::http
