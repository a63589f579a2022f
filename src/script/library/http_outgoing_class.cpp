// 4D.OutgoingMessage; declared in http_message_class.h.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "script/library/blob_class.h"
#include "script/library/blob_value.h"
#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/http_message_class.h"
#include "script/library/io_error.h"
#include "script/library/json_text.h"
#include "script/library/status_value.h"
#include "script/library/web_commands.h"
#include "script/vm/large_blob.h"
#include "script/vm/machine.h"
#include "value/media_name.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view contentType = "Content-Type";

class OutgoingMessageObject final : public vm::NativeObject {
 public:
  static const vm::NativeClass& classOf() { return outgoingMessageClass(); }
  const vm::NativeClass& nativeClass() const override { return outgoingMessageClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override {
    visit(body);
    visit(headers);
    visit(properties);
  }
  Object* openProperties() override { return &properties.asObject(); }
  Value body, headers;
  Value properties;  // others that code gave it; they are not sent
  std::int64_t status = 200;
  bool begun = false;  // its head has been sent
};

OutgoingMessageObject& self(const vm::Call& call) {
  return *vm::NativeObject::from<OutgoingMessageObject>(call.self());
}

// "" for what cannot be a body.
std::string typeOfBody(const Value& body) {
  if (body.isText()) return "text/plain; charset=UTF-8";
  if (const auto* file = vm::NativeObject::from<FileObject>(body)) return std::string(webTypeOf(file->place().name()));
  if (bytesOf(body)) return "application/octet-stream";
  if (body.isObject() || body.isCollection()) return "application/json; charset=UTF-8";
  if (body.type() == Type::picture) {
    const std::string_view media = withoutMediaName(body.asBlob().mediaType);
    return media.starts_with("image/") ? std::string(media) : "image/png";
  }
  return "";
}

// The property that a header has already, whatever its case; else the name itself.
std::string headerKey(const Object& headers, std::string_view name) {
  for (const auto& member : headers.members()) {
    if (equalsIgnoringAsciiCase(member.name, name)) return member.name;
  }
  return std::string(name);
}

void setHeaderOf(OutgoingMessageObject& message, std::string_view name, std::string_view value) {
  Object& headers = message.headers.asObject();
  headers.set(headerKey(headers, name), Value::text(value));
}

// Status and headers stand before the body: they cannot change behind the first piece of it.
Result<> checkNotBegun(const OutgoingMessageObject& message) {
  if (!message.begun) return {};
  return fail(fault::readOnly,
              "The answer has begun with write: its status, headers and body cannot be changed any more.");
}

Result<Value> body(vm::Call& call) { return self(call).body; }
Result<> assignBody(vm::Call& call, const Value& value) {
  if (auto may = checkNotBegun(self(call)); !may) return may;
  self(call).body = value;
  return {};
}
Result<Value> headers(vm::Call& call) { return self(call).headers; }
Result<Value> status(vm::Call& call) { return numberValue(static_cast<double>(self(call).status)); }

Result<Value> setBody(vm::Call& call) {
  if (auto may = checkNotBegun(self(call)); !may) return std::unexpected(may.error());
  const std::string type = typeOfBody(call.at(0));
  if (type.empty())
    return std::unexpected(call.wrongArgument(0, "a text, a blob, a file, an object, a collection or a picture"));
  self(call).body = call.at(0);
  setHeaderOf(self(call), contentType, type);
  return Value();
}

bool isHeaderName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return c > 32 && c < 127 && !std::string_view("()<>@,;:\\\"/[]?={}").contains(c);
  });
}

Result<Value> setHeader(vm::Call& call) {
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    if (!call.at(index).isText()) return std::unexpected(call.wrongArgument(index, "a text"));
  }
  if (auto may = checkNotBegun(self(call)); !may) return std::unexpected(may.error());
  const std::string_view name = call.text(0), value = call.text(1);
  if (!isHeaderName(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
    return fail(fault::wrongSettings, fmt::format("\"{}\" cannot be set as a header: its name or value has a character "
                                                  "that is not allowed.",
                                                  repairUtf8(name)));
  }
  setHeaderOf(self(call), name, value);
  return Value();
}

Result<Value> setStatus(vm::Call& call) {
  const Value& given = call.at(0);
  const bool whole = given.isNumber() && given.asNumber() == static_cast<double>(call.integer(0));
  if (!whole) return std::unexpected(call.wrongArgument(0, "a whole number"));
  if (auto may = checkNotBegun(self(call)); !may) return std::unexpected(may.error());
  self(call).status = call.integer(0);
  return Value();
}

// --- Answers in pieces

constexpr int noRequest = -20027;

MessageHeaders headersOf(const OutgoingMessageObject& message) {
  MessageHeaders headers;
  for (const auto& member : message.headers.asObject().members()) {
    if (member.value.isText()) headers.emplace_back(member.name, member.value.asText());
  }
  return headers;
}

bool hasContentType(const MessageHeaders& headers) {
  return std::ranges::any_of(headers,
                             [](const auto& header) { return equalsIgnoringAsciiCase(header.first, contentType); });
}

int statusToSend(const OutgoingMessageObject& message) {
  return message.status >= 100 && message.status <= 599 ? static_cast<int>(message.status) : 500;
}

// Sends the head with the first piece, whose kind gives the Content-Type when nothing else has.
Result<PieceSender*> begunSender(vm::Call& call, const Value& first) {
  OutgoingMessageObject& message = self(call);
  auto* slot = call.process().findExtension<AnswerInPieces>();
  if (slot == nullptr || slot->sender == nullptr) {
    return fail(noRequest,
                "There is no request here that could be answered in pieces: only HTTP request handlers and "
                "functions that REST calls, outside $batch, can use write.");
  }
  if (message.begun && slot->message == &message) return slot->sender;
  if (slot->message != nullptr || message.begun) {
    return fail(noRequest, "The request is answered by another message already.");
  }
  if (!message.body.isMissing()) {
    return fail(noRequest, "The message has a body already: it is sent as a whole, or made by write alone.");
  }
  MessageHeaders headers = headersOf(message);
  if (!hasContentType(headers)) headers.emplace_back(contentType, typeOfBody(first));
  message.begun = true;
  slot->message = &message;
  slot->sender->begin(statusToSend(message), headers);
  return slot->sender;
}

// The file is read while it is sent.
Result<bool> writeFile(PieceSender& sender, const FilePart& part) {
  std::vector<char> buffer(64 * 1024);
  for (std::uint64_t done = 0; done < part.length;) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), part.length - done));
    const ssize_t count =
        ::pread(part.file->descriptor(), buffer.data(), wanted, static_cast<off_t>(part.offset + done));
    if (count <= 0) return fail(fault::inputOutput, "The file became shorter while it was sent.");
    if (!sender.write({buffer.data(), static_cast<std::size_t>(count)})) return false;
    done += static_cast<std::uint64_t>(count);
  }
  return true;
}

Result<bool> writePiece(PieceSender& sender, const Value& piece) {
  if (piece.isText()) return sender.write(piece.asText());
  if (const auto* object = vm::NativeObject::from<FileObject>(piece)) {
    const auto opened = file::open(object->place());
    if (!opened) return std::unexpected(opened.error());
    return writeFile(sender, *opened);
  }
  if (const auto large = vm::LargeBlob::bytesOf(piece)) return writeFile(sender, large->part());
  return sender.write(bytesOf(piece).value_or(std::string_view()));
}

Result<Value> write(vm::Call& call) {
  const Value& piece = call.at(0);
  const bool isFile = vm::NativeObject::from<FileObject>(piece) != nullptr;
  if (!piece.isText() && !isFile && !bytesOf(piece)) {
    return std::unexpected(call.wrongArgument(0, "a text, a blob or a file"));
  }
  const auto sender = begunSender(call, piece);
  if (!sender) return std::unexpected(sender.error());
  if (auto running = call.process().checkpoint(); !running) return std::unexpected(running.error());
  // The client's time is not the program's.
  const vm::Machine::ClockStop stopped(call.process().machine());
  const auto taken = writePiece(**sender, piece);
  if (!taken) return std::unexpected(taken.error());
  return Value::boolean(*taken);
}

Result<Value> closed(vm::Call& call) {
  const auto* slot = call.process().findExtension<AnswerInPieces>();
  const bool mine = slot != nullptr && slot->sender != nullptr && slot->message == &self(call);
  return Value::boolean(self(call).begun && (!mine || !slot->sender->isOpen()));
}

Result<Value> newMessage(vm::Call& call) {
  Ref<Handle> handle(new OutgoingMessageObject);  // NOLINT(cppcoreguidelines-owning-memory)
  auto& message = static_cast<OutgoingMessageObject&>(*handle);
  message.headers = call.process().newObject();
  message.properties = call.process().newObject();
  return Value::handle(std::move(handle));
}

constexpr vm::FunctionRow constructorRow{"new", "() : 4D.OutgoingMessage", &newMessage,
                                         "An empty answer with status 200."};

constexpr std::array functions{
    vm::FunctionRow{"setBody", "(body: variant)", &setBody, "Sets the body and the Content-Type that goes with it."},
    vm::FunctionRow{"setHeader", "(key: variant, value: variant)", &setHeader, "Sets a header."},
    vm::FunctionRow{"setStatus", "(status: variant)", &setStatus, "Sets the HTTP status."},
    vm::FunctionRow{"write", "(piece: variant) : boolean", &write,
                    "Sends a piece of the body (a text, a blob or a file), waiting for a slow client. The first piece "
                    "sends status and headers before it. False: the client has gone."},
};

constexpr std::array properties{
    vm::PropertyRow{"body", "variant", &body, &assignBody, "The body: a text, a blob, a file, an object or a picture."},
    vm::PropertyRow{"headers", "object", &headers, nullptr, "The headers set so far."},
    vm::PropertyRow{"status", "integer", &status, nullptr, "The HTTP status."},
    vm::PropertyRow{"closed", "boolean", &closed, nullptr,
                    "True when write has begun and nobody takes further pieces: the client has gone."},
};

constexpr vm::NativeClass definition{
    "OutgoingMessage", "Object", functions, properties, &constructorRow, "An HTTP answer made by code.", true};

Result<std::string> bytesOfBody(vm::Process& process, const Value& value) {
  if (value.isMissing()) return std::string();
  if (value.isText()) return std::string(value.asText());
  if (const auto bytes = bytesOf(value)) return std::string(*bytes);
  if (value.type() == Type::picture) {
    const auto picture = loadedBlob(process, value);
    if (!picture) return std::unexpected(picture.error());
    return picture->asBlob().bytes;
  }
  return jsonText(process, value);
}

// What lies in a file is sent from there.
Result<> putBody(vm::Process& process, const Value& value, OutgoingAnswer& answer) {
  if (const auto large = vm::LargeBlob::bytesOf(value)) {
    answer.file = large->part();
    return {};
  }
  if (const auto* object = vm::NativeObject::from<FileObject>(value)) {
    auto opened = file::open(object->place());
    if (!opened) return std::unexpected(opened.error());
    answer.file = std::move(*opened);
    return {};
  }
  auto bytes = bytesOfBody(process, value);
  if (!bytes) return std::unexpected(bytes.error());
  answer.body = std::move(*bytes);
  return {};
}

}  // namespace

const vm::NativeClass& outgoingMessageClass() { return definition; }

std::optional<Result<OutgoingAnswer>> outgoingAnswer(vm::Process& process, const Value& value) {
  const auto* message = vm::NativeObject::from<OutgoingMessageObject>(value);
  if (message == nullptr) return std::nullopt;
  OutgoingAnswer answer;
  answer.status = statusToSend(*message);
  answer.headers = headersOf(*message);
  const bool hasType = hasContentType(answer.headers);
  if (auto put = putBody(process, message->body, answer); !put) return std::unexpected(put.error());
  const std::string type = typeOfBody(message->body);
  if (!hasType && !type.empty()) answer.headers.emplace_back(contentType, type);
  return answer;
}

Result<OutgoingAnswer> handlerAnswer(vm::Process& process, const Value& value) {
  if (auto answer = outgoingAnswer(process, value)) return std::move(*answer);
  OutgoingAnswer answer;
  if (auto put = putBody(process, value, answer); !put) return std::unexpected(put.error());
  if (value.isMissing()) return answer;
  // Numbers, booleans and dates are sent as texts.
  std::string type = typeOfBody(value);
  const bool isHandle = value.type() == Type::handle;
  if (type.empty()) type = isHandle ? "application/json; charset=UTF-8" : "text/plain; charset=UTF-8";
  if (!isHandle && answer.body.size() >= 2 && answer.body.starts_with('"') && !value.isText()) {
    answer.body = answer.body.substr(1, answer.body.size() - 2);
  }
  answer.headers.emplace_back(contentType, type);
  return answer;
}

}  // namespace qodly::script::library
