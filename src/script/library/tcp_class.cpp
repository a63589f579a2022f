#include "script/library/tcp_class.h"

#include <array>

#include "base/text.h"
#include "script/library/async_events.h"
#include "script/library/blob_value.h"
#include "script/library/io_error.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"
#include "script/library/tcp_socket.h"

namespace qodly::script::library {

namespace {

class TcpConnectionObject final : public AsyncObject {
 public:
  using AsyncObject::AsyncObject;
  static const vm::NativeClass& classOf() { return tcpConnectionClass(); }
  const vm::NativeClass& nativeClass() const override { return tcpConnectionClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override {
    AsyncObject::traverse(visit);
    visit(errors);
  }
  Result<> fail(vm::Process& process, const Error& error);

  std::shared_ptr<TcpSocket> socket;
  Value errors;
  bool noDelay = false;
  bool closed = false;      // both directions, or an error
  bool terminated = false;  // onTerminate has been called
  bool waitEnds = false;    // shutdown() was called from a callback
};

// Immutable.
class TcpEventObject final : public vm::NativeObject {
 public:
  TcpEventObject(std::string_view kindOfEvent, Value bytes) : type(kindOfEvent), data(std::move(bytes)) {}
  static const vm::NativeClass& classOf() { return tcpEventClass(); }
  const vm::NativeClass& nativeClass() const override { return tcpEventClass(); }
  const std::string_view type;
  const Value data;
};

constexpr std::array<std::string_view, 5> callbacks{"onConnection", "onData", "onShutdown", "onError", "onTerminate"};

Value event(std::string_view type, Value data = Value()) {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new TcpEventObject(type, std::move(data))));
}

Result<> TcpConnectionObject::fail(vm::Process& process, const Error& error) {
  if (!errors.isCollection()) errors = process.newCollection();
  errors.asCollection().push(errorObject(process, error));
  return callBack(process, "onError", event("error"));
}

// Brings what the watching thread tells to the process.
class Relay final : public TcpListener {
 public:
  Relay(std::shared_ptr<EventQueue> queue, std::uint64_t object) : queue_(std::move(queue)), object_(object) {}
  void connected() override {
    post([](vm::Process& process, TcpConnectionObject& self) {
      return self.callBack(process, "onConnection", event("connection"));
    });
  }
  void data(std::string bytes) override {
    post([bytes = std::move(bytes)](vm::Process& process, TcpConnectionObject& self) {
      return self.callBack(process, "onData", event("data", newBlobObject(process, bytes)));
    });
  }
  void closed() override {
    post([](vm::Process& process, TcpConnectionObject& self) {
      self.closed = true;
      return self.callBack(process, "onShutdown", event("close"));
    });
  }
  void failed(Error problem) override {
    post([problem = std::move(problem)](vm::Process& process, TcpConnectionObject& self) {
      self.closed = true;
      return self.fail(process, problem);
    });
  }
  void ended() override {
    post([](vm::Process& process, TcpConnectionObject& self) {
      self.closed = true;
      self.terminated = true;
      self.socket = nullptr;
      return self.callBack(process, "onTerminate", event("terminate"));
    });
  }

 private:
  template <class Handler>
  void post(Handler handler) {
    queue_->post(object_, [handler = std::move(handler)](vm::Process& process, AsyncObject& object) -> Result<> {
      auto& self = static_cast<TcpConnectionObject&>(object);
      if (self.terminated) return {};
      return handler(process, self);
    });
  }
  std::shared_ptr<EventQueue> queue_;
  std::uint64_t object_;
};

TcpConnectionObject& self(const vm::Call& call) { return *vm::NativeObject::from<TcpConnectionObject>(call.self()); }
const TcpEventObject& eventSelf(const vm::Call& call) { return *vm::NativeObject::from<TcpEventObject>(call.self()); }

Result<Value> closed(vm::Call& call) { return Value::boolean(self(call).closed); }
Result<Value> errorsOf(vm::Call& call) { return self(call).errors; }
Result<Value> noDelay(vm::Call& call) { return Value::boolean(self(call).noDelay); }
Result<Value> eventType(vm::Call& call) { return Value::text(eventSelf(call).type); }
Result<Value> eventData(vm::Call& call) { return eventSelf(call).data; }

Result<Value> send(vm::Call& call) {
  TcpConnectionObject& connection = self(call);
  std::string bytes(bytesOf(call.at(0)).value_or(std::string_view()));
  if (connection.socket && connection.socket->send(std::move(bytes))) return Value();
  auto told = connection.fail(
      call.process(), Error(fault::inputOutput, "host", "The connection is closed for sending: the data is not sent."));
  if (!told) return std::unexpected(told.error());
  return Value();
}

Result<Value> shutdown(vm::Call& call) {
  if (self(call).socket) self(call).socket->shutdown();
  self(call).waitEnds = true;
  return Value();
}

Result<Value> wait(vm::Call& call) {
  TcpConnectionObject& connection = self(call);
  connection.waitEnds = false;
  const auto limit = call.given(0) ? secondsToWait(call.number(0)) : std::nullopt;
  auto waited = connection.queue()->waitUntil(
      call.process(), [&] { return connection.terminated || connection.waitEnds; }, limit);
  if (!waited) return std::unexpected(waited.error());
  return call.self();
}

Result<Value> newConnection(vm::Call& call) {
  vm::Process& process = call.process();
  const std::string host(trim(call.text(0)));
  const std::int64_t port = call.integer(1);
  if (host.empty() || host.contains('\0') || port < 1 || port > 65535) {
    return fail(fault::wrongSettings, "4D.TCPConnection: a server's name and a port from 1 to 65535 are expected.");
  }
  OptionReader options(process, call.at(2), "4D.TCPConnection");
  const bool wantsNoDelay = options.boolean("noDelay").value_or(false);
  if (auto valid = options.problem(); !valid) return std::unexpected(valid.error());
  Ref<Handle> handle(new TcpConnectionObject(process, call.at(2)));  // NOLINT(cppcoreguidelines-owning-memory)
  auto& connection = static_cast<TcpConnectionObject&>(*handle);
  connection.noDelay = wantsNoDelay;
  if (auto valid = connection.hasCallbacks(process, callbacks); !valid) return std::unexpected(valid.error());
  auto socket = TcpSocket::open(host, static_cast<int>(port), wantsNoDelay,
                                std::make_shared<Relay>(connection.queue(), connection.number()));
  if (!socket) return std::unexpected(socket.error());
  connection.socket = std::move(*socket);
  return Value::handle(std::move(handle));
}

constexpr vm::FunctionRow constructorRow{
    "new", "(serverAddress: string, serverPort: integer, options?: object) : 4D.TCPConnection", &newConnection,
    "Connects to a TCP server."};

constexpr std::array functions{
    vm::FunctionRow{"send", "(data: blob)", &send, "Sends bytes; before the connection is made they wait."},
    vm::FunctionRow{"shutdown", "()", &shutdown, "Closes the sending side."},
    vm::FunctionRow{"wait", "(timeout?: number) : 4D.TCPConnection", &wait,
                    "Waits until the connection is closed, at most that many seconds."},
};

constexpr std::array properties{
    vm::PropertyRow{"closed", "boolean", &closed, nullptr, "True after the end or an error."},
    vm::PropertyRow{"errors", "collection", &errorsOf, nullptr, "The errors, undefined when there was none."},
    vm::PropertyRow{"noDelay", "boolean", &noDelay, nullptr, "Whether small parts are sent at once."},
};

constexpr std::array eventProperties{
    vm::PropertyRow{"type", "string", &eventType, nullptr,
                    "\"connection\", \"data\", \"error\", \"close\" or \"terminate\"."},
    vm::PropertyRow{"data", "4D.Blob", &eventData, nullptr, "The bytes that were received."},
};

constexpr vm::NativeClass definition{"TCPConnection", "Object",        functions,
                                     properties,      &constructorRow, "A connection to a TCP server."};
constexpr vm::NativeClass eventDefinition{"TCPEvent",      "Object", {},
                                          eventProperties, nullptr,  "What happened on a TCP connection."};

}  // namespace

const vm::NativeClass& tcpConnectionClass() { return definition; }
const vm::NativeClass& tcpEventClass() { return eventDefinition; }

}  // namespace qodly::script::library
