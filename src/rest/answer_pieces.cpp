#include "rest/answer_pieces.h"

#include "rest/web_exchange.h"
#include "script/vm/process.h"

namespace qodly::rest {

namespace {
// Below it a client blocks a running function for no good reason.
constexpr std::uint64_t leastBytesPerSecond = 1024;
}  // namespace

AnswerPieces::AnswerPieces(Call& call) : call_(call) {
  if (!call.isPart()) call.scripts().extension<script::library::AnswerInPieces>() = {.sender = this};
}

AnswerPieces::~AnswerPieces() {
  if (!call_.isPart()) call_.scripts().extension<script::library::AnswerInPieces>() = {};
  abort();
}

void AnswerPieces::begin(int status, const script::library::MessageHeaders& headers) {
  sendAnswer(call_, {.status = status, .headers = headers, .body = {}});
  if (call_.response.header("Cache-Control").empty()) call_.response.setHeader("Cache-Control", "no-cache");
  stream_ = call_.response.stream({.heartbeat = {}, .leastBytesPerSecond = leastBytesPerSecond});
}

void AnswerPieces::finish() {
  if (stream_) stream_->finish();
}

void AnswerPieces::abort() {
  if (stream_ && stream_->isOpen()) stream_->abort();
}

}  // namespace qodly::rest
