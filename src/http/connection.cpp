#include "http/connection.h"

#include <exception>

#include <boost/asio/socket_base.hpp>
#include <spdlog/spdlog.h>

#include "http/clock.h"
#include "http/loop.h"

namespace qodly::http {

namespace {

constexpr std::size_t copiedBody = 16 * 1024;  // up to here, a copy behind the head is cheaper than a second buffer
constexpr std::size_t collectedOutput = 64 * 1024;  // answers of pipelined requests sent together
constexpr std::size_t lingerBytes = 1024 * 1024;
constexpr std::chrono::milliseconds lingerTimeout{2'000};

}  // namespace

Connection::Connection(Loop& loop, Socket socket, std::string remoteAddress, bool tls)
    : loop_(loop),
      socket_(std::move(socket)),
      transport_(socket_.native_handle(), tls ? loop.tls().get() : nullptr),
      tls_(tls ? loop.tls() : nullptr),
      remoteAddress_(std::move(remoteAddress)),
      number_(loop.gate().nextConnection()),
      state_(transport_.isTls() ? State::Handshake : State::Reading) {}

Connection::~Connection() = default;

void Connection::start() {
  loop_.deadlines().set(*this, state_ == State::Handshake ? loop_.server().options.limits.headTimeout
                                                          : loop_.gate().live().keepAliveTimeout);
  // The first bytes are usually there already when a connection is accepted.
  readable_ = true;
  pump();
}

void Connection::close() {
  if (state_ == State::Closed) return;
  const auto keep = shared_from_this();
  state_ = State::Closed;
  loop_.deadlines().clear(*this);
  boost::system::error_code ignored;
  // The end of a connection ends a body without framing (HTTP/1.0): one that is not whole must not end so.
  if (push_ && !chunked_ && !webSocket_ && end_ != PushEnd::Finished) {
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  } else {
    transport_.shutdown();
  }
  socket_.close(ignored);
  endPush(loop_.stopping() ? PushEnd::Stopped : end_);
  if (http2_) http2_->close(loop_.stopping() ? PushEnd::Stopped : end_);
  if (!handling_) releaseExchange();
  loop_.remove(*this);
}

void Connection::stop(std::chrono::milliseconds grace) {
  closing_ = true;
  if (push_) {
    // A body that its handler still makes is not whole yet: it has the time that handlers have.
    if (!handling_ || webSocket_) push_->finishForStop();
    return;
  }
  if (state_ == State::Http2) {
    http2_->shutDown();
    pump();
    return;
  }
  if (state_ == State::Running || state_ == State::Sending || state_ == State::Streaming) return;
  if (grace.count() == 0) {
    close();
  } else if (deadline_ == Deadline::KeepAlive) {
    // A request may be on its way: it is answered, and the answer says that the connection ends.
    loop_.deadlines().clear(*this);
    loop_.deadlines().set(*this, grace);
  }
}

void Connection::expired() {
  const auto keep = shared_from_this();
  if (state_ == State::Streaming) return streamExpired();
  if (state_ == State::WebSocket) return webSocketExpired();
  if (state_ == State::Http2) return http2Expired();
  const bool midRequest = state_ == State::Reading && (deadline_ == Deadline::Head || deadline_ == Deadline::Body);
  if (!midRequest) {
    close();
    return;
  }
  if (deadline_ == Deadline::Body && !bodyIsTooSlow()) return;
  refuse(408, deadline_ == Deadline::Head ? "The head of the request did not arrive in time"
                                          : "The body of the request did not arrive in time");
  pump();
}

void Connection::pump() {
  for (;;) {
    bool goOn = false;
    switch (state_) {
      case State::Handshake:
        goOn = shakeHands();
        break;
      case State::Reading:
        goOn = read();
        break;
      case State::Sending:
        goOn = send();
        break;
      case State::Streaming:
        goOn = stream();
        break;
      case State::WebSocket:
        goOn = webSocket();
        break;
      case State::Http2:
        goOn = http2();
        break;
      case State::Lingering:
        goOn = linger();
        break;
      case State::Running:
      case State::Closed:
        return;
    }
    if (!goOn) return;
  }
}

bool Connection::shakeHands() {
  const Transport::Step step = transport_.handshake();
  if (step.outcome == Transport::Outcome::Moved) {
    loop_.counters().handshakes.add();
    tls_.reset();
    state_ = State::Reading;
    readable_ = true;
    setReadDeadline(false);
    if (transport_.choseHttp2()) beginHttp2();
    return true;
  }
  if (step.outcome == Transport::Outcome::Closed) loop_.counters().handshakeFailures.add();
  return waitFor(step.outcome);
}

bool Connection::read() {
  acquireExchange();
  MessageReader& reader = exchange_->reader;
  if (served_ == 0 && looksLikeHttp2()) {
    beginHttp2();
    return true;
  }
  switch (reader.advance(exchange_->request)) {
    case MessageReader::State::Ready:
      runRequest();
      return true;
    case MessageReader::State::Refused:
      refuse(reader.refusal().status, reader.refusal().reason);
      return true;
    case MessageReader::State::NeedHead:
      setReadDeadline(!reader.input().empty());
      break;
    case MessageReader::State::NeedBody:
      awaitBody();
      if (reader.takeContinue()) exchange_->out.append("HTTP/1.1 100 Continue\r\n\r\n");
      break;
  }
  if (exchange_->hasOutput()) {
    state_ = State::Sending;
    return true;
  }
  return receive();
}

bool Connection::receive() {
  if (!readable_) {
    if (deadline_ == Deadline::KeepAlive) releaseExchange();
    return waitFor(Transport::Outcome::WantRead);
  }
  InputBuffer& input = exchange_->reader.input();
  const std::span<char> room = input.room(1);
  const Transport::Step step = transport_.read(room);
  if (step.outcome != Transport::Outcome::Moved) {
    readable_ = false;
    if (step.outcome == Transport::Outcome::WantRead && deadline_ == Deadline::KeepAlive) releaseExchange();
    return waitFor(step.outcome);
  }
  // A plain socket that gave less than it could is empty now; TLS keeps records to itself.
  if (step.bytes < room.size() && !transport_.isTls()) readable_ = false;
  input.received(step.bytes);
  if (deadline_ == Deadline::Body) bodyArrived_ += step.bytes;
  loop_.counters().bytesReceived.add(step.bytes);
  return true;
}

// A body has its time as a whole too: one that drips is cut.
void Connection::awaitBody() {
  if (deadline_ != Deadline::Body) {
    deadline_ = Deadline::Body;
    bodyArrived_ = bodySeen_ = 0;
    bodyTicks_ = quietTicks_ = 0;
    loop_.deadlines().set(*this, bodyTick());
  }
}

std::chrono::milliseconds Connection::bodyTick() const {
  constexpr std::chrono::milliseconds usual{10'000};
  return std::min(usual, loop_.server().options.limits.bodyIdleTimeout);
}

// Looked at once a tick: less than the least rate over the time since the body began.
bool Connection::bodyIsTooSlow() {
  const Limits& limits = loop_.server().options.limits;
  ++bodyTicks_;
  quietTicks_ = bodyArrived_ == bodySeen_ ? static_cast<std::uint16_t>(quietTicks_ + 1) : std::uint16_t{0};
  bodySeen_ = bodyArrived_;
  const auto seconds = static_cast<std::uint64_t>(bodyTicks_ * bodyTick() / std::chrono::seconds(1));
  const bool silent = quietTicks_ * bodyTick() >= limits.bodyIdleTimeout;
  if (silent || bodyArrived_ < seconds * limits.bodyBytesPerSecond) return true;
  loop_.deadlines().set(*this, bodyTick());
  return false;
}

void Connection::setReadDeadline(bool inHead) {
  const Deadline wanted = inHead ? Deadline::Head : Deadline::KeepAlive;
  // The time for a head counts from its first byte, however many bytes drip in later.
  if (wanted == Deadline::Head && deadline_ == Deadline::Head) return;
  deadline_ = wanted;
  const Limits& limits = loop_.server().options.limits;
  loop_.deadlines().set(*this, inHead ? limits.headTimeout : loop_.gate().live().keepAliveTimeout);
}

void Connection::runRequest() {
  Exchange& exchange = *exchange_;
  const ServerContext& server = loop_.server();
  exchange.request.tls_ = transport_.isTls();
  loop_.gate().identify(exchange.request, remoteAddress_);
  exchange.request.visit_ =
      server.sessions == nullptr
          ? security::Visit()
          : security::Visit(*server.sessions, exchange.reader.framing().cookie, exchange.request.tls_, coarseNow());
  deadline_ = Deadline::None;
  loop_.deadlines().clear(*this);
  const LiveSettings& live = loop_.gate().live();
  ++served_;
  if (!live.keepAlive || (live.keepAliveMaxRequests > 0 && served_ >= live.keepAliveMaxRequests)) closing_ = true;
  if (loop_.gate().enter(exchange.request, exchange.response, exchange.reader.framing())) {
    finishRequest();
    return;
  }
  if (!loop_.beginRequest()) {
    exchange.response.error(503, "The server runs as many requests as it may; try again", "http");
    exchange.response.setHeader("Retry-After", "1");
    finishRequest();
    return;
  }
  state_ = State::Running;
  handling_ = true;
  exchange.response.target_ = this;
  if (loop_.fibers().start(*this)) {
    handling_ = false;
    loop_.endRequest();
    finishRequest();
    return;
  }
  self_ = shared_from_this();
  sendAheadOfParking();
}

void Connection::run() {
  Request& request = exchange_->request;
  Response& response = exchange_->response;
  try {
    loop_.server().handler(request, response);
    return;
  } catch (const std::exception& exception) {
    spdlog::error("{} {}: {}", request.methodName(), request.target(), exception.what());
  } catch (...) {
    spdlog::error("{} {}: unknown exception", request.methodName(), request.target());
  }
  if (push_ || answered_) {  // a part of the answer may have gone out: only its end can say that it is not whole
    if (push_) push_->abort();
    return;
  }
  if (response.push_) {
    if (const auto callback = response.push_->end(PushEnd::Aborted)) callback();
  }
  response.clear();
  response.error(500, "The request could not be answered because of an internal error", "http");
}

std::shared_ptr<const FileBytes> Connection::bodyFile(const Request& request) const {
  return exchange_ && &request == &exchange_->request ? exchange_->reader.bodyFile() : nullptr;
}

void Connection::ended() {
  const auto keep = std::move(self_);
  handling_ = false;
  loop_.endRequest();
  if (state_ == State::Closed) {
    push_ = exchange_->response.push_;
    endPush(loop_.stopping() ? PushEnd::Stopped : end_);
    releaseExchange();
    return;
  }
  if (push_ || answered_) {
    handlerEnded();
  } else {
    finishRequest();
  }
  pump();
}

void Connection::finishRequest() {
  Exchange& exchange = *exchange_;
  if (exchange.response.push_) return beginPush();
  if (!exchange.reader.framing().keepAlive || exchange.response.close_ || loop_.stopping()) closing_ = true;
  loop_.gate().dress(exchange.request, exchange.response);
  loop_.answers().appendHead(exchange.request, exchange.reader.framing(), exchange.response, !closing_, exchange.out);
  queueBody();
  loop_.gate().leave(exchange.request, exchange.response, bodyBytes(), number_);
  exchange.request.visit_ = security::Visit();
  exchange.reader.next();
  const bool sendNow = closing_ || !exchange.body.empty() || exchange.sendsFile ||
                       exchange.out.size() - exchange.outSent > collectedOutput;
  if (!sendNow) exchange.response.clear();
  state_ = sendNow ? State::Sending : State::Reading;
}

std::uint64_t Connection::bodyBytes() const {
  const Response& response = exchange_->response;
  if (!AnswerWriter::sendsBody(exchange_->request, response)) return 0;
  return response.file_ ? response.file_->length() : response.bodyView().size();
}

void Connection::queueBody() {
  Exchange& exchange = *exchange_;
  if (!AnswerWriter::sendsBody(exchange.request, exchange.response)) return;
  if (exchange.response.file_) {
    exchange.fileSent = 0;
    exchange.sendsFile = exchange.response.file_->length() > 0;
    return;
  }
  const std::string_view body = exchange.response.bodyView();
  if (body.size() <= copiedBody) {
    exchange.out.append(body);
  } else {
    exchange.body = body;
  }
}

// A request that the server does not understand, or will not: what follows it on the connection cannot be trusted.
void Connection::refuse(int status, std::string_view reason) {
  Exchange& exchange = *exchange_;
  refused_ = closing_ = true;
  exchange.response.clear();
  exchange.response.error(status, reason, "http");
  exchange.request.visit_ = security::Visit();
  loop_.gate().refused(status);
  loop_.answers().appendHead(exchange.request, Framing{}, exchange.response, false, exchange.out);
  exchange.out.append(exchange.response.bodyView());
  state_ = State::Sending;
}

// Answers to earlier requests of a pipeline do not wait for one that is parked.
void Connection::sendAheadOfParking() {
  Exchange& exchange = *exchange_;
  if (exchange.outSent == exchange.out.size()) return;
  const Transport::Step step = transport_.write(std::string_view(exchange.out).substr(exchange.outSent), {});
  if (step.outcome == Transport::Outcome::Moved) exchange.outSent += step.bytes;
}

bool Connection::send() {
  if (!sendOutput()) return false;
  outputSent();
  return state_ != State::Closed;
}

bool Connection::sendOutput() {
  Exchange& exchange = *exchange_;
  while (exchange.hasOutput()) {
    const std::string_view head = std::string_view(exchange.out).substr(exchange.outSent);
    const bool file = head.empty() && exchange.sendsFile;
    const Transport::Step step =
        file ? transport_.writeFile(*exchange.response.file_, exchange.fileSent)
             : transport_.write(head.empty() ? exchange.body : head, head.empty() ? std::string_view() : exchange.body);
    if (step.outcome != Transport::Outcome::Moved) {
      deadline_ = Deadline::None;
      if (state_ == State::Streaming) pace_.waits();
      loop_.deadlines().set(*this, loop_.server().options.limits.sendTimeout);
      return waitFor(step.outcome);
    }
    loop_.counters().bytesSent.add(step.bytes);
    if (state_ == State::Streaming) pace_.took(step.bytes);
    if (file) {
      exchange.fileSent += step.bytes;
      exchange.sendsFile = exchange.fileSent < exchange.response.file_->length();
      continue;
    }
    const std::size_t ofHead = std::min(step.bytes, head.size());
    exchange.outSent += ofHead;
    exchange.body.remove_prefix(step.bytes - ofHead);
  }
  return true;
}

void Connection::clearOutput() {
  Exchange& exchange = *exchange_;
  if (exchange.out.capacity() > 2 * collectedOutput) {
    exchange.out = std::string();
  } else {
    exchange.out.clear();
  }
  exchange.outSent = 0;
}

void Connection::outputSent() {
  clearOutput();
  exchange_->response.clear();
  if (!closing_) {
    state_ = State::Reading;
    return;
  }
  if (!refused_) {
    close();
    return;
  }
  // Closing with bytes unread would reset the connection and could destroy the answer on its way: read on for a while.
  transport_.shutdown();
  state_ = State::Lingering;
  readable_ = true;
  loop_.deadlines().set(*this, lingerTimeout);
}

bool Connection::linger() {
  InputBuffer& input = exchange_->reader.input();
  input.clear();
  const std::span<char> room = input.room(1);
  const Transport::Step step = transport_.read(room);
  if (step.outcome == Transport::Outcome::WantRead) return waitFor(step.outcome);
  lingered_ += static_cast<std::uint32_t>(step.bytes);
  if (step.outcome != Transport::Outcome::Moved || lingered_ > lingerBytes) {
    close();
    return false;
  }
  return true;
}

bool Connection::waitFor(Transport::Outcome outcome) {
  if (outcome != Transport::Outcome::WantRead && outcome != Transport::Outcome::WantWrite) {
    close();
    return false;
  }
  const bool toRead = outcome == Transport::Outcome::WantRead;
  bool Connection::*const waits = toRead ? &Connection::waitsToRead_ : &Connection::waitsToWrite_;
  if (std::exchange(this->*waits, true)) return false;
  const auto kind = toRead ? Socket::wait_read : Socket::wait_write;
  socket_.async_wait(kind, [self = shared_from_this(), waits](const boost::system::error_code& error) {
    (*self).*waits = false;
    if (self->state_ == State::Closed) return;
    if (error) {
      self->close();
      return;
    }
    self->readable_ = true;
    self->pump();
  });
  return false;
}

void Connection::acquireExchange() {
  if (exchange_) return;
  exchange_ = loop_.acquireExchange();
  exchange_->request.remoteAddress_ = remoteAddress_;
}

void Connection::releaseExchange() {
  if (!exchange_) return;
  exchange_->reader.next();
  exchange_->reader.input().clear();
  exchange_->request.visit_ = security::Visit();
  exchange_->response.clear();
  exchange_->out.clear();
  exchange_->outSent = 0;
  exchange_->body = {};
  exchange_->sendsFile = false;
  loop_.releaseExchange(std::move(exchange_));
}

}  // namespace qodly::http
