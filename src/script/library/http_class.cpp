#include "script/library/http_class.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "script/library/async_events.h"
#include "script/library/blob_value.h"
#include "script/library/http_body.h"
#include "script/library/http_options.h"
#include "script/library/http_parse.h"
#include "script/library/io_error.h"
#include "script/library/status_value.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 5> callbacks{"onHeaders", "onData", "onResponse", "onError", "onTerminate"};

class HttpRequestObject final : public AsyncObject {
 public:
  HttpRequestObject(vm::Process& process, std::string address, const Value& given, HttpOptions read)
      : AsyncObject(process, given), url(std::move(address)), options(std::move(read)) {
    headers = given.isMissing() ? Value() : given.isObject() ? given.asObject().get("headers") : Value();
    if (!headers.isObject()) headers = process.newObject();
  }
  ~HttpRequestObject() override {
    if (transfer && !terminated) transfer->cancel();
  }
  static const vm::NativeClass& classOf() { return httpRequestClass(); }
  const vm::NativeClass& nativeClass() const override { return httpRequestClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override {
    AsyncObject::traverse(visit);
    visit(headers);
    visit(response);
    visit(errors);
  }

  void addError(vm::Process& process, const Error& error) {
    if (!errors.isCollection()) errors = process.newCollection();
    errors.asCollection().push(errorObject(process, error));
  }
  Result<> onHead(vm::Process& process, HttpHead head);
  Result<> onData(vm::Process& process, std::string bytes);
  Result<> onDone(vm::Process& process, const std::optional<Error>& problem);
  Result<> end(vm::Process& process);

  std::string url;
  HttpOptions options;
  std::shared_ptr<HttpTransfer> transfer;
  Value headers, response, errors;
  HttpHead head;
  std::string body;
  bool received = false;    // the answer or an error
  bool terminated = false;  // onTerminate has been called
};

// Brings what the client's thread tells to the process.
class Relay final : public HttpListener {
 public:
  Relay(std::shared_ptr<EventQueue> queue, std::uint64_t object) : queue_(std::move(queue)), object_(object) {}
  void head(HttpHead head) override {
    queue_->post(object_, [head = std::move(head)](vm::Process& process, AsyncObject& object) {
      return static_cast<HttpRequestObject&>(object).onHead(process, head);
    });
  }
  void data(std::string bytes) override {
    queue_->post(object_, [bytes = std::move(bytes)](vm::Process& process, AsyncObject& object) {
      return static_cast<HttpRequestObject&>(object).onData(process, bytes);
    });
  }
  void done(std::optional<Error> problem) override {
    queue_->post(object_, [problem = std::move(problem)](vm::Process& process, AsyncObject& object) {
      return static_cast<HttpRequestObject&>(object).onDone(process, problem);
    });
  }

 private:
  std::shared_ptr<EventQueue> queue_;
  std::uint64_t object_;
};

Value eventObject(vm::Process& process, std::string_view type, Value data = Value()) {
  auto event = Object::make(process.heap());
  event->set("type", Value::text(type));
  if (!data.isUndefined()) event->set("data", std::move(data));
  return Value::object(std::move(event));
}

// A repeated header gives a collection of its values.
Value headersObject(vm::Process& process, const HttpHeaders& headers, bool lower) {
  auto object = Object::make(process.heap());
  for (const auto& [given, value] : headers) {
    const std::string name = lower ? lowerAscii(given) : given;
    const Value before = object->get(name);
    if (before.isCollection()) {
      before.asCollection().push(Value::text(std::string_view(value)));
    } else if (before.isText()) {
      auto values = Collection::make(process.heap());
      values->push(before);
      values->push(Value::text(std::string_view(value)));
      object->set(name, Value::collection(std::move(values)));
    } else {
      object->set(name, Value::text(std::string_view(value)));
    }
  }
  return Value::object(std::move(object));
}

Result<> HttpRequestObject::onHead(vm::Process& process, HttpHead received_) {
  if (terminated) return {};
  head = std::move(received_);
  response = process.newObject();
  Object& object = response.asObject();
  object.set("status", numberValue(head.status));
  object.set("statusText", Value::text(std::string_view(head.statusText)));
  object.set("headers", headersObject(process, head.headers, true));
  object.set("rawHeaders", headersObject(process, head.headers, false));
  return callBack(process, "onHeaders", eventObject(process, "headers"));
}

Result<> HttpRequestObject::onData(vm::Process& process, std::string bytes) {
  if (terminated) return {};
  if (options.keepsBody) {
    if (auto room = process.charge(bytes.size()); !room) return room;
    body += bytes;
  }
  if (!options.hasOnData) return {};
  return callBack(process, "onData", eventObject(process, "data", newBlobObject(process, std::move(bytes))));
}

Result<> HttpRequestObject::onDone(vm::Process& process, const std::optional<Error>& problem) {
  if (terminated) return {};
  received = true;
  std::optional<Error> failure = problem;
  if (!failure && options.keepsBody) {
    const bool packed = !options.spec.decoded;
    auto plain = packed ? decompress(std::move(body), headerValue(head.headers, "content-encoding"))
                        : Result<std::string>(std::move(body));
    auto value =
        plain ? bodyValue(process, std::move(*plain), options.dataType, headerValue(head.headers, "content-type"))
              : Result<Value>(std::unexpected(plain.error()));
    if (!value) failure = value.error();
    response.asObject().set("body", value ? std::move(*value) : Value::null());
  }
  if (failure) addError(process, *failure);
  auto called = failure ? callBack(process, "onError", eventObject(process, "error"))
                        : callBack(process, "onResponse", eventObject(process, "response"));
  if (!called) return called;
  return end(process);
}

Result<> HttpRequestObject::end(vm::Process& process) {
  if (terminated) return {};
  received = true;
  terminated = true;
  auto called = callBack(process, "onTerminate", eventObject(process, "terminate"));
  transfer = nullptr;
  queue()->letGo(number());
  return called;
}

HttpRequestObject& self(const vm::Call& call) { return *vm::NativeObject::from<HttpRequestObject>(call.self()); }

// --- Properties

Result<Value> url(vm::Call& call) { return Value::text(std::string_view(self(call).url)); }
Result<Value> method(vm::Call& call) { return Value::text(std::string_view(self(call).options.method)); }
Result<Value> headersOf(vm::Call& call) { return self(call).headers; }
Result<Value> dataType(vm::Call& call) { return Value::text(std::string_view(self(call).options.dataType)); }
Result<Value> encoding(vm::Call& call) { return Value::text(std::string_view(self(call).options.encoding)); }
Result<Value> protocol(vm::Call&) { return Value::text("HTTP1"); }  // the only one that is spoken
Result<Value> timeout(vm::Call& call) {
  const auto& given = self(call).options.timeout;
  return given ? numberValue(*given) : Value();
}
Result<Value> returnResponseBody(vm::Call& call) { return Value::boolean(self(call).options.keepsBody); }
Result<Value> responseOf(vm::Call& call) { return self(call).response; }
Result<Value> errorsOf(vm::Call& call) { return self(call).errors; }
Result<Value> terminatedOf(vm::Call& call) { return Value::boolean(self(call).terminated); }

// --- Functions

Result<Value> wait(vm::Call& call) {
  HttpRequestObject& request = self(call);
  const auto limit = call.given(0) ? secondsToWait(call.number(0)) : std::nullopt;
  auto waited = request.queue()->waitUntil(
      call.process(), [&] { return request.terminated; }, limit);
  if (!waited) return std::unexpected(waited.error());
  return call.self();
}

Result<Value> terminate(vm::Call& call) {
  HttpRequestObject& request = self(call);
  if (request.terminated) return Value();
  if (request.transfer) request.transfer->cancel();
  if (auto ended = request.end(call.process()); !ended) return std::unexpected(ended.error());
  return Value();
}

Result<Value> newRequest(vm::Call& call) {
  vm::Process& process = call.process();
  auto options = readHttpOptions(process, call.text(0), call.at(1));
  if (!options) return std::unexpected(options.error());
  HttpSpec spec = options->spec;
  options->spec.body.reset();
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  Ref<Handle> handle(new HttpRequestObject(process, std::string(call.text(0)), call.at(1), std::move(*options)));
  auto& request = static_cast<HttpRequestObject&>(*handle);
  const auto callsBack = request.hasCallbacks(process, callbacks);
  if (!callsBack) return std::unexpected(callsBack.error());
  auto transfer = startHttp(std::move(spec), std::make_shared<Relay>(request.queue(), request.number()));
  if (!transfer) return std::unexpected(transfer.error());
  request.transfer = std::move(*transfer);
  if (*callsBack) request.keep();
  return Value::handle(std::move(handle));
}

constexpr vm::FunctionRow constructorRow{"new", "(url: string, options?: object) : 4D.HTTPRequest", &newRequest,
                                         "Creates an HTTP request and sends it."};

constexpr std::array functions{
    vm::FunctionRow{"wait", "(time?: number) : 4D.HTTPRequest", &wait,
                    "Waits for the answer, at most that many seconds."},
    vm::FunctionRow{"terminate", "()", &terminate, "Aborts the request."},
};

constexpr std::array properties{
    vm::PropertyRow{"url", "string", &url, nullptr, "The address that is asked."},
    vm::PropertyRow{"method", "string", &method, nullptr, "The HTTP verb."},
    vm::PropertyRow{"headers", "object", &headersOf, nullptr, "The headers that were passed."},
    vm::PropertyRow{"dataType", "string", &dataType, nullptr, "Wanted type of response.body."},
    vm::PropertyRow{"encoding", "string", &encoding, nullptr, "Character set of a text body."},
    vm::PropertyRow{"protocol", "string", &protocol, nullptr, "The protocol that is used."},
    vm::PropertyRow{"timeout", "number", &timeout, nullptr, "The limit in seconds, if any."},
    vm::PropertyRow{"returnResponseBody", "boolean", &returnResponseBody, nullptr, "Whether response.body is kept."},
    vm::PropertyRow{"response", "object", &responseOf, nullptr, "The answer, once its head has been received."},
    vm::PropertyRow{"errors", "collection", &errorsOf, nullptr, "The errors, undefined when there was none."},
    vm::PropertyRow{"terminated", "boolean", &terminatedOf, nullptr, "True after the request has ended."},
};

constexpr vm::NativeClass definition{"HTTPRequest", "Object",        functions,
                                     properties,    &constructorRow, "A request to an HTTP server."};

Result<Value> parseMessage(vm::Call& call) {
  return httpMessageObject(call.process(), bytesOf(call.at(0)).value_or(call.text(0)));
}

constexpr std::array commandRows{
    vm::FunctionRow{"httpParseMessage", "(data: string|blob) : object", &parseMessage,
                    "Takes an HTTP request or response message apart."},
};

}  // namespace

const vm::NativeClass& httpRequestClass() { return definition; }

std::span<const vm::FunctionRow> httpCommands() { return commandRows; }

}  // namespace qodly::script::library
