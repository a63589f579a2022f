#include "script/library/mail_pop3_class.h"

#include <array>

#include "script/library/blob_value.h"
#include "script/library/io_error.h"
#include "script/library/mail_box_transporter.h"
#include "script/library/mail_object.h"
#include "script/library/mail_pop3.h"
#include "script/library/status_value.h"

namespace qodly::script::library {

namespace {

class Pop3TransporterObject final : public MailBoxTransporter<Pop3Client> {
 public:
  using MailBoxTransporter::MailBoxTransporter;
  static const vm::NativeClass& classOf() { return pop3TransporterClass(); }
  const vm::NativeClass& nativeClass() const override { return pop3TransporterClass(); }
};

// Runs `work(client)` on a helper thread.
template <class Work>
auto with(vm::Call& call, Work work) {
  return vm::NativeObject::from<Pop3TransporterObject>(call.self())->run(call.process(), std::move(work));
}

std::uint64_t messageNumber(const vm::Call& call) {
  const std::int64_t number = call.integer(0);
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

Value infoObject(vm::Process& process, const Pop3Info& info, bool withNumber) {
  auto object = Object::make(process.heap());
  object->set("size", numberValue(static_cast<double>(info.size)));
  if (withNumber) object->set("number", numberValue(static_cast<double>(info.number)));
  object->set("id", Value::text(std::string_view(info.id)));
  return Value::object(std::move(object));
}

Result<Value> checkConnection(vm::Call& call) {
  return transporter::connectionStatus(call.process(), with(call, [](Pop3Client& client) { return client.check(); }));
}

Result<Value> remove(vm::Call& call) {
  const auto done = with(call, [number = messageNumber(call)](Pop3Client& client) { return client.remove(number); });
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> undeleteAll(vm::Call& call) {
  const auto done = with(call, [](Pop3Client& client) { return client.undelete(); });
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> getBoxInfo(vm::Call& call) {
  const auto box = with(call, [](Pop3Client& client) { return client.box(); });
  if (!box) return std::unexpected(box.error());
  auto object = Object::make(call.process().heap());
  object->set("mailCount", numberValue(static_cast<double>(box->count)));
  object->set("size", numberValue(static_cast<double>(box->size)));
  return Value::object(std::move(object));
}

Result<Value> getMail(vm::Call& call) {
  const bool headerOnly = call.boolean(1);
  const auto message = with(call, [number = messageNumber(call), headerOnly](Pop3Client& client) {
    return client.message(number, headerOnly);
  });
  if (!message) return std::unexpected(message.error());
  return *message ? mailObject(call.process(), parseEntity(**message), !headerOnly) : Value::null();
}

Result<Value> getMailInfo(vm::Call& call) {
  const auto info = with(call, [number = messageNumber(call)](Pop3Client& client) { return client.info(number); });
  if (!info) return std::unexpected(info.error());
  return *info ? infoObject(call.process(), **info, false) : Value::null();
}

Result<Value> getMailInfoList(vm::Call& call) {
  const auto all = with(call, [](Pop3Client& client) { return client.list(); });
  if (!all) return std::unexpected(all.error());
  auto list = Collection::make(call.process().heap());
  for (const Pop3Info& info : *all) list->push(infoObject(call.process(), info, true));
  return Value::collection(std::move(list));
}

Result<Value> getMimeAsBlob(vm::Call& call) {
  auto message =
      with(call, [number = messageNumber(call)](Pop3Client& client) { return client.message(number, false); });
  if (!message) return std::unexpected(message.error());
  return newBlobObject(call.process(), message->value_or(""));
}

Result<Value> newTransporter(vm::Call& call) {
  auto settings = readTransporter(call.process(), call.at(0), MailProtocol::pop3, "4D.POP3Transporter");
  if (!settings) return std::unexpected(settings.error());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new Pop3TransporterObject(std::move(*settings))));
}

constexpr vm::FunctionRow constructorRow{"new", "(server: object) : 4D.POP3Transporter", &newTransporter,
                                         "Prepares reading mails from a POP3 server; connects when first used."};

constexpr std::array functions{
    vm::FunctionRow{"checkConnection", "() : object", &checkConnection,
                    "Connects, authenticates and gives the status."},
    vm::FunctionRow{"delete", "(msgNumber: integer)", &remove, "Flags a message for deletion."},
    vm::FunctionRow{"undeleteAll", "()", &undeleteAll, "Removes all deletion flags."},
    vm::FunctionRow{"getBoxInfo", "() : object", &getBoxInfo, "Number and total size of the messages."},
    vm::FunctionRow{"getMail", "(msgNumber: integer, headerOnly?: boolean) : object", &getMail,
                    "A message as an Email object; null when there is none."},
    vm::FunctionRow{"getMailInfo", "(msgNumber: integer) : object", &getMailInfo,
                    "Size and identifier of a message; null when there is none."},
    vm::FunctionRow{"getMailInfoList", "() : collection", &getMailInfoList,
                    "Size, number and identifier of every message."},
    vm::FunctionRow{"getMIMEAsBlob", "(msgNumber: integer) : 4D.Blob", &getMimeAsBlob, "A message as it came."},
    vm::FunctionRow{"getMIMEAsblob", "(msgNumber: integer) : 4D.Blob", &getMimeAsBlob, "A message as it came."},
};

constexpr std::array properties{
    transporter::acceptUnsecureConnectionRow,
    transporter::authenticationModeRow,
    transporter::connectionTimeOutRow,
    transporter::hostRow,
    transporter::logFileRow,
    transporter::portRow,
    transporter::userRow,
};

constexpr vm::NativeClass definition{"POP3Transporter", "Object",        functions,
                                     properties,        &constructorRow, "Reads mails from a POP3 server."};

}  // namespace

const vm::NativeClass& pop3TransporterClass() { return definition; }

}  // namespace qodly::script::library
