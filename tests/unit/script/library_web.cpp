// The commands of methods that are called through /4DACTION.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "library_script.h"
#include "script/library/web_commands.h"

namespace qodly::script::library {
namespace {

class Web : public test::ScriptTest {
 protected:
  void SetUp() override {
    ScriptTest::SetUp();
    std::filesystem::create_directories(top_ / "web");
    std::ofstream(top_ / "web/page.html") << "<p>";
    std::ofstream(top_ / "secret.txt") << "secret";
  }

  WebExchange& exchange(IncomingRequest request) {
    auto& own = process_->extension<WebExchange>();
    own = webExchange(std::move(request), top_ / "web");
    return own;
  }
  std::string run(std::string_view text) { return run4D(text); }
};

TEST_F(Web, ReadsTheRequest) {
  exchange({"POST",
            "/4DACTION/m?a=1&b=x+y",
            {{"Host", "h"}, {"Content-Type", "application/x-www-form-urlencoded"}},
            "c=%C3%A9&d"});
  const std::string_view fields =
      "ARRAY TEXT($n; 0)\nARRAY TEXT($v; 0)\nWEB GET VARIABLES($n; $v)\n$0:=String(Size of "
      "array($n))+$n{2}+$v{2}+$n{3}+$v{3}+$n{4}+$v{4}";
  EXPECT_EQ(run(fields), "\"4bx ycéd\"");
  EXPECT_EQ(run("ARRAY TEXT($n; 0)\nARRAY TEXT($v; 0)\nWEB GET HTTP HEADER($n; $v)\n$0:=$n{1}+$v{1}+$v{2}+$n{4}+$v{4}"),
            "\"X-METHODPOST/4DACTION/m?a=1&b=x+yHosth\"");
  EXPECT_EQ(run("var $b : Text\nWEB GET HTTP BODY($b)\n$0:=$b"), "\"c=%C3%A9&d\"");
  EXPECT_EQ(run("var $b : Blob\nWEB GET HTTP BODY($b)\n$0:=Length(Convert to text($b; \"UTF-8\"))"), "10");
}

TEST_F(Web, ReadsMultipartForms) {
  exchange({"POST",
            "/4DACTION/m",
            {{"content-type", "multipart/form-data; boundary=b"}},
            "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nvalue\r\n--b--\r\n"});
  EXPECT_EQ(run("ARRAY TEXT($n; 0)\nARRAY TEXT($v; 0)\nWEB GET VARIABLES($n; $v)\n$0:=$n{1}+$v{1}"), "\"fvalue\"");
}

TEST_F(Web, GivesTheParts) {
  const auto& own = exchange({"POST",
                              "/files",
                              {{"content-type", "multipart/form-data; boundary=b"}},
                              "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nvalue\r\n"
                              "--b\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"caf\xC3\xA9.txt\"\r\n"
                              "Content-Type: text/plain\r\n\r\nline 1\r\nline 2\r\n--b--\r\n"});
  EXPECT_EQ(own.parts.size(), 2u);
  const std::string part =
      "var $content : Blob\nvar $name; $type; $file : Text\nWEB GET BODY PART:C1212($1; $content; $name; $type; "
      "$file)\n"
      "$0:=$name+\"|\"+$type+\"|\"+$file+\"|\"+String(BLOB size($content))";
  const auto ofPart = [&part](const char* number) {
    std::string text = part;
    return text.replace(text.find("$1"), 2, number);
  };
  EXPECT_EQ(run(ofPart("1")), "\"f|||5\"");
  EXPECT_EQ(run(ofPart("2")), "\"doc|text/plain|caf\xC3\xA9.txt|14\"");
  for (const char* none : {"0", "3", "-1"}) EXPECT_EQ(run(ofPart(none)), "\"|||0\"") << none;
  EXPECT_EQ(run("$0:=WEB Get body part count:C1211"), "2");
  EXPECT_EQ(run("var $content; $name : Text\nWEB GET BODY PART(2; $content; $name)\n$0:=$content"),
            "\"line 1\\r\\nline 2\"");
}

TEST_F(Web, HandlersOnlyRead) {
  exchange({"GET", "/handled?a=1", {}, ""}).readsOnly = true;
  EXPECT_EQ(run("ARRAY TEXT($n; 0)\nARRAY TEXT($v; 0)\nWEB GET VARIABLES($n; $v)\n$0:=$n{1}+$v{1}"), "\"a1\"");
  EXPECT_EQ(run("WEB SEND TEXT(\"one\")"), "error -20027");
}

TEST_F(Web, Answers) {
  WebExchange& own = exchange({"GET", "/4DACTION/m", {}, ""});
  EXPECT_EQ(run("WEB SEND TEXT(\"one\")"), "undefined");
  EXPECT_EQ(own.answer.body, "one");
  EXPECT_EQ(own.answer.headers, (MessageHeaders{{"Content-Type", "text/html"}}));
  run("WEB SEND TEXT(\"{}\"; \"application/json\")");
  EXPECT_EQ(own.answer.headers, (MessageHeaders{{"Content-Type", "application/json"}}));
  run("WEB SEND FILE(\"/page.html\")");
  ASSERT_TRUE(own.answer.file.has_value());
  EXPECT_EQ(own.answer.file->length, 3u);
  for (const char* path : {"../secret.txt", "none.html", ""}) {
    EXPECT_EQ(run("WEB SEND FILE(\"" + std::string(path) + "\")"), "error -43") << path;
  }
  run("ARRAY TEXT($n; 2)\nARRAY TEXT($v; 2)\n$n{1}:=\"X-A\"\n$v{1}:=\"1\"\n$n{2}:=\"X-STATUS\"\n$v{2}:=\"404 "
      "None\"\nWEB SET HTTP HEADER($n; $v)");
  EXPECT_EQ(own.answer.status, 404);
  run("WEB SET HTTP HEADER(\"X-B: 2\")");
  EXPECT_EQ(own.answer.headers.back(), (std::pair<std::string, std::string>{"X-B", "2"}));
  run("WEB SEND HTTP REDIRECT(\"/elsewhere\")");
  EXPECT_EQ(own.answer.status, 302);
  EXPECT_TRUE(own.answered);
}

TEST_F(Web, ElsewhereThereIsNothingToAnswer) {
  EXPECT_EQ(run("WEB SEND TEXT(\"one\")"), "error -20027");
  EXPECT_EQ(run("ARRAY TEXT($n; 3)\nARRAY TEXT($v; 0)\nWEB GET VARIABLES($n; $v)\n$0:=Size of array($n)"), "0");
  EXPECT_EQ(run("var $b : Text\nWEB GET HTTP BODY($b)\n$0:=$b"), "\"\"");
  EXPECT_EQ(run("$0:=WEB Get body part count"), "0");
}

}  // namespace
}  // namespace qodly::script::library
