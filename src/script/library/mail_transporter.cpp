#include "script/library/mail_transporter.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "script/library/file_class.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"
#include "script/library/mail_box_transporter.h"
#include "script/library/mail_object.h"
#include "script/library/network_settings.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

constexpr std::array defaultPorts{587, 993, 995};
constexpr double longestTimeout = 86'400;
constexpr std::array<std::string_view, 5> modes{"CRAM-MD5", "LOGIN", "OAUTH2", "PLAIN", "APOP"};

bool isHost(std::string_view host) {
  constexpr std::string_view others = ".-_:[]%";
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || others.contains(c) ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string tokenOf(vm::Process& process, const Value& given, OptionReader& reader) {
  if (given.isUndefined()) return "";
  if (given.isText()) return std::string(given.asText());
  if (!given.isObject()) {
    reader.refuse("accessTokenOAuth2", "a text or a token object");
    return "";
  }
  OptionReader token(process, given, "accessTokenOAuth2");
  if (auto own = token.text("access_token")) return *own;
  const Value inner = token.object("token");
  if (inner.isObject()) return OptionReader(process, inner, "accessTokenOAuth2").text("access_token").value_or("");
  reader.refuse("accessTokenOAuth2", "a text or an object with access_token");
  return "";
}

std::chrono::seconds secondsOf(OptionReader& reader, std::string_view name, double fallback) {
  const double seconds = reader.number(name).value_or(fallback);
  if (!(seconds >= 1)) return std::chrono::seconds(1);
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, longestTimeout)));
}

void readAuthentication(vm::Process& process, OptionReader& reader, MailServer& server) {
  server.user = reader.text("user").value_or("");
  server.password = reader.text("password").value_or("");
  server.token = tokenOf(process, reader.value("accessTokenOAuth2"), reader);
  server.authentication = reader.text("authenticationMode").value_or("");
  const bool known = std::ranges::find(modes, server.authentication) != modes.end();
  const bool isApop = server.authentication == "APOP" && server.protocol != MailProtocol::pop3;
  if (!server.authentication.empty() && (!known || isApop)) {
    reader.refuse("authenticationMode", "\"CRAM-MD5\", \"LOGIN\", \"OAUTH2\", \"PLAIN\" or, for POP3, \"APOP\"");
  }
  if (!server.authentication.empty() && server.authentication != "OAUTH2") server.token.clear();
}

// A file in /LOGS.
Result<std::filesystem::path> logFileOf(vm::Process& process, std::string_view name) {
  if (name.empty()) return std::filesystem::path();
  const auto systems = fileSystemsOf(process);
  if (!systems) return std::unexpected(systems.error());
  const auto logs = (*systems)->locate("/LOGS");
  if (!logs) return std::unexpected(logs.error());
  const auto place = logs->resolve(name);
  if (!place) return std::unexpected(place.error());
  if (auto made = folder::ensure(place->parent()); !made) return std::unexpected(made.error());
  return place->target();
}

const TransporterSettings& settingsOf(const vm::Call& call) {
  return static_cast<const TransporterObject&>(call.self().asHandle()).settings;
}

}  // namespace

Result<TransporterSettings> readTransporter(vm::Process& process, const Value& given, MailProtocol protocol,
                                            std::string_view owner) {
  OptionReader reader(process, given, owner);
  TransporterSettings read;
  MailServer& server = read.server;
  server.protocol = protocol;
  server.host = trim(reader.text("host").value_or(""));
  if (!isHost(server.host)) reader.refuse("host", "the name of a server");
  const double port = reader.number("port").value_or(defaultPorts[static_cast<std::size_t>(protocol)]);
  if (!(port >= 1 && port <= 65535)) reader.refuse("port", "a number from 1 to 65535");
  server.port = static_cast<int>(std::clamp(port, 1.0, 65535.0));
  readAuthentication(process, reader, server);
  server.acceptUnsecure = reader.boolean("acceptUnsecureConnection").value_or(false);
  server.connectTimeout = secondsOf(reader, "connectionTimeOut", 30);
  server.sendTimeout = secondsOf(reader, "sendTimeOut", 100);
  read.keepAlive = reader.boolean("keepAlive").value_or(true);
  read.checkDelay = reader.number("checkConnectionDelay").value_or(300);
  read.headerCharset = reader.text("headerCharset").value_or("US-ASCII_UTF8_QP");
  read.bodyCharset = reader.text("bodyCharset").value_or("US-ASCII_UTF8_QP");
  read.logFile = reader.text("logFile").value_or("");
  if (auto valid = reader.problem(); !valid) return std::unexpected(valid.error());
  auto charsets = readMailOptions(process, given, owner);
  if (!charsets) return std::unexpected(charsets.error());
  read.charsets = *charsets;
  auto log = logFileOf(process, read.logFile);
  if (!log) return std::unexpected(log.error());
  server.logFile = std::move(*log);
  if (const auto* network = process.runtime().service<NetworkSettings>()) server.authorityFile = network->authorityFile;
  return read;
}

namespace transporter {

Result<Value> host(vm::Call& call) { return Value::text(std::string_view(settingsOf(call).server.host)); }
Result<Value> port(vm::Call& call) { return numberValue(settingsOf(call).server.port); }
Result<Value> user(vm::Call& call) { return Value::text(std::string_view(settingsOf(call).server.user)); }
Result<Value> acceptUnsecureConnection(vm::Call& call) {
  return Value::boolean(settingsOf(call).server.acceptUnsecure);
}
Result<Value> authenticationMode(vm::Call& call) {
  const MailServer& server = settingsOf(call).server;
  const bool oauth = server.authentication.empty() && !server.token.empty();
  return Value::text(oauth ? std::string_view("OAUTH2") : std::string_view(server.authentication));
}
Result<Value> connectionTimeOut(vm::Call& call) {
  return numberValue(static_cast<double>(settingsOf(call).server.connectTimeout.count()));
}
Result<Value> logFile(vm::Call& call) { return Value::text(std::string_view(settingsOf(call).logFile)); }

Result<Value> connectionStatus(vm::Process& process, const Result<std::string>& connected, std::string_view codeName) {
  if (!connected) {
    if (auto running = process.checkpoint(); !running) return std::unexpected(running.error());
  }
  const std::string_view text = connected ? std::string_view(*connected) : connected.error().message();
  auto status = Object::make(process.heap());
  status->set("success", Value::boolean(connected.has_value()));
  status->set("statusText", Value::text(text));
  if (!connected) status->set("errors", errorCollection(process, {&connected.error(), 1}, codeName));
  return Value::object(std::move(status));
}

void raiseLater(vm::Process& process, const Error& error) {
  vm::ScriptError raised;
  raised.code = error.code();
  raised.message = error.message();
  raised.component = error.component();
  process.raiseAfterStatement(std::move(raised));
}

}  // namespace transporter

}  // namespace qodly::script::library
