// WebSockets over HTTP/2 (RFC 8441): the stream of an extended CONNECT.
#include <boost/asio/post.hpp>
#include <nghttp2/nghttp2.h>

#include "http/http2_session.h"
#include "http/loop.h"

namespace qodly::http {

namespace {
constexpr std::size_t capacityKept = 4096;
}

// The stream's window bounds what can be here.
void Http2Stream::arrived(std::string_view bytes) {
  if (answered_ && !socket_) {  // refused: nobody reads it
    nghttp2_session_consume_stream(session_->session_, id_, bytes.size());
    return;
  }
  input_.append(bytes);
  if (!socket_) return;
  socket_->heard();
  pumpSoon();
}

void Http2Stream::clientEnded() {
  clientEnded_ = true;
  if (socket_) pumpSoon();
}

// Not within the calls of nghttp2, which receives or sends at that moment.
void Http2Stream::pumpSoon() {
  boost::asio::post(loop_.context(), [self = shared_from_this()] {
    if (self->session_ != nullptr) self->pumpSocket();
  });
}

// One after the other: while a message is delivered, or an answer waits to be sent, the next frame is not looked at.
void Http2Stream::pumpSocket() {
  std::size_t used = 0;
  while (push_ && pending_.empty() && push_->queued() == 0 && !socket_->isOver() && !socket_->isDelivering() &&
         !handling_) {
    std::size_t taken = 0;
    const std::span<char> left(input_.data() + inputRead_, input_.size() - inputRead_);
    const WebSocketPeer::Step step = socket_->next(left, taken, pending_);
    inputRead_ += taken;
    used += taken;
    if (step == WebSocketPeer::Step::Message) deliver();
    if (step != WebSocketPeer::Step::Waiting) continue;
    if (clientEnded_) socket_->vanished();
    break;
  }
  if (inputRead_ == input_.size()) {
    input_.clear();
    inputRead_ = 0;
    if (input_.capacity() > capacityKept) input_.shrink_to_fit();
  }
  if (used > 0) nghttp2_session_consume_stream(session_->session_, id_, used);
  const bool sends = !pending_.empty() || socket_->isOver();
  if (sends) {
    loop_.deadlines().set(*this, loop_.server().options.limits.sendTimeout);
    nghttp2_session_resume_data(session_->session_, id_);
  }
  if (sends || used > 0) session_->host_.wake();
  if (!sends && push_ && push_->queued() == 0) waitForMore();
}

void Http2Stream::deliver() {
  const bool ended = loop_.spawn(socket_->delivery(), [self = shared_from_this()] {
    self->socket_->delivered();
    if (self->session_ != nullptr) self->pumpSocket();
  });
  if (ended) socket_->delivered();
}

void Http2Stream::socketExpired() {
  if (socket_->ping(pending_)) {
    nghttp2_session_resume_data(session_->session_, id_);
    return;
  }
  endPush(socket_->why());
  nghttp2_submit_rst_stream(session_->session_, NGHTTP2_FLAG_NONE, id_, NGHTTP2_CANCEL);
}

}  // namespace qodly::http
