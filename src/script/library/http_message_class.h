// 4D.IncomingMessage and 4D.OutgoingMessage (classes.md 11, 12), and what the HTTP layer gives and takes for them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_bytes.h"
#include "script/library/charset.h"
#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::library {

const vm::NativeClass& incomingMessageClass();
const vm::NativeClass& outgoingMessageClass();

using MessageHeaders = std::vector<std::pair<std::string, std::string>>;

// The body of a request: in memory, or in a file when it is large.
struct MessageBody {
  std::string text;
  std::shared_ptr<const FileBytes> file = {};

  std::string_view view() const { return file ? file->view() : std::string_view(text); }
  // As a blob, which keeps the file.
  Value blob() const;
};

// A request, complete.
struct IncomingRequest {
  std::string verb;    // as sent
  std::string target;  // path and query as sent: "/shop/cart?item=4"
  MessageHeaders headers;
  MessageBody body;
  // The set of texts that are no UTF-8 and name none; empty: what cannot be read of them is U+FFFD.
  std::optional<Charset> characterSet = {};
};
// UTF-8 as it is, other bytes by the set.
std::string requestText(const std::optional<Charset>& set, std::string_view bytes);
Value incomingMessage(vm::Process& process, IncomingRequest request);

// An answer to be sent as it is; the server adds its own headers. 100 <= status <= 599.
struct OutgoingAnswer {
  int status = 200;
  MessageHeaders headers;  // with Content-Type, unless there is no body
  std::string body;
  std::optional<FilePart> file = {};  // sent instead of `body`, without being loaded
};
// Takes the pieces of an answer that code sends while it makes it (4D.OutgoingMessage.write). Lent to a process
// (AnswerInPieces) for as long as its code answers a request. Used by the process's thread.
class PieceSender {
 public:
  virtual ~PieceSender() = default;
  // Before the first piece.
  virtual void begin(int status, const MessageHeaders& headers) = 0;
  // Waits for a slow client (base/wait.h). False: nobody listens any more, the bytes are dropped.
  virtual bool write(std::string_view bytes) = 0;
  virtual bool isOpen() const = 0;
};

// An extension of a process.
struct AnswerInPieces {
  PieceSender* sender = nullptr;  // nullptr: what runs answers no request, or only as a whole
  const void* message = nullptr;  // the one that has begun
};

// nullopt when the value is no 4D.OutgoingMessage. Error: its body cannot be written.
std::optional<Result<OutgoingAnswer>> outgoingAnswer(vm::Process& process, const Value& value);
// Whatever an HTTP request handler returned.
Result<OutgoingAnswer> handlerAnswer(vm::Process& process, const Value& value);

// {label: "Red"}: decoded as classes.md 11 says; the last one of a name wins.
Value queryObject(vm::Process& process, std::string_view query, const std::optional<Charset>& set = {});

}  // namespace qodly::script::library
