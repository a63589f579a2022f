#include "rest/live/answer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "http/push.h"
#include "rest/errors.h"
#include "rest/live/hub.h"

namespace qodly::rest::live {

namespace {

constexpr std::size_t maximumName = 64;
constexpr std::size_t queueBytes = 1024 * 1024;
// What lies in the queue of a slow client; the rest waits where it is reduced to the last state.
constexpr std::size_t enoughQueued = queueBytes / 4;

// Carries messages from a client's place to its connection, one after the other. Shared by whoever may call it.
template <class Sender>
class Carrier {
 public:
  Carrier(std::shared_ptr<Client> client, std::shared_ptr<Sender> sender)
      : client_(std::move(client)), sender_(std::move(sender)) {}

  void carry() {
    std::lock_guard lock(mutex_);
    while (sender_->isOpen() && sender_->queued() < enoughQueued) {
      const auto message = client_->take();
      if (!message) break;
      send(*message);
    }
    if (client_->isEnded()) finish();
  }

 private:
  void send(std::string_view message);
  void finish();

  std::mutex mutex_;
  std::shared_ptr<Client> client_;
  std::shared_ptr<Sender> sender_;
};

template <>
void Carrier<http::StreamSender>::send(std::string_view message) {
  (void)sender_->send(http::serverSentEvent(message, {}, std::to_string(client_->sequence())));
}
template <>
void Carrier<http::StreamSender>::finish() {
  sender_->finish();
}
template <>
void Carrier<http::WebSocket>::send(std::string_view message) {
  (void)sender_->sendText(message);
}
template <>
void Carrier<http::WebSocket>::finish() {
  sender_->close(1000, "The session has ended");
}

// The connection's end and the client's go together.
template <class Sender>
void connectSender(Call& call, const std::shared_ptr<Client>& client, const std::shared_ptr<Sender>& sender) {
  sender->onClose([hub = call.services.live, client](http::PushEnd) {
    client->onReady({});
    hub->disconnect(client);
  });
  client->onReady([carrier = std::make_shared<Carrier<Sender>>(client, sender)] { carrier->carry(); });
}

Result<std::string_view> nameOf(const Call& call) {
  const std::string_view name = call.parameters.text(Parameter::client);
  if (name.empty() || name.size() > maximumName) {
    return std::unexpected(malformed("$client names the client: 1 to 64 characters of its own choice"));
  }
  return name;
}

// {"sequence":...,"events":[...]} in brackets: what has happened since the last request.
Result<> answerPoll(Call& call, Hub& hub) {
  const auto name = nameOf(call);
  if (!name) return std::unexpected(name.error());
  const auto client = hub.connect(call, *name, false);
  if (!client) return std::unexpected(client.error());
  hub.settle(*client);
  const auto message = (*client)->take();
  call.json() += "[" + message.value_or("") + "]";
  return {};
}

// One message to the hub, or several.
Result<> answerMessages(Call& call, Hub& hub) {
  const auto name = nameOf(call);
  if (!name) return std::unexpected(name.error());
  if (call.request.body().size() > maximumMessageBytes) {
    return std::unexpected(refused(413, "Messages of live updates are at most 64 KiB"));
  }
  auto requests = readRequests(call.request.body());
  if (!requests) return std::unexpected(requests.error());
  // The messages may come before the connection that will bring the answers.
  const auto client = hub.connect(call, *name, false);
  if (!client) return std::unexpected(client.error());
  hub.receive(*client, std::move(*requests));
  call.answerOk();
  return {};
}

// Server-sent events. A browser that comes back names the last event it saw.
Result<> answerStream(Call& call, Hub& hub) {
  const std::string_view name = call.parameters.text(Parameter::client);
  if (name.size() > maximumName) return std::unexpected(nameOf(call).error());
  const auto client = hub.connect(call, name, true);
  if (!client) return std::unexpected(client.error());
  if (const auto last = parseInteger(call.request.header("Last-Event-ID")); last && *last >= 0) {
    hub.receive(*client, {Resume{static_cast<std::uint64_t>(*last)}});
  }
  call.response.setStatus(200);
  call.response.setContentType("text/event-stream");
  call.response.setHeader("Cache-Control", "no-store");
  call.response.setHeader("X-Accel-Buffering", "no");
  constexpr std::string_view comment = ":\n\n";
  const auto sender = call.response.stream({.queueBytes = queueBytes, .heartbeat = std::string(comment)});
  (void)sender->send(comment);  // proxies keep a head back until something follows
  connectSender(call, *client, sender);
  return {};
}

void hear(Hub& hub, const std::shared_ptr<Client>& client, http::WebSocket& socket, std::string_view message,
          bool isText) {
  auto requests = isText ? readRequests(message) : std::unexpected(malformed("Messages are texts"));
  if (requests) {
    hub.receive(client, std::move(*requests));
  } else {
    (void)socket.sendText(errorBody(requests.error()));
  }
}

Result<> answerWebSocket(Call& call, Hub& hub) {
  const auto client = hub.connect(call, {}, true);
  if (!client) return std::unexpected(client.error());
  const auto socket = call.response.webSocket(
      call.request, {.queueBytes = queueBytes, .messageBytes = maximumMessageBytes, .protocol = {}});
  if (!socket) {
    hub.disconnect(*client);
    return {};
  }
  socket->onMessage([hub = call.services.live, client = *client, weak = std::weak_ptr(socket)](std::string_view message,
                                                                                               bool isText) {
    if (const auto alive = weak.lock()) hear(*hub, client, *alive, message, isText);
  });
  connectSender(call, *client, socket);
  return {};
}

bool wantsStream(const Call& call) { return call.request.header("Accept").contains("text/event-stream"); }

}  // namespace

Result<> answerChanges(Call& call) {
  Hub& hub = *call.services.live;
  if (call.request.method() == http::Method::Post) return answerMessages(call, hub);
  if (!call.request.isRead()) {
    call.response.setHeader("Allow", "GET, HEAD, POST");
    return std::unexpected(refused(405, "Live updates take GET and POST"));
  }
  if (call.request.hasHeader("Upgrade")) return answerWebSocket(call, hub);
  if (call.parameters.flag(Parameter::poll)) return answerPoll(call, hub);
  if (wantsStream(call)) return answerStream(call, hub);
  return std::unexpected(
      refused(426, "Live updates need a WebSocket, the header Accept: text/event-stream, or $client with $poll=true"));
}

}  // namespace qodly::rest::live
