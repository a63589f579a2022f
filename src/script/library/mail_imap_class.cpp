#include "script/library/mail_imap_class.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/io_error.h"
#include "script/library/mail_box_transporter.h"
#include "script/library/mail_imap_values.h"
#include "script/library/mail_object.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view owner = "4D.IMAPTransporter";
constexpr std::string_view codeName = "errcode";

class ImapTransporterObject final : public MailBoxTransporter<ImapClient> {
 public:
  using MailBoxTransporter::MailBoxTransporter;
  static const vm::NativeClass& classOf() { return imapTransporterClass(); }
  const vm::NativeClass& nativeClass() const override { return imapTransporterClass(); }
};

std::chrono::seconds delayOf(const TransporterSettings& settings) {
  return std::chrono::seconds(static_cast<std::int64_t>(std::clamp(settings.checkDelay, 0.0, 1e6)));
}

ImapTransporterObject& self(const vm::Call& call) {
  return *vm::NativeObject::from<ImapTransporterObject>(call.self());
}

// Runs `work(client)` on a helper thread.
template <class Work>
auto with(vm::Call& call, Work work) {
  return self(call).run(call.process(), std::move(work));
}

// The server's refusal is a status; everything else is raised as well.
Result<Value> statusOf(vm::Call& call, const Result<std::string>& outcome) {
  vm::Process& process = call.process();
  auto status = Object::make(process.heap());
  status->set("success", Value::boolean(outcome.has_value()));
  status->set("statusText",
              Value::text(outcome ? std::string_view(*outcome) : std::string_view(outcome.error().message())));
  if (!outcome) {
    if (auto running = process.checkpoint(); !running) return std::unexpected(running.error());
    if (outcome.error().code() != ImapClient::refused) {
      status->set("errors", errorCollection(process, {&outcome.error(), 1}, codeName));
      transporter::raiseLater(process, outcome.error());
    }
  }
  return Value::object(std::move(status));
}

Result<Value> checkConnection(vm::Call& call) {
  return transporter::connectionStatus(call.process(), with(call, [](ImapClient& client) { return client.check(); }),
                                       codeName);
}

// --- Flags, copies

Result<Value> changeFlags(vm::Call& call, bool add) {
  const auto set = imap::idSet(call, 0);
  if (!set) return std::unexpected(set.error());
  const auto flags = imap::flagsOf(call.process(), call.at(1));
  if (!flags) return std::unexpected(flags.error());
  if (!*set || flags->empty()) return statusOf(call, std::string("Nothing to do"));
  return statusOf(call, with(call, [set = **set, add, flags = *flags](ImapClient& client) {
                    return client.store(set, add, flags);
                  }));
}
Result<Value> addFlags(vm::Call& call) { return changeFlags(call, true); }
Result<Value> removeFlags(vm::Call& call) { return changeFlags(call, false); }

Result<Value> remove(vm::Call& call) {
  const auto set = imap::idSet(call, 0);
  if (!set) return std::unexpected(set.error());
  if (!*set) return statusOf(call, std::string("Nothing to do"));
  return statusOf(call, with(call, [set = **set](ImapClient& client) { return client.store(set, true, "\\Deleted"); }));
}

Result<Value> transferTo(vm::Call& call, Result<std::string> (ImapClient::*how)(std::string_view, std::string_view)) {
  const auto set = imap::idSet(call, 0);
  if (!set) return std::unexpected(set.error());
  if (!*set) return statusOf(call, std::string("Nothing to do"));
  return statusOf(call, with(call, [set = **set, box = std::string(call.text(1)), how](ImapClient& client) {
                    return (client.*how)(set, box);
                  }));
}
Result<Value> copy(vm::Call& call) { return transferTo(call, &ImapClient::copy); }
Result<Value> move(vm::Call& call) { return transferTo(call, &ImapClient::move); }
Result<Value> expunge(vm::Call& call) {
  return statusOf(call, with(call, [](ImapClient& client) { return client.expunge(); }));
}

Result<Value> append(vm::Call& call) {
  vm::Process& process = call.process();
  auto message = readMail(process, call.at(0));
  if (!message) return std::unexpected(message.error());
  const auto charsets = readMailOptions(process, call.at(2), owner);
  if (!charsets) return std::unexpected(charsets.error());
  const auto flags = imap::flagsOf(process, OptionReader(process, call.at(0), owner).value("keywords"));
  if (!flags) return std::unexpected(flags.error());
  return statusOf(call, with(call,
                             [message = std::move(*message), charsets = *charsets, flags = *flags,
                              box = std::string(call.text(1))](ImapClient& client) -> Result<std::string> {
                               const std::string target = box.empty() ? client.selected() : box;
                               if (target.empty())
                                 return fail(fault::wrongSettings, "No mail box is selected nor named.");
                               return client.append(target, flags, mimeOf(message, charsets));
                             }));
}

// --- Boxes

Result<Value> boxCommand(vm::Call& call, std::string_view verb) {
  return statusOf(call, with(call, [verb, box = std::string(call.text(0))](ImapClient& client) {
                    return client.boxCommand(verb, box);
                  }));
}
Result<Value> createBox(vm::Call& call) { return boxCommand(call, "CREATE"); }
Result<Value> deleteBox(vm::Call& call) { return boxCommand(call, "DELETE"); }
Result<Value> subscribe(vm::Call& call) { return boxCommand(call, "SUBSCRIBE"); }
Result<Value> unsubscribe(vm::Call& call) { return boxCommand(call, "UNSUBSCRIBE"); }
Result<Value> renameBox(vm::Call& call) {
  return statusOf(call, with(call, [from = std::string(call.text(0)), to = std::string(call.text(1))](
                                       ImapClient& client) { return client.rename(from, to); }));
}

Result<Value> getBoxInfo(vm::Call& call) {
  std::string box(call.text(0));
  const auto info = with(call, [box](ImapClient& client) -> Result<std::pair<std::string, ImapBoxStatus>> {
    const std::string name = box.empty() ? client.selected() : box;
    if (name.empty()) return fail(fault::wrongSettings, "No mail box is selected nor named.");
    auto status = client.status(name);
    if (!status) return std::unexpected(status.error());
    return std::pair(name, *status);
  });
  if (!info) return std::unexpected(info.error());
  const Value object = imap::boxObject(call.process(), info->first, info->second);
  object.asObject().set("mailUnseen", numberValue(static_cast<double>(info->second.unseen)));
  return object;
}

struct ListOptions {
  bool subscribed = false, properties = true, info = false;
  std::vector<std::string> names;
};

ListOptions listOptions(vm::Process& process, const Value& given) {
  OptionReader reader(process, given, owner);
  ListOptions options;
  options.subscribed = reader.boolean("isSubscribed").value_or(false);
  options.properties = reader.boolean("withBoxProperties").value_or(true);
  options.info = reader.boolean("withBoxInfo").value_or(false);
  const Value names = reader.value("names");
  if (!names.isCollection()) return options;
  for (const Value& element : names.asCollection().elements()) {
    if (element.isText()) options.names.emplace_back(element.asText());
    if (element.isObject()) options.names.push_back(OptionReader(process, element, owner).text("name").value_or(""));
  }
  return options;
}

struct ListedBox {
  ImapBox box;
  std::optional<ImapBoxStatus> status;
};

Result<std::vector<ListedBox>> listBoxes(ImapClient& client, const ListOptions& options) {
  const std::vector<std::string> patterns = options.names.empty() ? std::vector<std::string>{"*"} : options.names;
  std::vector<ListedBox> found;
  for (const std::string& pattern : patterns) {
    auto boxes = client.list(pattern, options.subscribed);
    if (!boxes) return std::unexpected(boxes.error());
    for (ImapBox& box : *boxes) found.push_back({std::move(box), std::nullopt});
  }
  for (ListedBox& listed : found) {
    const bool selectable = std::ranges::none_of(
        listed.box.flags, [](const std::string& flag) { return equalsIgnoringAsciiCase(flag, "\\Noselect"); });
    if (!options.info || !selectable) continue;
    auto status = client.status(listed.box.name);
    if (status) listed.status = std::move(*status);
    if (!status && status.error().code() != ImapClient::refused) return std::unexpected(status.error());
  }
  return found;
}

Result<Value> getBoxList(vm::Call& call) {
  vm::Process& process = call.process();
  const ListOptions options = listOptions(process, call.at(0));
  const auto boxes = with(call, [options](ImapClient& client) { return listBoxes(client, options); });
  if (!boxes) return std::unexpected(boxes.error());
  auto list = Collection::make(process.heap());
  for (const ListedBox& listed : *boxes) {
    const auto has = [&](std::string_view flag) {
      return std::ranges::any_of(listed.box.flags,
                                 [&](const std::string& own) { return equalsIgnoringAsciiCase(own, flag); });
    };
    auto object = Object::make(process.heap());
    object->set("name", Value::text(std::string_view(listed.box.name)));
    if (options.properties) {
      object->set("selectable", Value::boolean(!has("\\Noselect")));
      object->set("inferior", Value::boolean(!has("\\Noinferiors")));
      object->set("interesting", Value::boolean(has("\\Marked")));
    }
    if (listed.status) {
      object->set("mailCount", numberValue(static_cast<double>(listed.status->messages)));
      object->set("mailRecent", numberValue(static_cast<double>(listed.status->recent)));
      object->set("mailUnseen", numberValue(static_cast<double>(listed.status->unseen)));
      object->set("id", Value::text(std::string_view(listed.status->id)));
    }
    list->push(Value::object(std::move(object)));
  }
  return Value::collection(std::move(list));
}

Result<Value> getDelimiter(vm::Call& call) {
  const auto boxes = with(call, [](ImapClient& client) { return client.list("", false); });
  if (!boxes) return std::unexpected(boxes.error());
  return Value::text(boxes->empty() ? std::string_view() : std::string_view(boxes->front().delimiter));
}

Result<Value> selectBox(vm::Call& call) {
  constexpr std::int64_t readOnly = 1;  // kIMAPReadOnlyState
  const std::string box(call.text(0));
  const auto status =
      with(call, [box, only = call.integer(1) == readOnly](ImapClient& client) { return client.select(box, only); });
  if (!status) return std::unexpected(status.error());
  const Value object = imap::boxObject(call.process(), box, *status);
  object.asObject().set("flags", Value::text(std::string_view(status->flags)));
  object.asObject().set("permanentFlags", Value::text(std::string_view(status->permanentFlags)));
  return object;
}

// --- Messages

struct MailOptionsRead {
  bool seen = true, body = true;
};
MailOptionsRead mailOptions(vm::Process& process, const Value& given) {
  OptionReader reader(process, given, owner);
  return {reader.boolean("updateSeen").value_or(true), reader.boolean("withBody").value_or(true)};
}

// A message by sequence number or unique id.
struct Message {
  std::string set;
  bool byUid = false;
};
Message messageAt(const vm::Call& call) {
  if (call.at(0).isText()) return {std::string(trim(call.text(0))), true};
  return {std::to_string(std::max<std::int64_t>(call.integer(0), 0)), false};
}
bool isNumber(std::string_view text) { return parseInteger(text).value_or(0) > 0; }

Result<std::vector<ImapMail>> fetchOne(vm::Call& call, bool body, bool seen) {
  const Message message = messageAt(call);
  if (!isNumber(message.set)) return std::vector<ImapMail>();
  return with(call, [message, body, seen](ImapClient& client) {
    return client.fetch(message.set, {message.byUid, body, seen});
  });
}

Result<Value> getMail(vm::Call& call) {
  const MailOptionsRead options = mailOptions(call.process(), call.at(1));
  const auto mails = fetchOne(call, options.body, options.seen);
  if (!mails) return std::unexpected(mails.error());
  if (mails->empty()) {
    return fail(fault::wrongRange, fmt::format("The mail box has no message {}.", messageAt(call).set));
  }
  return imap::mailObjectOf(call.process(), mails->front(), options.body);
}

Result<Value> getMimeAsBlob(vm::Call& call) {
  const auto mails = fetchOne(call, true, call.boolean(1, true));
  if (!mails) return std::unexpected(mails.error());
  return newBlobObject(call.process(), mails->empty() ? std::string() : mails->front().content);
}

// start <= 0 is the first message, end <= 0 the last.
std::string rangeOf(std::int64_t start, std::int64_t end) {
  return fmt::format("{}:{}", std::max<std::int64_t>(start, 1), end <= 0 ? "*" : std::to_string(end));
}

// "5:*" means the last message even when it has a lower number than 5: what lies outside was not asked for.
void keepRange(std::vector<ImapMail>& mails, std::int64_t start, std::int64_t end) {
  std::erase_if(mails, [&](const ImapMail& mail) {
    const auto number = static_cast<std::int64_t>(mail.number);
    return number < start || (end > 0 && number > end);
  });
}

Value listResult(vm::Process& process, const std::vector<ImapMail>& mails, bool withBody, Value notFound) {
  auto list = Collection::make(process.heap());
  for (const ImapMail& mail : mails) list->push(imap::mailObjectOf(process, mail, withBody));
  auto object = Object::make(process.heap());
  object->set("list", Value::collection(std::move(list)));
  object->set("notFound", std::move(notFound));
  return Value::object(std::move(object));
}

Result<Value> mailsById(vm::Call& call) {
  vm::Process& process = call.process();
  const MailOptionsRead options = mailOptions(process, call.at(1));
  const auto set = imap::idSet(call, 0);
  if (!set) return std::unexpected(set.error());
  auto notFound = Collection::make(process.heap());
  std::vector<ImapMail> mails;
  if (*set) {
    auto found = with(call, [set = **set, options](ImapClient& client) {
      return client.fetch(set, {true, options.body, options.seen});
    });
    if (!found) return std::unexpected(found.error());
    mails = std::move(*found);
  }
  if (const Collection* ids = call.collection(0)) {
    std::unordered_set<std::string> known;
    for (const ImapMail& mail : mails) known.insert(mail.uid);
    for (const Value& id : ids->elements()) {
      const std::string text =
          id.isText() ? std::string(trim(id.asText())) : std::to_string(static_cast<std::int64_t>(id.asNumber()));
      if (!known.contains(text)) notFound->push(id);
    }
  }
  return listResult(process, mails, options.body, Value::collection(std::move(notFound)));
}

Result<Value> getMails(vm::Call& call) {
  if (!call.at(0).isNumber()) return mailsById(call);
  vm::Process& process = call.process();
  const MailOptionsRead options = mailOptions(process, call.at(2));
  const std::int64_t start = call.integer(0), end = call.integer(1);
  auto mails = with(call, [set = rangeOf(start, end), options](ImapClient& client) {
    return client.fetch(set, {false, options.body, options.seen});
  });
  if (!mails) return std::unexpected(mails.error());
  keepRange(*mails, start, end);
  auto notFound = Collection::make(process.heap());
  const std::int64_t first = std::max<std::int64_t>(start, 1);
  const std::int64_t last = mails->empty() ? first - 1 : static_cast<std::int64_t>(mails->back().number);
  constexpr std::int64_t mostNamed = 100'000;
  for (std::int64_t number = std::max(first, last + 1); number <= std::min(end, first + mostNamed); ++number) {
    notFound->push(numberValue(static_cast<double>(number)));
  }
  return listResult(process, *mails, options.body, Value::collection(std::move(notFound)));
}

Value idCollection(vm::Process& process, const std::vector<std::string>& ids) {
  auto list = Collection::make(process.heap());
  for (const std::string& id : ids) list->push(Value::text(std::string_view(id)));
  return Value::collection(std::move(list));
}

Result<Value> numToId(vm::Call& call) {
  const std::int64_t start = call.integer(0), end = call.integer(1);
  auto mails = with(call, [set = rangeOf(start, end)](ImapClient& client) { return client.numbers(set); });
  if (!mails) return std::unexpected(mails.error());
  keepRange(*mails, start, end);
  std::vector<std::string> ids;
  for (const ImapMail& mail : *mails) ids.push_back(mail.uid);
  return idCollection(call.process(), ids);
}

Result<Value> searchMails(vm::Call& call) {
  const auto ids =
      with(call, [criteria = std::string(call.text(0))](ImapClient& client) { return client.search(criteria); });
  if (!ids) return std::unexpected(ids.error());
  return idCollection(call.process(), *ids);
}

Result<Value> checkConnectionDelay(vm::Call& call) { return numberValue(self(call).settings.checkDelay); }

Result<Value> newTransporter(vm::Call& call) {
  auto settings = readTransporter(call.process(), call.at(0), MailProtocol::imap, owner);
  if (!settings) return std::unexpected(settings.error());
  const auto delay = delayOf(*settings);
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new ImapTransporterObject(std::move(*settings), delay)));
}

constexpr vm::FunctionRow constructorRow{"new", "(server: object) : 4D.IMAPTransporter", &newTransporter,
                                         "Prepares reading mails from an IMAP server; connects when first used."};

constexpr std::array functions{
    vm::FunctionRow{"addFlags", "(msgs: collection|string|integer, keywords: object) : object", &addFlags,
                    "Sets flags of messages."},
    vm::FunctionRow{"removeFlags", "(msgs: collection|string|integer, keywords: object) : object", &removeFlags,
                    "Clears flags of messages."},
    vm::FunctionRow{"append", "(mailObj: object, destinationBox?: string, options?: object) : object", &append,
                    "Adds an Email object to a box."},
    vm::FunctionRow{"checkConnection", "() : object", &checkConnection,
                    "Connects, authenticates and gives the status."},
    vm::FunctionRow{"copy", "(msgs: collection|string|integer, destinationBox: string) : object", &copy,
                    "Copies messages to another box."},
    vm::FunctionRow{"move", "(msgs: collection|string|integer, destinationBox: string) : object", &move,
                    "Moves messages to another box."},
    vm::FunctionRow{"createBox", "(name: string) : object", &createBox, "Creates a box."},
    vm::FunctionRow{"deleteBox", "(name: string) : object", &deleteBox, "Deletes a box with its messages."},
    vm::FunctionRow{"renameBox", "(currentName: string, newName: string) : object", &renameBox, "Renames a box."},
    vm::FunctionRow{"subscribe", "(name: string) : object", &subscribe, "Adds a box to the subscribed ones."},
    vm::FunctionRow{"unsubscribe", "(name: string) : object", &unsubscribe, "Takes a box out of the subscribed ones."},
    vm::FunctionRow{"delete", "(msgs: collection|string|integer) : object", &remove,
                    "Flags messages as deleted; expunge() removes them."},
    vm::FunctionRow{"expunge", "() : object", &expunge, "Removes the messages that are flagged as deleted."},
    vm::FunctionRow{"getBoxInfo", "(name?: string) : object", &getBoxInfo, "Counts of a box, without selecting it."},
    vm::FunctionRow{"getBoxList", "(parameters?: object) : collection", &getBoxList, "The boxes of the server."},
    vm::FunctionRow{"getDelimiter", "() : string", &getDelimiter, "What separates the levels in names of boxes."},
    vm::FunctionRow{"getMail", "(message: integer|string, options?: object) : object", &getMail,
                    "A message of the selected box as an Email object."},
    vm::FunctionRow{"getMails", "(ids: collection|integer, endMsg?: integer|object, options?: object) : object",
                    &getMails, "Messages of the selected box by their ids or by a range of numbers."},
    vm::FunctionRow{"getMIMEAsBlob", "(message: integer|string, updateSeen?: boolean) : 4D.Blob", &getMimeAsBlob,
                    "A message as it came."},
    vm::FunctionRow{"getMIMEAsblob", "(message: integer|string, updateSeen?: boolean) : 4D.Blob", &getMimeAsBlob,
                    "A message as it came."},
    vm::FunctionRow{"numToID", "(startMsg: integer, endMsg: integer) : collection", &numToId,
                    "The ids of a range of message numbers."},
    vm::FunctionRow{"searchMails", "(searchCriteria: string) : collection", &searchMails,
                    "The ids of the messages that match."},
    vm::FunctionRow{"selectBox", "(name: string, state?: integer) : object", &selectBox, "Selects the current box."},
};

constexpr std::array properties{
    transporter::acceptUnsecureConnectionRow,
    transporter::authenticationModeRow,
    vm::PropertyRow{"checkConnectionDelay", "number", &checkConnectionDelay, nullptr,
                    "Seconds after which the connection is checked before it is used."},
    transporter::connectionTimeOutRow,
    transporter::hostRow,
    transporter::logFileRow,
    transporter::portRow,
    transporter::userRow,
};

constexpr vm::NativeClass definition{"IMAPTransporter", "Object",        functions,
                                     properties,        &constructorRow, "Reads and manages mails on an IMAP server."};

}  // namespace

const vm::NativeClass& imapTransporterClass() { return definition; }

}  // namespace qodly::script::library
