// Answers that stay open: streams and WebSockets.
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "http/connection.h"
#include "http/loop.h"

namespace qodly::http {

namespace {
constexpr std::chrono::milliseconds closeTimeout{5'000};  // for the client's answer to a Close frame
constexpr std::chrono::milliseconds lingerTimeout{2'000};
}  // namespace

void Connection::pushReady() {
  boost::asio::post(loop_.context(), [self = shared_from_this()] {
    if (self->state_ == State::Running && self->exchange_->response.push_ && !self->answered_) self->beginPush();
    self->pump();
  });
}

// Sends the head. The handler may still run: what it or others write follows.
void Connection::beginPush() {
  Exchange& exchange = *exchange_;
  push_ = exchange.response.push_;
  push_->attach(*this);
  const Request& request = exchange.request;
  const bool hasBody = AnswerWriter::sendsBody(request, exchange.response);
  const bool isWebSocket = exchange.response.isWebSocket_;
  if (!exchange.reader.framing().keepAlive || exchange.response.close_ || loop_.stopping() || !request.http11())
    closing_ = true;
  loop_.gate().dress(exchange.request, exchange.response);
  loop_.answers().appendHead(exchange.request, exchange.reader.framing(), exchange.response, !closing_, exchange.out);
  loop_.gate().leave(exchange.request, exchange.response, 0, number_);
  (isWebSocket ? loop_.counters().webSockets : loop_.counters().streams).add();
  chunked_ = request.http11();
  watching_ = true;
  state_ = State::Streaming;
  end_ = PushEnd::Client;
  if (isWebSocket) {
    state_ = State::WebSocket;
    webSocket_ = std::make_unique<WebSocketState>(socketSender().options().messageBytes);
    chunked_ = false;
  } else if (!hasBody) {
    chunked_ = false;
    endPush(PushEnd::Finished);
  }
  if (loop_.stopping() && push_) push_->finishForStop();
  if (!handling_) handlerEnded();
}

void Connection::endPush(PushEnd why) {
  if (!push_) return;
  auto callback = push_->end(why);
  push_.reset();
  webSocket_.reset();
  if (callback) loop_.spawn(std::move(callback));
}

// The request is done with; what was sent by its handler may still be on its way.
void Connection::handlerEnded() {
  Exchange& exchange = *exchange_;
  exchange.request.visit_ = security::Visit();
  exchange.reader.next();
  exchange.response.clear();
  if (!std::exchange(answered_, false)) return;
  state_ = State::Sending;
}

bool Connection::stream() {
  for (;;) {
    if (exchange_ && exchange_->hasOutput()) {
      if (!sendOutput()) {
        if (state_ != State::Closed) watchClient();
        return false;
      }
      clearOutput();
    }
    if (!push_) return endStream();
    acquireExchange();
    const PushSender::Taken taken = push_->take(exchange_->out, chunked_);
    if (taken.aborted) {
      end_ = PushEnd::Aborted;
      close();
      return false;
    }
    if (taken.finished) {
      if (chunked_) exchange_->out.append("0\r\n\r\n");
      chunked_ = false;
      endPush(PushEnd::Finished);
      continue;
    }
    if (taken.any) continue;
    streamIsIdle();
    return false;
  }
}

void Connection::streamIsIdle() {
  const auto& options = static_cast<const StreamSender&>(*push_).options();
  deadline_ = Deadline::None;
  loop_.deadlines().clear(*this);
  if (!options.heartbeat.empty()) loop_.deadlines().set(*this, options.heartbeatInterval);
  if (!handling_ && exchange_->reader.input().empty()) releaseExchange();
  watchClient();
}

// A client that leaves while nothing is sent would not be noticed. One that sends further requests is not looked at
// again before they are read.
void Connection::watchClient() {
  if (!watching_) return;
  if (readable_) {
    const Transport::Step step = transport_.peek();
    if (step.outcome == Transport::Outcome::Moved) {
      watching_ = false;
      return;
    }
    readable_ = false;
    if (step.outcome != Transport::Outcome::WantRead) {
      waitFor(step.outcome);
      return;
    }
  }
  waitFor(Transport::Outcome::WantRead);
}

bool Connection::endStream() {
  loop_.deadlines().clear(*this);
  deadline_ = Deadline::None;
  readable_ = true;
  if (handling_) {
    answered_ = true;
    state_ = State::Running;
    return false;
  }
  acquireExchange();
  outputSent();
  return state_ != State::Closed;
}

void Connection::streamExpired() {
  if (!push_ || (exchange_ && exchange_->hasOutput())) {
    end_ = PushEnd::Slow;
    close();
    return;
  }
  acquireExchange();
  const std::string& beat = static_cast<const StreamSender&>(*push_).options().heartbeat;
  if (chunked_) fmt::format_to(std::back_inserter(exchange_->out), "{:x}\r\n", beat.size());
  exchange_->out.append(beat);
  if (chunked_) exchange_->out.append("\r\n");
  pump();
}

WebSocket& Connection::socketSender() { return static_cast<class WebSocket&>(*push_); }

bool Connection::webSocket() {
  for (;;) {
    if (exchange_ && exchange_->hasOutput()) {
      if (!sendOutput()) return false;
      clearOutput();
    }
    WebSocketState& socket = *webSocket_;
    acquireExchange();
    const PushSender::Taken taken = push_->take(exchange_->out, false);
    if (taken.aborted) {
      end_ = PushEnd::Aborted;
      close();
      return false;
    }
    if (taken.finished && !socket.closeSent) socket.closeSent = true;
    if (taken.any) continue;
    if (socket.closeSent && socket.closeReceived) return endWebSocket();
    if (socket.delivering || handling_) {
      loop_.deadlines().clear(*this);
      return false;
    }
    if (!takeFrames()) return false;
  }
}

// Takes one event of what has arrived, or reads more. False: waiting.
bool Connection::takeFrames() {
  WebSocketState& socket = *webSocket_;
  InputBuffer& input = exchange_->reader.input();
  std::size_t count = 0;
  const WebSocketReader::Event event = socket.reader.next(input.mutableBytes(), count);
  input.take(count);
  if (event.kind != WebSocketReader::Kind::NeedMore) return takeEvent(event);
  if (readable_) {
    const std::span<char> room = input.room(1);
    const Transport::Step step = transport_.read(room);
    if (step.outcome == Transport::Outcome::Moved) {
      if (step.bytes < room.size() && !transport_.isTls()) readable_ = false;
      input.received(step.bytes);
      socket.pinged = false;
      return true;
    }
    readable_ = false;
    if (step.outcome != Transport::Outcome::WantRead) return waitFor(step.outcome);
  }
  if (input.empty()) releaseExchange();
  deadline_ = Deadline::None;
  loop_.deadlines().set(*this, socket.closeSent ? closeTimeout : socketSender().options().pingInterval);
  return waitFor(Transport::Outcome::WantRead);
}

bool Connection::takeEvent(const WebSocketReader::Event& event) {
  WebSocketState& socket = *webSocket_;
  std::string& out = exchange_->out;
  switch (event.kind) {
    case WebSocketReader::Kind::Text:
    case WebSocketReader::Kind::Binary:
      if (!socket.closeSent) deliver(event);
      return true;
    case WebSocketReader::Kind::Ping:
      if (!socket.closeSent) out.append(FrameHead(Opcode::Pong, event.payload.size()).bytes()).append(event.payload);
      return true;
    case WebSocketReader::Kind::Close:
      socketSender().setCloseCode(event.code);
      socket.closeReceived = true;
      if (!std::exchange(socket.closeSent, true)) {
        appendCloseFrame(event.code, {}, out);
      } else {
        end_ = PushEnd::Finished;
      }
      return true;
    case WebSocketReader::Kind::Failed:
      if (!std::exchange(socket.closeSent, true)) appendCloseFrame(event.code, {}, out);
      socket.closeReceived = true;
      refused_ = true;
      end_ = PushEnd::Protocol;
      return true;
    case WebSocketReader::Kind::Pong:
    case WebSocketReader::Kind::NeedMore:
      return true;
  }
  return true;
}

void Connection::deliver(const WebSocketReader::Event& event) {
  auto sender = std::static_pointer_cast<class WebSocket>(push_);
  auto work = [sender, message = std::string(event.payload), isText = event.kind == WebSocketReader::Kind::Text] {
    try {
      sender->deliver(message, isText);
    } catch (const std::exception& exception) {
      spdlog::error("A message of a WebSocket: {}", exception.what());
      sender->close(1011, "internal error");
    }
  };
  webSocket_->delivering = true;
  const bool ended = loop_.spawn(std::move(work), [self = shared_from_this()] {
    if (self->state_ != State::WebSocket) return;
    self->webSocket_->delivering = false;
    self->pump();
  });
  if (ended) webSocket_->delivering = false;
}

bool Connection::endWebSocket() {
  endPush(loop_.stopping() && end_ == PushEnd::Finished ? PushEnd::Stopped : end_);
  if (!refused_) {
    close();
    return false;
  }
  transport_.shutdown();
  state_ = State::Lingering;
  readable_ = true;
  loop_.deadlines().set(*this, lingerTimeout);
  return true;
}

void Connection::webSocketExpired() {
  WebSocketState& socket = *webSocket_;
  if ((exchange_ && exchange_->hasOutput()) || socket.closeSent || socket.pinged) {
    end_ = socket.closeSent && !(exchange_ && exchange_->hasOutput()) ? PushEnd::Finished : PushEnd::Slow;
    close();
    return;
  }
  acquireExchange();
  socket.pinged = true;
  exchange_->out.append(FrameHead(Opcode::Ping, 0).bytes());
  pump();
}

}  // namespace qodly::http
