#include "http/push.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "http/websocket_frame.h"

namespace qodly::http {

namespace {
constexpr std::size_t capacityKept = 4096;
}

bool PushSender::isOpen() const {
  std::lock_guard lock(mutex_);
  return !finished_ && !aborted_ && !ended_;
}

std::size_t PushSender::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void PushSender::wake() {
  if (target_ == nullptr || wakePending_) return;
  wakePending_ = true;
  target_->pushReady();
}

Pushed PushSender::append(std::string_view head, std::string_view bytes, bool wait) {
  for (;;) {
    std::shared_ptr<Completion<bool>> room;
    {
      std::lock_guard lock(mutex_);
      if (finished_ || aborted_ || ended_) return Pushed::Closed;
      if (queue_.size() + head.size() + bytes.size() <= queueBytes_) {
        queue_.append(head).append(bytes);
        wake();
        return Pushed::Queued;
      }
      if (!wait) return Pushed::Full;
      room = std::make_shared<Completion<bool>>();
      waiting_.push_back(room);
      wake();
    }
    room->wait();
  }
}

void PushSender::finishWith(std::string_view last) {
  std::vector<std::shared_ptr<Completion<bool>>> waiting;
  {
    std::lock_guard lock(mutex_);
    if (finished_ || aborted_ || ended_) return;
    queue_.append(last);
    finished_ = true;
    waiting.swap(waiting_);
    wake();
  }
  for (const auto& room : waiting) room->set(false);
}

void PushSender::abort() {
  std::vector<std::shared_ptr<Completion<bool>>> waiting;
  {
    std::lock_guard lock(mutex_);
    if (aborted_ || ended_) return;
    aborted_ = true;
    queue_.clear();
    waiting.swap(waiting_);
    wake();
  }
  for (const auto& room : waiting) room->set(false);
}

void PushSender::onClose(std::function<void(PushEnd)> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!ended_) {
      onClose_ = std::move(callback);
      return;
    }
  }
  if (callback) callback(why_);
}

void PushSender::attach(PushTarget& target) {
  std::lock_guard lock(mutex_);
  target_ = &target;
}

void PushSender::detach() {
  std::lock_guard lock(mutex_);
  target_ = nullptr;
}

PushSender::Taken PushSender::take(std::string& out, bool chunked, std::size_t most) {
  std::vector<std::shared_ptr<Completion<bool>>> waiting;
  Taken taken;
  {
    std::lock_guard lock(mutex_);
    wakePending_ = false;
    const std::size_t count = std::min(most, queue_.size());
    taken.any = count > 0;
    if (taken.any) {
      if (chunked) fmt::format_to(std::back_inserter(out), "{:x}\r\n", count);
      out.append(queue_, 0, count);
      if (chunked) out.append("\r\n");
    }
    if (count < queue_.size()) {
      queue_.erase(0, count);
    } else if (queue_.capacity() > capacityKept) {
      queue_ = std::string();
    } else {
      queue_.clear();
    }
    taken.finished = finished_ && queue_.empty();
    taken.aborted = aborted_;
    waiting.swap(waiting_);
  }
  for (const auto& room : waiting) room->set(true);
  return taken;
}

std::function<void()> PushSender::end(PushEnd why) {
  std::vector<std::shared_ptr<Completion<bool>>> waiting;
  std::function<void()> callback;
  {
    std::lock_guard lock(mutex_);
    if (ended_) return {};
    ended_ = true;
    why_ = why;
    target_ = nullptr;
    queue_ = std::string();
    waiting.swap(waiting_);
    if (onClose_) callback = [call = std::move(onClose_), why] { call(why); };
    onClose_ = nullptr;
  }
  for (const auto& room : waiting) room->set(false);
  return callback;
}

bool StreamSender::write(std::string_view bytes) {
  const std::size_t piece = std::max<std::size_t>(1, options_.queueBytes / 2);
  do {
    if (append({}, bytes.substr(0, piece), true) != Pushed::Queued) return false;
    bytes.remove_prefix(std::min(piece, bytes.size()));
  } while (!bytes.empty());
  return true;
}

std::string serverSentEvent(std::string_view data, std::string_view event, std::string_view id) {
  std::string out;
  const auto field = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(name).append(": ");
    for (const char c : value) {
      if (c != '\r' && c != '\n' && c != '\0') out += c;
    }
    out += '\n';
  };
  field("event", event);
  field("id", id);
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    out.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  out += '\n';
  return out;
}

Pushed WebSocket::sendText(std::string_view text) {
  if (isValidUtf8(text)) return append(FrameHead(Opcode::Text, text.size()).bytes(), text, false);
  const std::string repaired = repairUtf8(text);
  return append(FrameHead(Opcode::Text, repaired.size()).bytes(), repaired, false);
}

Pushed WebSocket::sendBinary(std::string_view bytes) {
  return append(FrameHead(Opcode::Binary, bytes.size()).bytes(), bytes, false);
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
  std::string frame;
  appendCloseFrame(code, reason, frame);
  finishWith(frame);
}

void WebSocket::onMessage(std::function<void(std::string_view, bool)> callback) {
  auto shared = std::make_shared<std::function<void(std::string_view, bool)>>(std::move(callback));
  std::lock_guard lock(callbackMutex_);
  onMessage_ = std::move(shared);
}

void WebSocket::deliver(std::string_view message, bool isText) {
  std::shared_ptr<std::function<void(std::string_view, bool)>> callback;
  {
    std::lock_guard lock(callbackMutex_);
    callback = onMessage_;
  }
  if (callback && *callback) (*callback)(message, isText);
}

std::uint16_t WebSocket::closeCode() const {
  std::lock_guard lock(callbackMutex_);
  return closeCode_;
}

void WebSocket::setCloseCode(std::uint16_t code) {
  std::lock_guard lock(callbackMutex_);
  closeCode_ = code;
}

std::function<void()> WebSocket::end(PushEnd why) {
  auto callback = PushSender::end(why);
  // What the callbacks hold may hold the sender: let go of it.
  std::lock_guard lock(callbackMutex_);
  onMessage_.reset();
  return callback;
}

}  // namespace qodly::http
