// The network classes of the language against servers on loopback.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/text.h"
#include "library_loopback.h"
#include "library_script.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::HttpMessage;
using test::httpServer;
using test::LoopbackServer;
using test::response;

using Requests = test::ScriptTest;

constexpr std::string_view allCallbacks =
    "{told: [], onHeaders: formula(this.told.push($2.type)), onData: formula(this.told.push($2.type + "
    "string($2.data.size))), "
    "onResponse: formula(this.told.push($2.type + string($1.response.status))), onError: "
    "formula(this.told.push($2.type)), "
    "onTerminate: formula(this.told.push($2.type))}";

TEST_F(Requests, BodiesByContentType) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    const std::string type(split(request.start, ' ')[1].substr(1));
    return response("200 OK", "Content-Type: " + type, type == "application/json" ? "{\"a\":[1]}" : "é");
  }));
  const auto body = [&](std::string_view type, std::string_view options = "{}") {
    const Value request = make("HTTPRequest", {Value::text(server.url("/" + std::string(type))), evaluate(options)});
    return get(call(request, "wait"), "response.body");
  };
  EXPECT_EQ(text(body("application/json")), "{\"a\":[1]}");
  EXPECT_EQ(body("text/html").asText(), "é");
  EXPECT_EQ(body("application/xml").asText(), "é");
  EXPECT_EQ(get(body("image/png"), "size").asNumber(), 2);
  EXPECT_EQ(body("application/json", "{dataType: \"text\"}").asText(), "{\"a\":[1]}");
  EXPECT_EQ(body("image/png", "{dataType: \"text\"}").asText(), "é");
  EXPECT_EQ(get(body("text/html", "{dataType: \"blob\"}"), "size").asNumber(), 2);
}

TEST_F(Requests, InvalidJsonIsAnError) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return response("200 OK", "", "{broken"); }));
  const Value options = evaluate("{dataType: \"object\", told: [], onError: formula(this.told.push($2.type))}");
  const Value request = make("HTTPRequest", {Value::text(server.url("/")), options});
  call(request, "wait");
  EXPECT_TRUE(get(request, "response.body").isNull());
  EXPECT_EQ(get(request, "errors.length").asNumber(), 1);
  EXPECT_EQ(text(get(options, "told")), "[\"error\"]");
}

TEST_F(Requests, SendsWhatTheOptionsSay) {
  LoopbackServer server(httpServer([](const HttpMessage& request) {
    return response(
        "201 Created", "X-One: 1\r\nX-Two: a\r\nX-Two: b\r\nContent-Type: text/plain",
        request.start + "|" + request.header("Content-Type") + "|" + request.header("X-A") + "|" + request.body);
  }));
  const auto ask = [&](std::string_view options) {
    return call(make("HTTPRequest", {Value::text(server.url("/p")), evaluate(options)}), "wait");
  };
  const Value request = ask("{method: \"post\", body: {a: 1}, headers: {\"X-A\": \"v\"}}");
  EXPECT_EQ(get(request, "response.body").asText(), "POST /p HTTP/1.1|application/json; charset=utf-8|v|{\"a\":1}");
  EXPECT_EQ(get(request, "response.status").asNumber(), 201);
  EXPECT_EQ(get(request, "response.statusText").asText(), "Created");
  EXPECT_EQ(text(get(request, "response.headers.x-two")), "[\"a\",\"b\"]");
  EXPECT_EQ(get(request, "response.rawHeaders.X-One").asText(), "1");
  EXPECT_EQ(get(request, "method").asText(), "post");
  EXPECT_TRUE(get(request, "errors").isUndefined());
  EXPECT_EQ(get(ask("{method: \"PUT\", body: \"é\", encoding: \"ISO-8859-1\"}"), "response.body").asText(),
            "PUT /p HTTP/1.1|text/plain; charset=ISO-8859-1||\xEF\xBF\xBD");
  EXPECT_EQ(get(ask("{method: \"POST\", body: convertFromString(\"x\", \"UTF-8\")}"), "response.body").asText(),
            "POST /p HTTP/1.1|application/octet-stream||x");
  EXPECT_EQ(
      get(ask("{method: \"POST\", body: \"x\", headers: {\"content-type\": \"own/type\"}}"), "response.body").asText(),
      "POST /p HTTP/1.1|own/type||x");
}

TEST_F(Requests, CallbacksComeInOrder) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return response("404 None", "", "body"); }));
  const Value options = evaluate(allCallbacks);
  const Value request = make("HTTPRequest", {Value::text(server.url("/")), options});
  EXPECT_FALSE(get(request, "terminated").asBoolean());
  EXPECT_EQ(text(get(options, "told")), "[]");
  call(request, "wait");
  EXPECT_TRUE(get(request, "terminated").asBoolean());
  EXPECT_EQ(text(get(options, "told")), "[\"headers\",\"data4\",\"response404\",\"terminate\"]");
}

TEST_F(Requests, OneWaitRunsTheCallbacksOfAll) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return response("200 OK", "", "body"); }));
  const Value options = evaluate("{told: [], onTerminate: formula(this.told.push($1.url))}");
  {
    // Kept alive by its callback, though nobody refers to it.
    make("HTTPRequest", {Value::text(server.url("/first")), options});
  }
  const Value worker = make("SystemWorker", {Value::text("sleep 0.3")});
  call(worker, "wait");
  EXPECT_EQ(text(get(options, "told")), "[\"" + server.url("/first") + "\"]");
}

TEST_F(Requests, WaitHasALimitAndTerminateEnds) {
  LoopbackServer server([](Connection& connection) { connection.readUntil("never"); });
  const Value options = evaluate(allCallbacks);
  const Value request = make("HTTPRequest", {Value::text(server.url("/")), options});
  call(request, "wait", {Value::real(0.02)});
  EXPECT_FALSE(get(request, "terminated").asBoolean());
  call(request, "terminate");
  EXPECT_TRUE(get(request, "terminated").asBoolean());
  EXPECT_EQ(text(get(options, "told")), "[\"terminate\"]");
  EXPECT_TRUE(get(request, "errors").isUndefined());
  // Ended from a callback while another one is waited for.
  const Value ending = evaluate("{onTerminate: formula(this.other.terminate())}");
  const Value other = make("HTTPRequest", {Value::text(server.url("/"))});
  ending.asObject().set("other", other);
  make("SystemWorker", {Value::text("true"), ending});
  call(other, "wait", {Value::real(10)});
  EXPECT_TRUE(get(other, "terminated").asBoolean());
}

TEST_F(Requests, TimeoutIsAnError) {
  LoopbackServer server([](Connection& connection) { connection.readUntil("never"); });
  const Value options = evaluate(allCallbacks);
  options.asObject().set("timeout", Value::real(0.05));
  const Value request = make("HTTPRequest", {Value::text(server.url("/")), options});
  call(request, "wait");
  EXPECT_EQ(text(get(options, "told")), "[\"error\",\"terminate\"]");
  EXPECT_EQ(get(request, "errors.length").asNumber(), 1);
}

TEST_F(Requests, ErrorsOfCallbacksDoNotStop) {
  LoopbackServer server(httpServer([](const HttpMessage&) { return response("200 OK", "", "body"); }));
  std::string logged;
  runtime_->log = [&](std::string_view message) { logged += message; };
  const Value options = evaluate("{told: [], onResponse: formula(1 + {}), onTerminate: formula(this.told.push(1))}");
  call(make("HTTPRequest", {Value::text(server.url("/")), options}), "wait");
  EXPECT_EQ(text(get(options, "told")), "[1]");
  EXPECT_NE(logged.find("onResponse"), std::string::npos);
}

TEST_F(Requests, SecureRequests) {
  LoopbackServer server([](Connection& connection) {
    if (!connection.startTls()) return;
    httpServer([](const HttpMessage&) { return response("200 OK", "Content-Type: text/plain", "secure"); })(connection);
  });
  const std::string url = "https://localhost:" + std::to_string(server.port()) + "/";
  EXPECT_EQ(get(call(make("HTTPRequest", {Value::text(url)}), "wait"), "response.body").asText(), "secure");
}

TEST_F(Requests, CallbacksOfAnIdleWorkerNeedNoWait) {
  const Value signal = evaluate("newSignal()");
  const Value start = evaluate(
      "formula(callWorker(\"requests\", formula(4D.SystemWorker.new(\"true\", "
      "{signal: $1, onTerminate: formula(this.signal.trigger())})), $1))");
  const std::vector<Value> arguments{signal};
  const auto started = process_->call(start, Value(), arguments);
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_TRUE(call(signal, "wait", {Value::real(20)}).asBoolean());
}

TEST_F(Requests, TcpConnections) {
  LoopbackServer server([](Connection& connection) { connection.write("got " + connection.readUntil("\n")); });
  const Value options = evaluate(
      "{told: [], onConnection: formula($1.send(convertFromString(\"hi\" + char(10), \"UTF-8\"))), "
      "onData: formula(this.told.push(convertToString($2.data, \"UTF-8\"))), onShutdown: "
      "formula(this.told.push($2.type)), "
      "onTerminate: formula(this.told.push($2.type))}");
  const Value connection = make("TCPConnection", {Value::text("127.0.0.1"), Value::integer(server.port()), options});
  call(connection, "wait", {Value::real(10)});
  EXPECT_TRUE(get(connection, "closed").asBoolean());
  EXPECT_EQ(text(get(options, "told")), "[\"got hi\\n\",\"close\",\"terminate\"]");
}

TEST_F(Requests, MailIsSent) {
  std::string seen;
  LoopbackServer server([&](Connection& connection) {
    connection.write("220 ready\r\n");
    while (true) {
      const std::string line = connection.readUntil("\n");
      if (line.empty()) return;
      seen += line;
      if (line.starts_with("EHLO")) {
        connection.write("250 me\r\n");
      } else if (line.starts_with("DATA")) {
        connection.write("354 go\r\n");
        seen += connection.readUntil("\r\n.\r\n");
        connection.write("250 queued\r\n");
      } else {
        connection.write("250 ok\r\n");
      }
    }
  });
  const Value settings = evaluate("{host: \"127.0.0.1\", acceptUnsecureConnection: true, logFile: \"mail.log\"}");
  settings.asObject().set("port", Value::integer(server.port()));
  const Value smtp = make("SMTPTransporter", {settings});
  const Value status =
      call(smtp, "send",
           {evaluate("{from: \"a@x.org\", to: \"b@y.org\", bcc: \"z@y.org\", subject: \"s\", stringBody: \"t\"}")});
  EXPECT_EQ(text(status), "{\"success\":true,\"status\":250,\"statusText\":\"queued\"}");
  EXPECT_NE(seen.find("RCPT TO:<z@y.org>"), std::string::npos);
  EXPECT_EQ(seen.find("Bcc:"), std::string::npos);
  EXPECT_NE(seen.find("Subject: s\r\n"), std::string::npos);
  EXPECT_EQ(text(call(smtp, "checkConnection")), "{\"success\":true,\"status\":250,\"statusText\":\"ok\"}");
  EXPECT_TRUE(std::filesystem::exists(top_ / "Logs/mail.log"));
}

}  // namespace
}  // namespace qodly::script::library
