// What the three mail transporters have in common (classes.md 17).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/library/mail_message.h"
#include "script/library/mail_session.h"
#include "script/vm/native.h"
#include "script/vm/process.h"

namespace qodly::script::library {

struct TransporterSettings {
  MailServer server;
  MailOptions charsets;                             // SMTP
  bool keepAlive = true;                            // SMTP
  double checkDelay = 300;                          // IMAP, seconds
  std::string headerCharset, bodyCharset, logFile;  // as given or by default, for the properties
};

// Error wrongSettings: no host, or what is wrong with which property.
Result<TransporterSettings> readTransporter(vm::Process& process, const Value& server, MailProtocol protocol,
                                            std::string_view owner);

// Base of the three classes; their common properties are the rows below.
class TransporterObject : public vm::NativeObject {
 public:
  explicit TransporterObject(TransporterSettings read) : settings(std::move(read)) {}
  const TransporterSettings settings;
};

namespace transporter {
Result<Value> host(vm::Call& call);
Result<Value> port(vm::Call& call);
Result<Value> user(vm::Call& call);
Result<Value> acceptUnsecureConnection(vm::Call& call);
Result<Value> authenticationMode(vm::Call& call);
Result<Value> connectionTimeOut(vm::Call& call);
Result<Value> logFile(vm::Call& call);
inline constexpr vm::PropertyRow acceptUnsecureConnectionRow{"acceptUnsecureConnection", "boolean",
                                                             &acceptUnsecureConnection, nullptr,
                                                             "Whether a connection without encryption is accepted."};
inline constexpr vm::PropertyRow authenticationModeRow{"authenticationMode", "string", &authenticationMode, nullptr,
                                                       "The wanted way to authenticate; empty: the most secure one."};
inline constexpr vm::PropertyRow connectionTimeOutRow{"connectionTimeOut", "number", &connectionTimeOut, nullptr,
                                                      "Limit for connecting in seconds."};
inline constexpr vm::PropertyRow hostRow{"host", "string", &host, nullptr, "Name of the server."};
inline constexpr vm::PropertyRow logFileRow{"logFile", "string", &logFile, nullptr,
                                            "File in /LOGS that keeps the dialogue."};
inline constexpr vm::PropertyRow portRow{"port", "number", &port, nullptr, "Port of the server."};
inline constexpr vm::PropertyRow userRow{"user", "string", &user, nullptr, "Name to authenticate with."};

// Raises the error at the end of the statement, which gets a status object.
void raiseLater(vm::Process& process, const Error& error);
}  // namespace transporter

}  // namespace qodly::script::library
