#include "script/library/mail_object.h"

#include <array>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/mail_attachment_class.h"
#include "script/library/mail_date.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

Value textValue(std::string_view text) { return Value::text(text); }

std::string withoutBrackets(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  return repairUtf8(id);
}

class Writing {
 public:
  explicit Writing(vm::Process& process) : process_(process), mail_(Object::make(process.heap())) {}

  Value run(const MimeEntity& message, bool withBody) {
    writeHeaders(message);
    if (withBody) writeBody(message);
    return Value::object(std::move(mail_));
  }

 private:
  void set(std::string_view name, std::string_view text) {
    if (!text.empty()) mail_->set(name, textValue(text));
  }

  void addresses(std::string_view name, std::string_view header) {
    if (header.empty()) return;
    auto list = Collection::make(process_.heap());
    for (const MailAddress& address : parseAddresses(header)) {
      auto object = Object::make(process_.heap());
      object->set("name", address.name.empty() ? Value::null() : textValue(address.name));
      object->set("email", textValue(address.email));
      list->push(Value::object(std::move(object)));
    }
    mail_->set(name, Value::collection(std::move(list)));
  }

  void writeHeaders(const MimeEntity& message) {
    for (const auto& [name, header] :
         {std::pair{"from", "From"}, std::pair{"sender", "Sender"}, std::pair{"replyTo", "Reply-To"},
          std::pair{"to", "To"}, std::pair{"cc", "Cc"}, std::pair{"bcc", "Bcc"}}) {
      addresses(name, message.header(header));
    }
    mail_->set("subject", Value::text(decodeWords(message.header("Subject"))));
    set("messageId", withoutBrackets(message.header("Message-ID")));
    set("inReplyTo", withoutBrackets(message.header("In-Reply-To")));
    set("comments", decodeWords(message.header("Comments")));
    if (const auto moment = readMailDate(message.header("Date"))) set("sendAt", isoSeconds(*moment));
    if (!message.header("References").empty()) {
      auto list = Collection::make(process_.heap());
      for (const std::string_view id : split(message.header("References"), ' ')) {
        if (!trim(id).empty()) list->push(Value::text(withoutBrackets(id)));
      }
      mail_->set("references", Value::collection(std::move(list)));
    }
    mail_->set("headers", headers(message));
  }

  Value headers(const MimeEntity& entity) {
    auto list = Collection::make(process_.heap());
    for (const auto& [name, value] : entity.headers) {
      auto object = Object::make(process_.heap());
      object->set("name", Value::text(repairUtf8(name)));
      object->set("value", Value::text(decodeWords(value)));
      list->push(Value::object(std::move(object)));
    }
    return Value::collection(std::move(list));
  }

  void writeBody(const MimeEntity& message) {
    values_ = Object::make(process_.heap());
    attachments_ = Collection::make(process_.heap());
    mail_->set("bodyStructure", part(message, true));
    mail_->set("bodyValues", Value::object(std::move(values_)));
    if (attachments_->size() > 0) mail_->set("attachments", Value::collection(std::move(attachments_)));
  }

  Value part(const MimeEntity& entity, bool isTop) {
    const ParameterisedHeader type = readParameters(entity.header("Content-Type"));
    const ParameterisedHeader disposition = readParameters(entity.header("Content-Disposition"));
    const std::string media = type.value.empty() ? "text/plain" : type.value;
    auto object = Object::make(process_.heap());
    const std::string id = std::to_string(++parts_);
    object->set("partId", textValue(id));
    object->set("type", textValue(media));
    if (!type.parameter("charset").empty()) object->set("charset", textValue(type.parameter("charset")));
    if (!disposition.value.empty()) object->set("disposition", textValue(disposition.value));
    if (!entity.header("Content-Location").empty()) {
      object->set("location", Value::text(decodeWords(entity.header("Content-Location"))));
    }
    writeLanguage(entity, *object);
    if (!isTop) object->set("headers", headers(entity));
    if (!entity.parts.empty()) {
      auto below = Collection::make(process_.heap());
      for (const MimeEntity& child : entity.parts) below->push(part(child, false));
      object->set("subParts", Value::collection(std::move(below)));
    } else {
      writeLeaf(entity, media, type, disposition, id, *object);
    }
    return Value::object(std::move(object));
  }

  void writeLanguage(const MimeEntity& entity, Object& object) {
    if (entity.header("Content-Language").empty()) return;
    auto list = Collection::make(process_.heap());
    for (const std::string_view language : split(entity.header("Content-Language"), ',')) {
      list->push(textValue(trim(language)));
    }
    object.set("language", Value::collection(std::move(list)));
  }

  // Texts become bodyValues, all else attachments.
  void writeLeaf(const MimeEntity& entity, const std::string& media, const ParameterisedHeader& type,
                 const ParameterisedHeader& disposition, const std::string& id, Object& object) {
    const auto decoded = decodedBody(entity);
    std::string_view name = disposition.parameter("filename");
    if (name.empty()) name = type.parameter("name");
    const bool isText = media.starts_with("text/") && disposition.value != "attachment" && name.empty();
    if (!isText) {
      const std::string cid = withoutBrackets(entity.header("Content-ID"));
      const std::string how = !disposition.value.empty() ? disposition.value : cid.empty() ? "attachment" : "inline";
      attachments_->push(mailAttachmentValue(name.empty() ? defaultName(media) : std::string(name), cid, media,
                                             how == "inline" ? "inline" : "attachment", decoded.value_or(entity.body)));
      return;
    }
    const DecodedText text = decodeText(decoded.value_or(entity.body), type.parameter("charset"));
    const bool problem = text.problem || !decoded;
    auto value = Object::make(process_.heap());
    value->set("value", textValue(text.text));
    value->set("isEncodingProblem", Value::boolean(problem));
    if (problem) object.set("encoding", textValue(lowerAscii(entity.header("Content-Transfer-Encoding"))));
    values_->set(id, Value::object(std::move(value)));
  }

  static std::string defaultName(std::string_view media) {
    return media == "message/rfc822" ? "message.eml" : "attachment";
  }

  vm::Process& process_;
  Ref<Object> mail_, values_;
  Ref<Collection> attachments_;
  int parts_ = 0;
};

Result<Value> convertToMime(vm::Call& call) {
  const auto options = readMailOptions(call.process(), call.at(1), "mailConvertToMIME");
  if (!options) return std::unexpected(options.error());
  const auto message = readMail(call.process(), call.at(0));
  if (!message) return std::unexpected(message.error());
  const std::string mime = mimeOf(*message, *options);
  return Value::text(decodeText(mime, isValidUtf8(mime) ? "UTF-8" : "ISO-8859-1").text);
}

Result<Value> convertFromMime(vm::Call& call) {
  const std::string_view mime = bytesOf(call.at(0)).value_or(call.text(0));
  return mailObject(call.process(), parseEntity(mime));
}

constexpr std::array rows{
    vm::FunctionRow{"mailConvertFromMIME", "(mime: string|blob) : object", &convertFromMime,
                    "The Email object of a MIME message."},
    vm::FunctionRow{"mailConvertToMIME", "(mail: object, options?: object) : string", &convertToMime,
                    "The MIME message of an Email object."},
};

}  // namespace

Value mailObject(vm::Process& process, const MimeEntity& message, bool withBody) {
  return Writing(process).run(message, withBody);
}

std::span<const vm::FunctionRow> mailCommands() { return rows; }

}  // namespace qodly::script::library
