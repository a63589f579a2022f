#include <algorithm>

#include <boost/asio/post.hpp>
#include <nghttp2/nghttp2.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "http/ascii.h"
#include "http/clock.h"
#include "http/http2_session.h"
#include "http/loop.h"
#include "http/target.h"

namespace qodly::http {

namespace {
constexpr std::size_t mostHandlers = 200;  // of one connection, those of reset streams included
constexpr std::string_view noRoom = "The server has no room for the body of the request";
constexpr std::size_t pushPiece = 64 * 1024;
constexpr std::uint64_t mostHeldAnswers = 32 * 1024 * 1024;  // in memory, of one connection
}  // namespace

Http2Stream::Http2Stream(Http2Session& session, std::int32_t id)
    : session_(&session), loop_(session.host_.loop), id_(id), body_(loop_.server().options.limits.bodyFolder) {}

Http2Stream::~Http2Stream() = default;

void Http2Stream::addField(std::string_view name, std::string_view value) {
  const Limits& limits = loop_.server().options.limits;
  if (name == ":path") {
    if (value.size() > limits.targetBytes) {
      fault_ = Fault::Target;
    } else {
      path_ = value;
    }
    return;
  }
  fieldBytes_ += name.size() + value.size();
  if (fieldBytes_ > limits.headBytes || places_.size() + 3 >= maximumHeaders) {
    if (fault_ == Fault::None) fault_ = Fault::Head;
    return;
  }
  if (name == ":method") method_ = value;
  if (name == ":authority") authority_ = value;
  if (name == ":protocol") protocol_ = value;
  if (name.starts_with(':')) return;
  if (name == "cookie") {  // may come in crumbs (RFC 9113 8.2.3)
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += value;
    return;
  }
  places_.push_back({head_.size(), name.size(), head_.size() + name.size(), value.size()});
  head_.append(name).append(value);
}

// Fills the request from what has arrived; false: the response says what is wrong.
bool Http2Stream::finishHead() {
  const auto refuse = [this](int status, std::string_view reason) {
    response_.error(status, reason, "http");
    loop_.gate().refused(status);
    return false;
  };
  request_.version_ = Version::Http2;
  request_.methodName_ = method_;
  request_.method_ = Method::Other;
  for (unsigned i = 0; i < static_cast<unsigned>(Method::Other); ++i) {
    if (name(static_cast<Method>(i)) == method_) request_.method_ = static_cast<Method>(i);
  }
  // The handshake of a WebSocket means what it means in HTTP/1.1: a GET that asks for an upgrade.
  if (isConnect()) {
    request_.extendedConnect_ = true;
    request_.method_ = Method::Get;
    request_.methodName_ = name(Method::Get);
  }
  request_.remoteAddress_ = session_->host_.peer;
  request_.tls_ = session_->host_.tls;
  std::size_t count = 0;
  const auto add = [&](std::string_view fieldName, std::string_view value) {
    request_.headers_[count++] = {fieldName, value};
    if (sameToken(fieldName, "accept-encoding")) framing_.acceptsGzip = preferredCoding(value, false) == Coding::Gzip;
    if (sameToken(fieldName, "x-request-id")) framing_.requestId = value;
    if (sameToken(fieldName, "host") && authority_.empty()) request_.host_ = value;
  };
  if (!authority_.empty()) {
    request_.host_ = authority_;
    add("host", authority_);
  }
  if (!cookie_.empty()) add("cookie", cookie_);
  if (isConnect()) add("upgrade", protocol_);
  framing_.cookie = cookie_;
  for (const Place& place : places_) {
    const std::string_view text(head_);
    add(text.substr(place.name, place.nameSize), text.substr(place.value, place.valueSize));
  }
  request_.headerCount_ = count;
  if (!isHostText(request_.host_)) return refuse(400, "The Host of the request is malformed");
  if (isConnect() && !sameToken(protocol_, "websocket"))
    return refuse(501, "The only protocol that CONNECT may ask for is websocket");
  switch (fault_) {
    case Fault::Head:
      return refuse(431, "The header fields of the request are too long, or more than 100");
    case Fault::Target:
      return refuse(414, "The address of the request is too long");
    case Fault::Body:
      return refuse(413, "The body of the request is larger than the server accepts");
    case Fault::Room:
      return refuse(507, noRoom);
    case Fault::None:
      break;
  }
  const bool clean = std::ranges::all_of(path_, [](char c) { return ascii::is(c, ascii::Target); });
  if (!clean || !RequestTarget::assign(path_, request_))
    return refuse(400, "The address of the request must be a path, without blanks, '#' or encoded zero bytes");
  const auto whole = body_.finish();
  if (!whole) return refuse(507, noRoom);
  request_.body_ = *whole;
  return true;
}

void Http2Stream::start() {
  if (!finishHead()) return answer();
  const ServerContext& server = loop_.server();
  loop_.gate().identify(request_, session_->host_.peer);
  request_.visit_ = server.sessions == nullptr
                        ? security::Visit()
                        : security::Visit(*server.sessions, framing_.cookie, request_.tls_, coarseNow());
  if (loop_.gate().enter(request_, response_, framing_)) return answer();
  if (session_->heldAnswers_ > mostHeldAnswers) {
    response_.error(503, "The answers that are ready must be taken before further ones are made", "http");
    response_.setHeader("Retry-After", "1");
    return answer();
  }
  if (*session_->handlers_ >= mostHandlers || !loop_.beginRequest()) {
    response_.error(503, "The server runs as many requests as it may; try again", "http");
    response_.setHeader("Retry-After", "1");
    return answer();
  }
  handlers_ = session_->handlers_;
  ++*handlers_;
  handling_ = true;
  response_.target_ = this;
  self_ = shared_from_this();
  if (loop_.fibers().start(*this)) ended();
}

void Http2Stream::run() {
  try {
    loop_.server().handler(request_, response_);
    return;
  } catch (const std::exception& exception) {
    spdlog::error("{} {}: {}", request_.methodName(), request_.target(), exception.what());
  } catch (...) {
    spdlog::error("{} {}: unknown exception", request_.methodName(), request_.target());
  }
  if (push_) return push_->abort();
  if (response_.push_) {
    if (const auto callback = response_.push_->end(PushEnd::Aborted)) callback();
  }
  response_.clear();
  response_.error(500, "The request could not be answered because of an internal error", "http");
}

std::shared_ptr<const FileBytes> Http2Stream::bodyFile(const Request& request) const {
  return &request == &request_ ? body_.file() : nullptr;
}

void Http2Stream::ended() {
  const auto keep = std::move(self_);
  handling_ = false;
  loop_.endRequest();
  --*handlers_;
  if (session_ == nullptr) {
    if (!push_) push_ = response_.push_;
    endPush(PushEnd::Client);
    return;
  }
  if (!answered_) answer();
  if (push_ && loop_.stopping()) push_->finishForStop();
  request_.visit_ = security::Visit();
  if (socket_) pumpSoon();
}

void Http2Stream::answer() {
  if (response_.push_) return beginPush();
  answered_ = true;
  loop_.gate().dress(request_, response_);
  const std::uint64_t length = response_.file_ ? response_.file_->length() : response_.bodyView().size();
  const bool sendsBody = AnswerWriter::sendsBody(request_, response_);
  if (response_.isInMemory()) heldAnswer_ = response_.bodyView().size();
  session_->heldAnswers_ += heldAnswer_;
  session_->submit(*this, sendsBody && length > 0);
  loop_.gate().leave(request_, response_, sendsBody ? length : 0, session_->host_.connection);
}

void Http2Stream::beginPush() {
  answered_ = true;
  push_ = response_.push_;
  push_->attach(*this);
  if (response_.isWebSocket_) socket_ = std::make_unique<WebSocketPeer>(std::static_pointer_cast<WebSocket>(push_));
  loop_.gate().dress(request_, response_);
  (socket_ ? loop_.counters().webSockets : loop_.counters().streams).add();
  const bool sendsBody = AnswerWriter::sendsBody(request_, response_);
  session_->submit(*this, sendsBody);
  loop_.gate().leave(request_, response_, 0, session_->host_.connection);
  if (!sendsBody) endPush(PushEnd::Finished);
  if (socket_) pumpSoon();
}

void Http2Stream::endPush(PushEnd why) {
  if (!push_) return;
  auto callback = push_->end(why);
  push_.reset();
  if (callback) loop_.spawn(std::move(callback));
}

void Http2Stream::closed() {
  session_ = nullptr;
  loop_.deadlines().clear(*this);
}

void Http2Stream::pushReady() {
  boost::asio::post(loop_.context(), [self = shared_from_this()] {
    if (self->session_ == nullptr) return;
    if (!self->answered_ && self->response_.push_) {
      self->beginPush();
      return;
    }
    self->loop_.deadlines().set(*self, self->loop_.server().options.limits.sendTimeout);
    nghttp2_session_resume_data(self->session_->session_, self->id_);
    self->session_->host_.wake();
  });
}

void Http2Stream::expired() {
  if (session_ == nullptr) return;
  const auto keep = shared_from_this();
  const bool idlePush = push_ && pending_.empty() && push_->queued() == 0;
  if (!idlePush) {
    endPush(PushEnd::Slow);
    nghttp2_submit_rst_stream(session_->session_, NGHTTP2_FLAG_NONE, id_, NGHTTP2_CANCEL);
  } else if (socket_) {
    socketExpired();
  } else {
    pending_ = static_cast<const StreamSender&>(*push_).options().heartbeat;
    nghttp2_session_resume_data(session_->session_, id_);
  }
  session_->host_.wake();
}

std::ptrdiff_t Http2Stream::read(char* into, std::size_t size, bool& last) {
  loop_.deadlines().set(*this, loop_.server().options.limits.sendTimeout);
  if (push_ || pushFinished_ || response_.push_) return readPush(into, size, last);
  if (response_.file_) {
    const FileBody& file = *response_.file_;
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, file.length() - sent_));
    const ssize_t count = ::pread(file.descriptor(), into, wanted, static_cast<off_t>(file.offset() + sent_));
    if (count <= 0) return -2;
    sent_ += static_cast<std::uint64_t>(count);
    last = sent_ == file.length();
    return count;
  }
  const std::string_view left = response_.bodyView().substr(static_cast<std::size_t>(sent_));
  const std::size_t count = std::min(size, left.size());
  std::copy_n(left.data(), count, into);
  sent_ += count;
  last = count == left.size();
  return static_cast<std::ptrdiff_t>(count);
}

std::ptrdiff_t Http2Stream::readPush(char* into, std::size_t size, bool& last) {
  if (!fill()) return -2;
  const std::size_t count = std::min(size, pending_.size() - pendingSent_);
  std::copy_n(pending_.data() + pendingSent_, count, into);
  pendingSent_ += count;
  pace_.took(count);
  if (pendingSent_ == pending_.size()) {
    pending_.clear();
    pendingSent_ = 0;
  } else {
    pace_.waits();
  }
  last = pending_.empty() && pushFinished_;
  if (socket_ && pending_.empty() && !last) pumpSoon();
  if (count > 0 || last) return static_cast<std::ptrdiff_t>(count);
  if (!push_) return -2;
  waitForMore();
  return -1;
}

// Takes what is queued when everything taken before has been framed. False: the push was aborted, or its client is
// slow.
bool Http2Stream::fill() {
  if (!push_) return true;
  if (!pending_.empty()) {
    if (socket_ || !pace_.isBelow(static_cast<const StreamSender&>(*push_).options().leastBytesPerSecond)) return true;
    endPush(PushEnd::Slow);
    return false;
  }
  // Frames of a WebSocket stay whole: others may come between them.
  const PushSender::Taken taken = push_->take(pending_, false, socket_ ? SIZE_MAX : pushPiece);
  if (taken.aborted) {
    endPush(PushEnd::Aborted);
    return false;
  }
  if (socket_ && taken.finished) socket_->sentClose();
  if (socket_ ? pending_.empty() && socket_->isOver() : taken.finished) {
    pushFinished_ = true;
    endPush(socket_ ? socket_->why() : PushEnd::Finished);
  }
  return true;
}

void Http2Stream::waitForMore() {
  loop_.deadlines().clear(*this);
  if (socket_) {
    if (!socket_->isDelivering() && !handling_) loop_.deadlines().set(*this, socket_->patience());
    return;
  }
  const StreamOptions& options = static_cast<const StreamSender&>(*push_).options();
  if (!options.heartbeat.empty()) loop_.deadlines().set(*this, options.heartbeatInterval);
}

}  // namespace qodly::http
