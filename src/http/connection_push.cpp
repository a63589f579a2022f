// Answers that stay open: streams and WebSockets.
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "http/connection.h"
#include "http/loop.h"

namespace qodly::http {

namespace {
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
  pace_ = Pace();
  state_ = State::Streaming;
  end_ = PushEnd::Client;
  if (isWebSocket) {
    state_ = State::WebSocket;
    webSocket_ = std::make_unique<WebSocketPeer>(std::static_pointer_cast<class WebSocket>(push_));
    chunked_ = false;
  } else if (!hasBody) {
    chunked_ = false;
    endPush(PushEnd::Finished);
  }
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
  if (loop_.stopping() && push_) push_->finishForStop();
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
        if (state_ == State::Closed) return false;
        if (!keepsUp()) {
          end_ = PushEnd::Slow;
          close();
          return false;
        }
        watchClient();
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

// A running handler is not kept waiting for ever by a client that takes byte after byte.
bool Connection::keepsUp() const {
  return !push_ || !pace_.isBelow(static_cast<const StreamSender&>(*push_).options().leastBytesPerSecond);
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

bool Connection::webSocket() {
  for (;;) {
    if (exchange_ && exchange_->hasOutput()) {
      if (!sendOutput()) return false;
      clearOutput();
    }
    WebSocketPeer& peer = *webSocket_;
    acquireExchange();
    const PushSender::Taken taken = push_->take(exchange_->out, false);
    if (taken.aborted) {
      end_ = PushEnd::Aborted;
      close();
      return false;
    }
    if (taken.finished) peer.sentClose();
    if (taken.any) continue;
    if (peer.isOver()) return endWebSocket();
    if (peer.isDelivering() || handling_) {
      loop_.deadlines().clear(*this);
      return false;
    }
    if (!takeFrames()) return false;
  }
}

// Takes one event of what has arrived, or reads more. False: waiting.
bool Connection::takeFrames() {
  InputBuffer& input = exchange_->reader.input();
  std::size_t count = 0;
  const WebSocketPeer::Step next = webSocket_->next(input.mutableBytes(), count, exchange_->out);
  input.take(count);
  if (next == WebSocketPeer::Step::Message) deliver();
  if (next != WebSocketPeer::Step::Waiting) return true;
  if (readable_) {
    const std::span<char> room = input.room(1);
    const Transport::Step step = transport_.read(room);
    if (step.outcome == Transport::Outcome::Moved) {
      if (step.bytes < room.size() && !transport_.isTls()) readable_ = false;
      input.received(step.bytes);
      webSocket_->heard();
      return true;
    }
    readable_ = false;
    if (step.outcome != Transport::Outcome::WantRead) return waitFor(step.outcome);
  }
  if (input.empty()) releaseExchange();
  deadline_ = Deadline::None;
  loop_.deadlines().set(*this, webSocket_->patience());
  return waitFor(Transport::Outcome::WantRead);
}

void Connection::deliver() {
  const bool ended = loop_.spawn(webSocket_->delivery(), [self = shared_from_this()] {
    if (self->state_ != State::WebSocket) return;
    self->webSocket_->delivered();
    self->pump();
  });
  if (ended) webSocket_->delivered();
}

bool Connection::endWebSocket() {
  end_ = webSocket_->why();
  const bool broken = webSocket_->isBroken();
  endPush(loop_.stopping() && end_ == PushEnd::Finished ? PushEnd::Stopped : end_);
  if (!broken) {
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
  const bool stuck = exchange_ && exchange_->hasOutput();
  acquireExchange();
  if (stuck || !webSocket_->ping(exchange_->out)) {
    end_ = stuck ? PushEnd::Slow : webSocket_->why();
    close();
    return;
  }
  pump();
}

}  // namespace qodly::http
