#include "script/library/http_parse.h"

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/http_body.h"
#include "script/library/mail_entity.h"

namespace qodly::script::library {

namespace {

Value headersObject(vm::Process& process, const MimeHeaders& headers) {
  auto object = Object::make(process.heap());
  for (const auto& [name, value] : headers) {
    const std::string key = repairUtf8(name);
    const Value before = object->get(key);
    object->set(key, before.isText() ? Value::text(std::string(before.asText()) + ", " + repairUtf8(value))
                                     : Value::text(repairUtf8(value)));
  }
  return Value::object(std::move(object));
}

std::string withoutBrackets(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  return repairUtf8(id);
}

Value partObject(vm::Process& process, const MimeEntity& part) {
  const ParameterisedHeader type = readParameters(part.header("Content-Type"));
  const ParameterisedHeader disposition = readParameters(part.header("Content-Disposition"));
  auto object = Object::make(process.heap());
  const std::string_view media = type.value.empty() ? std::string_view("text/plain") : std::string_view(type.value);
  object->set("contentType", Value::text(media));
  object->set("contentID", Value::text(withoutBrackets(part.header("Content-ID"))));
  object->set("contentDisposition", Value::text(std::string_view(disposition.value)));
  const std::string_view name = disposition.parameter("name");
  object->set("name", Value::text(name.empty() ? type.parameter("name") : name));
  object->set("fileName", Value::text(disposition.parameter("filename")));
  object->set("headers", headersObject(process, part.headers));
  std::string bytes = decodedBody(part).value_or(part.body);
  const bool isText = isTextType(media) || isJsonType(media);
  object->set("content", isText ? Value::text(decodeText(bytes, type.parameter("charset")).text)
                                : newBlobObject(process, std::move(bytes)));
  return Value::object(std::move(object));
}

void addParts(vm::Process& process, const MimeEntity& entity, Collection& parts) {
  if (entity.parts.empty()) return parts.push(partObject(process, entity));
  for (const MimeEntity& part : entity.parts) addParts(process, part, parts);
}

}  // namespace

Value httpMessageObject(vm::Process& process, std::string_view message) {
  auto object = Object::make(process.heap());
  const std::size_t end = message.find('\n');
  const std::string_view first = trim(message.substr(0, end));
  // Without a start line the text is headers and body.
  const bool isStatus = first.starts_with("HTTP/");
  const bool isRequest = !isStatus && first.contains(" HTTP/");
  if (isStatus || isRequest) message.remove_prefix(end == message.npos ? message.size() : end + 1);
  object->set(isStatus ? "statusLine" : "requestLine",
              Value::text(isStatus || isRequest ? repairUtf8(first) : std::string()));
  MimeHeaders headers = takeHeaders(message);
  object->set("headers", headersObject(process, headers));
  auto parts = Collection::make(process.heap());
  addParts(process, parseBody(std::move(headers), message), *parts);
  object->set("parts", Value::collection(std::move(parts)));
  return Value::object(std::move(object));
}

}  // namespace qodly::script::library
