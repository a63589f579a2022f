// 4D.IncomingMessage; declared in http_message_class.h.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/charset.h"
#include "script/library/http_body.h"
#include "script/library/http_message_class.h"
#include "script/library/io_error.h"
#include "script/library/mail_entity.h"
#include "value/json.h"
#include "value/json_size.h"
#include "value/picture.h"

namespace qodly::script::library {

namespace {

constexpr std::uint64_t largePiece = 1024 * 1024;  // of a file: larger ones are not copied

class IncomingMessageObject final : public vm::NativeObject {
 public:
  explicit IncomingMessageObject(IncomingRequest whole) : request(std::move(whole)) {}
  static const vm::NativeClass& classOf() { return incomingMessageClass(); }
  const vm::NativeClass& nativeClass() const override { return incomingMessageClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override {
    for (const Value* value : {&path, &query, &headers}) visit(*value);
  }
  IncomingRequest request;
  Value path, query, headers;
  std::uint64_t position = 0;  // of read
};

const IncomingMessageObject& self(const vm::Call& call) {
  return *vm::NativeObject::from<IncomingMessageObject>(call.self());
}

// A '+' is a blank in queries.
std::string decoded(const std::optional<Charset>& set, std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return requestText(set, percentDecode(spaced));
}

std::string valueOf(const std::optional<Charset>& set, std::string_view raw) {
  std::string value = decoded(set, raw);
  if (value.size() >= 2 && value.starts_with('\'') && value.ends_with('\'')) value = value.substr(1, value.size() - 2);
  return value;
}

Value pathCollection(vm::Process& process, std::string_view target) {
  auto list = Collection::make(process.heap());
  for (const std::string_view part : split(target.substr(0, target.find('?')), '/')) {
    if (!part.empty()) list->push(Value::text(repairUtf8(percentDecode(part))));
  }
  return Value::collection(std::move(list));
}

Value headersObject(vm::Process& process, const MessageHeaders& headers) {
  auto object = Object::make(process.heap());
  for (const auto& [name, value] : headers) {
    const std::string lower = repairUtf8(lowerAscii(name));
    const Value before = object->get(lower);
    object->set(lower, before.isText() ? Value::text(std::string(before.asText()) + ", " + repairUtf8(value))
                                       : Value::text(repairUtf8(value)));
  }
  return Value::object(std::move(object));
}

std::string bodyText(const IncomingMessageObject& message) {
  const ParameterisedHeader type = readParameters(headerValue(message.request.headers, "content-type"));
  const auto named = Charset::named(type.parameter("charset"));
  if (named) return named->decodeMarked(message.request.body.view());
  const std::string_view bytes = message.request.body.view();
  const bool usual = !message.request.characterSet || isValidUtf8(bytes) || markedCharset(bytes);
  return (usual ? Charset::utf8() : *message.request.characterSet).decodeMarked(bytes);
}

Result<Value> url(vm::Call& call) { return Value::text(repairUtf8(self(call).request.target)); }
Result<Value> urlPath(vm::Call& call) { return self(call).path; }
Result<Value> urlQuery(vm::Call& call) { return self(call).query; }
Result<Value> verb(vm::Call& call) { return Value::text(std::string_view(self(call).request.verb)); }
Result<Value> headers(vm::Call& call) { return self(call).headers; }

Result<Value> getHeader(vm::Call& call) {
  return self(call).headers.asObject().find(lowerAscii(call.text(0))) != nullptr
             ? self(call).headers.asObject().get(lowerAscii(call.text(0)))
             : Value::text("");
}

Result<Value> getText(vm::Call& call) { return Value::text(bodyText(self(call))); }
Result<Value> getBlob(vm::Call& call) { return self(call).request.body.blob(); }

// The body piece by piece; null behind its end. What lies in a file stays there.
Result<Value> read(vm::Call& call) {
  constexpr double usual = 64.0 * 1024;
  auto& message = *vm::NativeObject::from<IncomingMessageObject>(call.self());
  const double wanted = call.at(0).isMissing() ? usual : call.number(0);
  if (!(wanted >= 1)) return std::unexpected(call.wrongArgument(0, "a number of bytes from 1 on"));
  const MessageBody& body = message.request.body;
  const std::uint64_t left = body.view().size() - message.position;
  if (left == 0) return Value::null();
  const std::uint64_t count = wanted >= static_cast<double>(left) ? left : static_cast<std::uint64_t>(wanted);
  const std::uint64_t from = std::exchange(message.position, message.position + count);
  if (body.file && count > largePiece) return newBlobObject(body.file->slice(from, count));
  return newBlobObject(call.process(), std::string(body.view().substr(from, count)));
}

Result<Value> getJson(vm::Call& call) {
  const std::string text = bodyText(self(call));
  if (trim(text).empty()) return fail(fault::malformedJson, "The request has no body: there is no JSON to read.");
  if (!json::hasAtMostValues(text, json::mostValuesOfRequest)) {
    return fail(fault::limitReached, "The JSON of a request has at most 1,000,000 values.");
  }
  return json::parse(text, {.heap = &call.process().heap()});
}

Result<Value> getPicture(vm::Call& call) {
  const ParameterisedHeader type = readParameters(headerValue(self(call).request.headers, "content-type"));
  const std::string_view body = self(call).request.body.view();
  if (!type.value.starts_with("image/") || !isPicture(body)) return Value::null();
  return Value::picture(std::string(body), type.value);
}

constexpr std::array functions{
    vm::FunctionRow{"getHeader", "(key: string) : string", &getHeader, "A header by its name in any case."},
    vm::FunctionRow{"getText", "() : string", &getText, "The body as a text."},
    vm::FunctionRow{"getBlob", "() : blob", &getBlob, "The bytes of the body."},
    vm::FunctionRow{"read", "(bytes?: number) : 4D.Blob", &read,
                    "The next bytes of the body, 64 KB when not said; null when there are no more."},
    vm::FunctionRow{"getJSON", "() : variant", &getJson, "The body read as JSON."},
    vm::FunctionRow{"getPicture", "() : picture", &getPicture, "The body as a picture; null when it is none."},
};

constexpr std::array properties{
    vm::PropertyRow{"url", "string", &url, nullptr, "Path and query as sent."},
    vm::PropertyRow{"urlPath", "collection", &urlPath, nullptr, "The parts of the path."},
    vm::PropertyRow{"urlQuery", "object", &urlQuery, nullptr, "The parameters of the query."},
    vm::PropertyRow{"verb", "string", &verb, nullptr, "The HTTP verb."},
    vm::PropertyRow{"headers", "object", &headers, nullptr, "All headers, names in lower case."},
};

constexpr vm::NativeClass definition{"IncomingMessage", "Object", functions,
                                     properties,        nullptr,  "A request that an HTTP request handler answers."};

}  // namespace

const vm::NativeClass& incomingMessageClass() { return definition; }

Value MessageBody::blob() const { return file ? newBlobObject(file) : Value::blob(text); }

std::string requestText(const std::optional<Charset>& set, std::string_view bytes) {
  return set && !isValidUtf8(bytes) ? set->decode(bytes) : repairUtf8(bytes);
}

Value queryObject(vm::Process& process, std::string_view query, const std::optional<Charset>& set) {
  auto object = Object::make(process.heap());
  for (const std::string_view pair : split(query, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    object->set(decoded(set, pair.substr(0, equals)), Value::text(valueOf(set, value)));
  }
  return Value::object(std::move(object));
}

Value incomingMessage(vm::Process& process, IncomingRequest request) {
  std::ranges::transform(request.verb, request.verb.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  Ref<Handle> handle(new IncomingMessageObject(std::move(request)));  // NOLINT(cppcoreguidelines-owning-memory)
  auto& message = static_cast<IncomingMessageObject&>(*handle);
  const std::string_view target = message.request.target;
  const std::size_t mark = target.find('?');
  message.path = pathCollection(process, target);
  message.query = queryObject(process, mark == target.npos ? std::string_view() : target.substr(mark + 1),
                              message.request.characterSet);
  message.headers = headersObject(process, message.request.headers);
  return Value::handle(std::move(handle));
}

}  // namespace qodly::script::library
