#include "script/library/mail_smtp_class.h"

#include <array>
#include <mutex>

#include "script/library/helper_threads.h"
#include "script/library/io_error.h"
#include "script/library/mail_object.h"
#include "script/library/mail_smtp.h"
#include "script/library/mail_transporter.h"
#include "script/library/status_value.h"

namespace qodly::script::library {

namespace {

// Used by helper threads one after the other.
struct Guarded {
  Guarded(const MailServer& server, bool keepsAlive) : client(server, keepsAlive) {}
  std::mutex mutex;
  SmtpClient client;
};

class SmtpTransporterObject final : public TransporterObject {
 public:
  explicit SmtpTransporterObject(TransporterSettings read)
      : TransporterObject(std::move(read)), smtp(std::make_shared<Guarded>(settings.server, settings.keepAlive)) {}
  ~SmtpTransporterObject() override {
    // Taking leave of the server may wait for it.
    runOnHelper([client = std::move(smtp)]() mutable { client.reset(); });
  }
  static const vm::NativeClass& classOf() { return smtpTransporterClass(); }
  const vm::NativeClass& nativeClass() const override { return smtpTransporterClass(); }

  std::shared_ptr<Guarded> smtp;
};

SmtpTransporterObject& self(const vm::Call& call) {
  return *vm::NativeObject::from<SmtpTransporterObject>(call.self());
}

Value statusObject(vm::Process& process, const SmtpOutcome& outcome,
                   const std::optional<Error>& problem = std::nullopt) {
  auto status = Object::make(process.heap());
  status->set("success", Value::boolean(outcome.success));
  status->set("status", numberValue(outcome.status));
  status->set("statusText", Value::text(std::string_view(outcome.text)));
  if (problem) status->set("errors", errorCollection(process, {&*problem, 1}));
  return Value::object(std::move(status));
}

// Not the server's doing: the error is raised when the statement has its status object.
Value failed(vm::Process& process, const Error& error) {
  transporter::raiseLater(process, error);
  return statusObject(process, {false, 0, "Failed to send email"}, error);
}

Result<SmtpEnvelope> envelopeOf(const MailMessage& message) {
  SmtpEnvelope envelope;
  const auto& origin = message.sender.empty() ? message.from : message.sender;
  if (origin.empty())
    return fail(fault::wrongSettings, "The mail has no originator: \"from\" or \"sender\" is needed.");
  envelope.from = origin.front().email;
  for (const auto* list : {&message.to, &message.cc, &message.bcc}) {
    for (const MailAddress& address : *list) envelope.recipients.push_back(address.email);
  }
  if (envelope.recipients.empty()) {
    return fail(fault::wrongSettings, "The mail has no recipient: \"to\", \"cc\" or \"bcc\" is needed.");
  }
  return envelope;
}

Result<Value> send(vm::Call& call) {
  vm::Process& process = call.process();
  auto message = readMail(process, call.at(0));
  if (!message) return failed(process, message.error());
  auto envelope = envelopeOf(*message);
  if (!envelope) return failed(process, envelope.error());
  MailOptions options = self(call).settings.charsets;
  options.keepsBcc = false;
  const auto outcome = offThread(
      process, [smtp = self(call).smtp, message = std::move(*message), envelope = std::move(*envelope), options] {
        const std::lock_guard lock(smtp->mutex);
        return smtp->client.send(envelope, mimeOf(message, options));
      });
  if (!outcome) {
    if (auto running = process.checkpoint(); !running) return std::unexpected(running.error());
    return failed(process, outcome.error());
  }
  return statusObject(process, *outcome);
}

Result<Value> checkConnection(vm::Call& call) {
  vm::Process& process = call.process();
  const auto outcome = offThread(process, [smtp = self(call).smtp] {
    const std::lock_guard lock(smtp->mutex);
    return smtp->client.check();
  });
  if (outcome) return statusObject(process, *outcome);
  if (auto running = process.checkpoint(); !running) return std::unexpected(running.error());
  return statusObject(process, {false, 0, outcome.error().message()}, outcome.error());
}

Result<Value> newTransporter(vm::Call& call) {
  auto settings = readTransporter(call.process(), call.at(0), MailProtocol::smtp, "4D.SMTPTransporter");
  if (!settings) return std::unexpected(settings.error());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new SmtpTransporterObject(std::move(*settings))));
}

Result<Value> headerCharset(vm::Call& call) { return Value::text(std::string_view(self(call).settings.headerCharset)); }
Result<Value> bodyCharset(vm::Call& call) { return Value::text(std::string_view(self(call).settings.bodyCharset)); }
Result<Value> keepAlive(vm::Call& call) { return Value::boolean(self(call).settings.keepAlive); }
Result<Value> sendTimeOut(vm::Call& call) {
  return numberValue(static_cast<double>(self(call).settings.server.sendTimeout.count()));
}

constexpr vm::FunctionRow constructorRow{"new", "(server: object) : 4D.SMTPTransporter", &newTransporter,
                                         "Prepares sending mails through a server; connects when first used."};

constexpr std::array functions{
    vm::FunctionRow{"checkConnection", "() : object", &checkConnection,
                    "Connects, authenticates and gives the status."},
    vm::FunctionRow{"send", "(mail: object) : object", &send, "Sends a mail and gives the server's answer."},
};

constexpr std::array properties{
    transporter::acceptUnsecureConnectionRow,
    transporter::authenticationModeRow,
    vm::PropertyRow{"bodyCharset", "string", &bodyCharset, nullptr, "Charset mode of bodies."},
    transporter::connectionTimeOutRow,
    vm::PropertyRow{"headerCharset", "string", &headerCharset, nullptr, "Charset mode of headers."},
    transporter::hostRow,
    vm::PropertyRow{"keepAlive", "boolean", &keepAlive, nullptr, "Whether the connection is kept between mails."},
    transporter::logFileRow,
    transporter::portRow,
    vm::PropertyRow{"sendTimeOut", "number", &sendTimeOut, nullptr, "Limit for each step of sending in seconds."},
    transporter::userRow,
};

constexpr vm::NativeClass definition{"SMTPTransporter", "Object",        functions,
                                     properties,        &constructorRow, "Sends mails through an SMTP server."};

}  // namespace

const vm::NativeClass& smtpTransporterClass() { return definition; }

}  // namespace qodly::script::library
