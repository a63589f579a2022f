// Email objects of scripts into messages; declared in mail_object.h.
#include <fmt/format.h>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/io_error.h"
#include "script/library/mail_attachment_class.h"
#include "script/library/mail_object.h"
#include "script/library/option_reader.h"
#include "script/vm/process.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view owner = "Email";
constexpr int maximumDepth = 50;

std::string textOf(const Value& value) {
  if (value.isText()) return std::string(value.asText());
  return value.isMissing() ? std::string() : json::text(value);
}

class Reading {
 public:
  Reading(vm::Process& process, const Value& mail) : process_(process), reader_(process, mail, owner) {}

  Result<MailMessage> run() {
    message_.from = addresses("from");
    message_.sender = addresses("sender");
    message_.replyTo = addresses("replyTo");
    message_.to = addresses("to");
    message_.cc = addresses("cc");
    message_.bcc = addresses("bcc");
    message_.subject = reader_.text("subject").value_or("");
    message_.comments = reader_.text("comments").value_or("");
    message_.messageId = reader_.text("messageId").value_or("");
    message_.inReplyTo =
        textList(reader_.value("inReplyTo")).empty() ? "" : textList(reader_.value("inReplyTo")).front();
    message_.references = textList(reader_.value("references"));
    readDate();
    readBodies();
    message_.headers = headers(reader_.value("headers"));
    if (auto valid = reader_.problem(); !valid) return std::unexpected(valid.error());
    if (auto read = readAttachments(); !read) return std::unexpected(read.error());
    return std::move(message_);
  }

 private:
  void addAddress(const Value& value, std::vector<MailAddress>& out) {
    if (value.isText()) {
      for (MailAddress& address : parseAddresses(value.asText())) out.push_back(std::move(address));
    } else if (value.isObject()) {
      OptionReader reader(process_, value, owner);
      const std::string email(trim(reader.text("email").value_or("")));
      if (!email.empty()) out.push_back({reader.text("name").value_or(""), email});
    }
  }

  std::vector<MailAddress> addresses(std::string_view name) {
    std::vector<MailAddress> found;
    const Value given = reader_.value(name);
    if (given.isCollection()) {
      for (const Value& element : given.asCollection().elements()) addAddress(element, found);
    } else {
      addAddress(given, found);
    }
    return found;
  }

  // A collection of texts, or one text with words.
  static std::vector<std::string> textList(const Value& value) {
    std::vector<std::string> all;
    if (value.isCollection()) {
      for (const Value& element : value.asCollection().elements()) {
        if (element.isText()) all.emplace_back(element.asText());
      }
    } else if (value.isText()) {
      for (const std::string_view word : split(value.asText(), ' ')) {
        if (!trim(word).empty()) all.emplace_back(trim(word));
      }
    }
    return all;
  }

  void readDate() {
    const Value given = reader_.value("sendAt");
    if (given.isText() && !given.asText().empty()) message_.sendAt = parseInstant(given.asText());
    if (given.type() == Type::date && !given.asDate().isNone()) message_.sendAt = startOfDay(given.asDate());
    if (given.type() == Type::instant) message_.sendAt = given.asInstant();
  }

  // The plain text is called stringBody here and textBody in the classic family.
  void readBodies() {
    message_.text = reader_.text("stringBody");
    if (!message_.text) message_.text = reader_.text("textBody");
    message_.html = reader_.text("htmlBody");
    const Value structure = reader_.object("bodyStructure");
    const Value values = reader_.object("bodyValues");
    if (structure.isObject() && values.isObject()) message_.structure = part(structure, values, 0);
  }

  MailPart part(const Value& given, const Value& values, int depth) {
    OptionReader reader(process_, given, owner);
    MailPart read;
    read.type = reader.text("type").value_or("");
    if (read.type.starts_with("string/")) read.type = "text/" + read.type.substr(7);
    read.disposition = reader.text("disposition").value_or("");
    read.location = reader.text("location").value_or("");
    read.headers = headers(reader.value("headers"));
    const Value languages = reader.value("language");
    std::string joined;
    for (const std::string& language : textList(languages)) joined += (joined.empty() ? "" : ", ") + language;
    if (!joined.empty()) read.headers.emplace_back("Content-Language", joined);
    std::string id = textOf(reader.value("partId"));
    if (id.empty()) id = textOf(reader.value("partID"));
    OptionReader bodies(process_, values, owner);
    const Value body = id.empty() ? Value() : bodies.value(id);
    if (body.isObject()) read.text = OptionReader(process_, body, owner).text("value");
    const Value below = reader.value("subParts");
    if (below.isCollection() && depth < maximumDepth) {
      for (const Value& element : below.asCollection().elements()) {
        if (element.isObject()) read.parts.push_back(part(element, values, depth + 1));
      }
    }
    return read;
  }

  std::vector<std::pair<std::string, std::string>> headers(const Value& given) {
    std::vector<std::pair<std::string, std::string>> all;
    if (!given.isCollection()) return all;
    for (const Value& element : given.asCollection().elements()) {
      if (!element.isObject()) continue;
      OptionReader reader(process_, element, owner);
      const auto name = reader.text("name");
      if (name && !name->empty()) all.emplace_back(*name, textOf(reader.value("value")));
    }
    return all;
  }

  Result<> readAttachments() {
    const Value given = reader_.value("attachments");
    if (given.isUndefined()) return {};
    if (!given.isCollection()) return fail(fault::wrongSettings, "Email: \"attachments\" must be a collection.");
    for (const Value& element : given.asCollection().elements()) {
      const auto* attachment = vm::NativeObject::from<MailAttachmentObject>(element);
      if (attachment == nullptr) {
        return fail(fault::wrongSettings, "Email: the elements of \"attachments\" must be 4D.MailAttachment objects.");
      }
      auto file = attachment->file();
      if (!file) return std::unexpected(file.error());
      message_.files.push_back(std::move(*file));
    }
    return {};
  }

  vm::Process& process_;
  OptionReader reader_;
  MailMessage message_;
};

}  // namespace

Result<MailMessage> readMail(vm::Process& process, const Value& mail) { return Reading(process, mail).run(); }

Result<MailOptions> readMailOptions(vm::Process& process, const Value& options, std::string_view who) {
  OptionReader reader(process, options, who);
  MailOptions read;
  const auto mode = [&](std::string_view name, MailCharset& charset) {
    const auto given = reader.text(name);
    if (!given || given->empty()) return;
    const auto known = mailCharset(*given);
    if (known) {
      charset = *known;
    } else {
      reader.refuse(name, "one of the constants kMailMode...");
    }
  };
  mode("headerCharset", read.header);
  mode("bodyCharset", read.body);
  if (auto valid = reader.problem(); !valid) return std::unexpected(valid.error());
  return read;
}

}  // namespace qodly::script::library
