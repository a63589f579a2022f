// 4D.IncomingMessage and 4D.OutgoingMessage as the HTTP layer uses them.
#include <gtest/gtest.h>

#include "script/library/http_message_class.h"
#include "script/library/library.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::script::library {
namespace {

class Messages : public testing::Test {
 protected:
  static const vm::Builtins& builtins() {
    static const auto library = Library::make();
    return *library;
  }
  Value call(const Value& object, std::string_view name, std::vector<Value> arguments = {}) {
    auto result = process_.callFunction(object, name, arguments);
    EXPECT_TRUE(result) << name;
    return result ? *result : Value();
  }
  std::string get(const Value& object, std::string_view name) {
    auto value = process_.property(object, name);
    return value ? json::text(*value) : "error";
  }
  std::string answerOf(std::string_view expression) {
    auto value = process_.evaluate(expression);
    EXPECT_TRUE(value) << expression;
    auto answer = handlerAnswer(process_, value ? *value : Value());
    if (!answer) return answer.error().message();
    std::string shown = std::to_string(answer->status);
    for (const auto& [name, content] : answer->headers) shown += "|" + name + ": " + content;
    return shown + "|" + answer->body;
  }
  std::shared_ptr<vm::Runtime> runtime_ = vm::Runtime::make(builtins());
  vm::Process process_{runtime_, "test", vm::ProcessType::web};
};

TEST_F(Messages, RequestsAreTakenApart) {
  const Value message = incomingMessage(
      process_,
      {"get",
       "/shop/my%20cart//x?label=Red&n=12&list='%5B1%5D'&n=13&flag&a+b=c+d",
       {{"Host", "a.example"}, {"X-A", "1"}, {"x-a", "2"}, {"Content-Type", "text/plain; charset=ISO-8859-1"}},
       "\xE9"});
  EXPECT_EQ(get(message, "verb"), "\"GET\"");
  EXPECT_EQ(get(message, "url"), "\"/shop/my%20cart//x?label=Red&n=12&list='%5B1%5D'&n=13&flag&a+b=c+d\"");
  EXPECT_EQ(get(message, "urlPath"), "[\"shop\",\"my cart\",\"x\"]");
  EXPECT_EQ(get(message, "urlQuery"),
            "{\"label\":\"Red\",\"n\":\"13\",\"list\":\"[1]\",\"flag\":\"\",\"a b\":\"c d\"}");
  EXPECT_EQ(get(message, "headers"),
            "{\"host\":\"a.example\",\"x-a\":\"1, 2\",\"content-type\":\"text/plain; charset=ISO-8859-1\"}");
  EXPECT_EQ(call(message, "getHeader", {Value::text("X-a")}).asText(), "1, 2");
  EXPECT_EQ(call(message, "getHeader", {Value::text("None")}).asText(), "");
  EXPECT_EQ(call(message, "getText").asText(), "é");
  EXPECT_TRUE(call(message, "getPicture").isNull());
  EXPECT_FALSE(process_.callFunction(message, "getJSON", {}));
  EXPECT_FALSE(process_.setProperty(message, "verb", Value::text("PUT")));
}

TEST_F(Messages, BodiesOfRequests) {
  const Value message = incomingMessage(process_, {"POST", "/", {}, "{\"a\":[1,true]}"});
  EXPECT_EQ(json::text(call(message, "getJSON")), "{\"a\":[1,true]}");
  EXPECT_EQ(get(message, "urlPath"), "[]");
  EXPECT_EQ(get(message, "urlQuery"), "{}");
  EXPECT_FALSE(process_.callFunction(incomingMessage(process_, {"POST", "/", {}, ""}), "getJSON", {}));
  EXPECT_EQ(call(incomingMessage(process_, {"POST", "/", {}, ""}), "getText").asText(), "");
}

TEST_F(Messages, AnswersOfHandlers) {
  EXPECT_EQ(answerOf("\"text\""), "200|Content-Type: text/plain; charset=UTF-8|text");
  EXPECT_EQ(answerOf("{a: 1}"), "200|Content-Type: application/json; charset=UTF-8|{\"a\":1}");
  EXPECT_EQ(answerOf("[1, 2]"), "200|Content-Type: application/json; charset=UTF-8|[1,2]");
  EXPECT_EQ(answerOf("12.5"), "200|Content-Type: text/plain; charset=UTF-8|12.5");
  EXPECT_EQ(answerOf("true"), "200|Content-Type: text/plain; charset=UTF-8|true");
  EXPECT_EQ(answerOf("!2025-03-04!"), "200|Content-Type: text/plain; charset=UTF-8|2025-03-04");
  EXPECT_EQ(answerOf("null"), "200|");
  EXPECT_EQ(answerOf("convertFromString(\"x\", \"UTF-8\")"), "200|Content-Type: application/octet-stream|x");
}

TEST_F(Messages, OutgoingMessages) {
  auto made = process_.evaluate("4D.OutgoingMessage.new()");
  ASSERT_TRUE(made);
  const Value message = *made;
  call(message, "setStatus", {Value::integer(404)});
  call(message, "setBody", {Value::text("gone")});
  call(message, "setHeader", {Value::text("content-type"), Value::text("x/y")});
  auto answer = outgoingAnswer(process_, message);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->status, 404);
  EXPECT_EQ((*answer)->headers, (MessageHeaders{{"Content-Type", "x/y"}}));
  EXPECT_EQ((*answer)->body, "gone");
  call(message, "setStatus", {Value::integer(9999)});
  EXPECT_EQ((*outgoingAnswer(process_, message))->status, 500);
  const Value direct = *process_.evaluate("4D.OutgoingMessage.new()");
  ASSERT_TRUE(process_.setProperty(direct, "body", *process_.evaluate("{a: 1}")));
  EXPECT_EQ((*outgoingAnswer(process_, direct))->headers,
            (MessageHeaders{{"Content-Type", "application/json; charset=UTF-8"}}));
  EXPECT_FALSE(outgoingAnswer(process_, Value::text("x")));
}

}  // namespace
}  // namespace qodly::script::library
