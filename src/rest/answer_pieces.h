// Answers that code sends in pieces while it makes them (4D.OutgoingMessage.write): the way from a function of the
// application to the stream of its answer.
#pragma once

#include <memory>

#include "http/push.h"
#include "rest/call.h"
#include "script/library/http_message_class.h"

namespace qodly::rest {

// While it exists, the code that the call runs may send its answer in pieces; a part of a $batch may not. Used by the
// fiber that answers.
class AnswerPieces final : private script::library::PieceSender {
 public:
  explicit AnswerPieces(Call& call);
  ~AnswerPieces() override;  // an answer that has begun and was not finished is cut
  AnswerPieces(const AnswerPieces&) = delete;
  AnswerPieces& operator=(const AnswerPieces&) = delete;

  // A piece was sent: nothing else can be answered any more.
  bool begun() const { return stream_ != nullptr; }
  void finish();
  // The client sees that the answer is not whole: its connection (in HTTP/2, its stream) is reset.
  void abort();

 private:
  void begin(int status, const script::library::MessageHeaders& headers) override;
  bool write(std::string_view bytes) override { return stream_->write(bytes); }
  bool isOpen() const override { return stream_->isOpen(); }

  Call& call_;
  std::shared_ptr<http::StreamSender> stream_;
};

}  // namespace qodly::rest
