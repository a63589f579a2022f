// A connection that speaks HTTP/2: its bytes go through an Http2Session.
#include <boost/asio/post.hpp>

#include "http/connection.h"
#include "http/loop.h"

namespace qodly::http {

namespace {
constexpr std::string_view preface = "PRI * HTTP/2.0\r\n";
constexpr std::size_t producedAtOnce = 64 * 1024;
}  // namespace

// Prior knowledge, without TLS: only as the first thing on a connection.
bool Connection::looksLikeHttp2() const {
  return !transport_.isTls() && loop_.server().options.tls.http2 &&
         exchange_->reader.input().bytes().starts_with(preface);
}

void Connection::beginHttp2() {
  state_ = State::Http2;
  end_ = PushEnd::Client;
  const auto wake = [this] {
    if (std::exchange(http2Wakes_, true)) return;
    boost::asio::post(loop_.context(), [self = shared_from_this()] {
      self->http2Wakes_ = false;
      self->pump();
    });
  };
  http2_ = std::make_unique<Http2Session>(Http2Session::Host{
      .loop = loop_, .peer = remoteAddress_, .tls = transport_.isTls(), .connection = number_, .wake = wake});
  if (loop_.stopping()) http2_->shutDown();
}

bool Connection::http2() {
  for (;;) {
    acquireExchange();
    if (exchange_->hasOutput()) {
      if (!sendOutput()) return false;
      clearOutput();
    }
    http2_->produce(exchange_->out, producedAtOnce);
    if (exchange_->hasOutput()) continue;
    if (http2_->finished() || (loop_.stopping() && http2_->streams() == 0)) {
      refused_ = true;  // the client may still send: it shall see the last frame
      closing_ = true;
      outputSent();
      return state_ != State::Closed;
    }
    if (!readHttp2()) return false;
  }
}

bool Connection::readHttp2() {
  InputBuffer& input = exchange_->reader.input();
  if (!input.empty()) {
    http2_->receive(input.bytes());
    input.clear();
    return true;
  }
  if (!readable_) {
    setHttp2Deadline();
    releaseExchange();
    return waitFor(Transport::Outcome::WantRead);
  }
  const std::span<char> room = input.room(1);
  const Transport::Step step = transport_.read(room);
  if (step.outcome == Transport::Outcome::Moved) {
    if (step.bytes < room.size() && !transport_.isTls()) readable_ = false;
    input.received(step.bytes);
    loop_.counters().bytesReceived.add(step.bytes);
    return true;
  }
  readable_ = false;
  return step.outcome == Transport::Outcome::WantRead ? true : waitFor(step.outcome);
}

// Requests that are not complete must come fast enough, a connection without requests may not stay for ever; while
// handlers run or answers are open nothing is asked of the client.
void Connection::setHttp2Deadline() {
  const Deadline wanted = http2_->isReceiving()    ? Deadline::Body
                          : http2_->streams() == 0 ? Deadline::KeepAlive
                                                   : Deadline::None;
  if (wanted == deadline_) return;
  (void)http2_->takeArrived();
  if (wanted == Deadline::Body) return awaitBody();
  deadline_ = wanted;
  if (wanted == Deadline::None) {
    loop_.deadlines().clear(*this);
  } else {
    loop_.deadlines().set(*this, loop_.gate().live().keepAliveTimeout);
  }
}

void Connection::http2Expired() {
  const bool stuck = exchange_ && exchange_->hasOutput();
  if (!stuck && deadline_ == Deadline::Body) {
    bodyArrived_ += http2_->takeArrived();
    if (!bodyIsTooSlow()) return;
  }
  if (stuck || deadline_ != Deadline::KeepAlive) {
    end_ = PushEnd::Slow;
    close();
    return;
  }
  http2_->shutDown();
  closing_ = true;
  acquireExchange();
  http2_->produce(exchange_->out, producedAtOnce);
  state_ = State::Sending;
  pump();
}

}  // namespace qodly::http
