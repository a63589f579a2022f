#include "http/http2_session.h"

#include <algorithm>

#include <nghttp2/nghttp2.h>
#include <spdlog/spdlog.h>

#include "http/ascii.h"
#include "http/loop.h"

namespace qodly::http {

namespace {

constexpr std::uint32_t mostStreams = 100;
constexpr double resetBurst = 200, resetsPerSecond = 20;
constexpr std::size_t mostUselessFrames = 10'000;
constexpr std::int32_t connectionWindow = 1024 * 1024;

nghttp2_nv pairOf(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

bool isHopByHop(std::string_view name) {
  return sameToken(name, "Connection") || sameToken(name, "Transfer-Encoding") || sameToken(name, "Keep-Alive") ||
         sameToken(name, "Upgrade") || sameToken(name, "Proxy-Connection");
}

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& of(void* user) { return *static_cast<Http2Session*>(user); }

  static int beginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
      of(user).beginStream(frame->hd.stream_id);
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t nameSize,
                    const std::uint8_t* value, std::size_t valueSize, std::uint8_t, void* user) {
    Http2Stream* stream = of(user).find(frame->hd.stream_id);
    if (stream == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // trailers carry nothing for us
    const std::string_view nameText(reinterpret_cast<const char*>(name), nameSize);
    const std::string_view valueText(reinterpret_cast<const char*>(value), valueSize);
    stream->addField(nameText, valueText);
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Session& session = of(user);
    const bool useful = frame->hd.type == NGHTTP2_HEADERS || (frame->hd.type == NGHTTP2_DATA && frame->hd.length > 0) ||
                        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!useful && frame->hd.type != NGHTTP2_WINDOW_UPDATE && ++session.uselessFrames_ > mostUselessFrames) {
      session.complain();
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS) session.arrived_ += frame->hd.length;
    Http2Stream* stream = session.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    // What follows the head of an extended CONNECT is no body.
    if (ends || stream->isConnect()) session.endOfRequest(*stream);
    if (ends && stream->isConnect()) stream->clientEnded();
    return 0;
  }

  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                  void* user) {
    Http2Session& session = of(user);
    session.arrived_ += size;
    Http2Stream* stream = session.find(id);
    if (stream != nullptr && stream->isConnect()) {
      nghttp2_session_consume_connection(session.session_, size);
      stream->arrived({reinterpret_cast<const char*>(bytes), size});
      return 0;
    }
    nghttp2_session_consume(session.session_, id, size);
    if (stream == nullptr || stream->fault_ != Http2Stream::Fault::None) return 0;
    const std::uint64_t limit = session.host_.loop.gate().live().bodyBytes;
    if (session.heldBodies_ + size > limit) {
      session.drop(*stream, Http2Stream::Fault::Body);
      return 0;
    }
    session.heldBodies_ += size;
    stream->held_ += size;
    if (!stream->body_.append({reinterpret_cast<const char*>(bytes), size}))
      session.drop(*stream, Http2Stream::Fault::Room);
    return 0;
  }

  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    of(user).forget(id);
    return 0;
  }

  static int received(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
    if (head->type != NGHTTP2_RST_STREAM || of(user).countReset()) return 0;
    of(user).complain();
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // Streams that the client makes us reset cost as much as those that it resets.
  static int sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (ends) of(user).answerSent(frame->hd.stream_id);
    const bool refused = frame->hd.type == NGHTTP2_RST_STREAM && frame->rst_stream.error_code != NGHTTP2_NO_ERROR;
    if (refused && !of(user).countReset()) of(user).complain();
    return 0;
  }

  static ssize_t body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    Http2Stream* stream = of(user).find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    bool last = false;
    const std::ptrdiff_t count = stream->read(reinterpret_cast<char*>(into), size, last);
    if (count == -1) return NGHTTP2_ERR_DEFERRED;
    if (count < 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return count;
  }
};

Http2Session::Http2Session(Host host)
    : host_(std::move(host)), resetsLeft_(resetBurst), resetsAt_(std::chrono::steady_clock::now()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::beginHeaders);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, Callbacks::received);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Callbacks::sent);
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  nghttp2_option_set_max_send_header_block_length(options, 128 * 1024);
  nghttp2_option_set_max_deflate_dynamic_table_size(options, 4096);
  nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_session_server_new2(&session_, callbacks, this, options);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
  const auto headBytes = static_cast<std::uint32_t>(host_.loop.server().options.limits.headBytes);
  const std::array<nghttp2_settings_entry, 4> settings{{{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, mostStreams},
                                                        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, headBytes},
                                                        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 256 * 1024},
                                                        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1}}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connectionWindow);
  host_.loop.counters().http2Connections.add();
}

Http2Session::~Http2Session() {
  close(PushEnd::Client);
  nghttp2_session_del(session_);
}

void Http2Session::close(PushEnd why) {
  auto streams = std::move(streams_);
  streams_.clear();
  for (const auto& [id, stream] : streams) {
    stream->endPush(why);
    stream->closed();
  }
}

bool Http2Session::receive(std::string_view bytes) {
  if (broken_) return false;
  inReceive_ = true;
  const ssize_t taken =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  inReceive_ = false;
  if (taken < 0) {
    broken_ = true;
    if (taken != NGHTTP2_ERR_CALLBACK_FAILURE) {
      nghttp2_session_terminate_session(
          session_, taken == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
    }
    return false;
  }
  runReady();
  return true;
}

void Http2Session::complain() {
  broken_ = true;
  nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::produce(std::string& out, std::size_t most) {
  while (out.size() < most) {
    const std::uint8_t* data = nullptr;
    const ssize_t count = nghttp2_session_mem_send(session_, &data);
    if (count < 0) broken_ = true;
    if (count <= 0) return;
    out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(count));
  }
}

bool Http2Session::finished() const {
  if (nghttp2_session_want_write(session_) != 0) return false;
  return broken_ || nghttp2_session_want_read(session_) == 0;
}

void Http2Session::shutDown() {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  for (const auto& [id, stream] : streams_) {
    if (stream->push_ && (!stream->handling_ || stream->socket_)) stream->push_->finishForStop();
  }
}

Http2Stream* Http2Session::find(std::int32_t id) {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.get();
}

void Http2Session::beginStream(std::int32_t id) {
  streams_[id] = std::make_shared<Http2Stream>(*this, id);
  ++receiving_;
}

void Http2Session::endOfRequest(Http2Stream& stream) {
  if (std::exchange(stream.complete_, true)) return;
  --receiving_;
  uselessFrames_ = 0;
  ready_.push_back(stream.id_);
}

void Http2Session::runReady() {
  // A handler that ends at once may make further streams ready only through receive().
  const auto ready = std::exchange(ready_, {});
  for (const std::int32_t id : ready) {
    if (Http2Stream* stream = find(id)) stream->start();
  }
}

// What has come of the body is of no use any more.
void Http2Session::drop(Http2Stream& stream, Http2Stream::Fault fault) {
  stream.fault_ = fault;
  heldBodies_ -= std::exchange(stream.held_, 0);
  stream.body_.clear();
}

// A client that has asked for another protocol and got an ordinary answer would leave its direction open.
void Http2Session::answerSent(std::int32_t id) {
  const Http2Stream* stream = find(id);
  if (stream == nullptr || !stream->isConnect() || stream->clientEnded_) return;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
}

// A client that opens streams and resets them makes work without ever waiting for it.
bool Http2Session::countReset() {
  host_.loop.counters().http2Resets.add();
  const auto now = std::chrono::steady_clock::now();
  const double passed = std::chrono::duration<double>(now - resetsAt_).count();
  resetsAt_ = now;
  resetsLeft_ = std::min(resetBurst, resetsLeft_ + passed * resetsPerSecond) - 1;
  return resetsLeft_ >= 0;
}

void Http2Session::forget(std::int32_t id) {
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  const std::shared_ptr<Http2Stream> stream = std::move(at->second);
  streams_.erase(at);
  if (!stream->complete_) --receiving_;
  heldBodies_ -= stream->held_;
  heldAnswers_ -= stream->heldAnswer_;
  stream->endPush(stream->pushFinished_ ? PushEnd::Finished : PushEnd::Client);
  stream->closed();
}

// The head is the one of HTTP/1.1, taken apart: both protocols say the same.
void Http2Session::submit(Http2Stream& stream, bool withBody) {
  headText_.clear();
  host_.loop.answers().appendHead(stream.request_, stream.framing_, stream.response_, true, headText_);
  for (std::size_t line = headText_.find("\r\n") + 2; line < headText_.size();) {
    const std::size_t colon = headText_.find(':', line);
    for (std::size_t i = line; i < colon && i < headText_.size(); ++i) headText_[i] = ascii::lower(headText_[i]);
    line = headText_.find("\r\n", line) + 2;
  }
  std::vector<nghttp2_nv> fields;
  fields.push_back(pairOf(":status", std::string_view(headText_).substr(9, 3)));
  std::string_view left = std::string_view(headText_).substr(headText_.find("\r\n") + 2);
  while (!left.empty()) {
    const std::size_t end = left.find("\r\n");
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || isHopByHop(line.substr(0, colon))) continue;
    fields.push_back(pairOf(line.substr(0, colon), trimBlanks(line.substr(colon + 1))));
  }
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::body;
  nghttp2_submit_response(session_, stream.id_, fields.data(), fields.size(), withBody ? &provider : nullptr);
  if (withBody) host_.loop.deadlines().set(stream, host_.loop.server().options.limits.sendTimeout);
  if (!inReceive_) host_.wake();
}

}  // namespace qodly::http
