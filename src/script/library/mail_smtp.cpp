#include "script/library/mail_smtp.h"

#include <algorithm>

#include "base/text.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr int maximumReplyLines = 1000;

// Lines that begin with a dot get a second one, and a line with one dot ends the message.
std::string stuffed(const std::string& message) {
  std::string out;
  out.reserve(message.size() + 64);
  bool atStart = true;
  for (const char c : message) {
    if (atStart && c == '.') out += '.';
    out += c;
    atStart = c == '\n';
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out += ".\r\n";
}

bool isSendable(std::string_view address) {
  return !address.empty() && std::ranges::none_of(address, [](char c) {
    return static_cast<unsigned char>(c) <= 32 || c == '<' || c == '>' || c == 127;
  });
}

}  // namespace

SmtpClient::~SmtpClient() { close(); }

Result<> SmtpClient::connect(SmtpOutcome& refused) {
  MailRefusal refusal;
  auto session = MailSession::open(server_, refusal);
  if (!session) {
    refused = {false, refusal.code, refusal.text};
    return std::unexpected(session.error());
  }
  session_ = std::move(*session);
  return {};
}

void SmtpClient::close() {
  if (session_ && session_->write("QUIT\r\n")) static_cast<void>(read());
  session_.reset();
}

Result<SmtpClient::Reply> SmtpClient::read() {
  Reply reply;
  for (int lines = 0; lines < maximumReplyLines; ++lines) {
    auto line = session_->readLine();
    if (!line) return std::unexpected(line.error());
    reply.code = static_cast<int>(parseInteger(std::string_view(*line).substr(0, 3)).value_or(0));
    if (!reply.text.empty()) reply.text += ' ';
    reply.text += repairUtf8(trim(std::string_view(*line).substr(std::min<std::size_t>(4, line->size()))));
    if (line->size() < 4 || (*line)[3] != '-') return reply;
  }
  return fail(fault::inputOutput, "The mail server sends an endless answer.");
}

Result<SmtpClient::Reply> SmtpClient::command(const std::string& line) {
  if (auto sent = session_->write(line + "\r\n"); !sent) return std::unexpected(sent.error());
  return read();
}

Result<SmtpOutcome> SmtpClient::transfer(const SmtpEnvelope& envelope, const std::string& message, bool& begun) {
  const auto outcome = [](const Reply& reply) { return SmtpOutcome{reply.code / 100 == 2, reply.code, reply.text}; };
  auto reply = command("MAIL FROM:<" + envelope.from + ">");
  if (!reply) return std::unexpected(reply.error());
  if (reply->code / 100 != 2) return outcome(*reply);
  bool anyAccepted = false;
  Reply last;
  for (const std::string& recipient : envelope.recipients) {
    reply = command("RCPT TO:<" + recipient + ">");
    if (!reply) return std::unexpected(reply.error());
    anyAccepted = anyAccepted || reply->code / 100 == 2;
    if (reply->code / 100 != 2) last = *reply;
  }
  if (!anyAccepted) {
    if (auto reset = command("RSET"); !reset) return std::unexpected(reset.error());
    return outcome(last);
  }
  begun = true;
  reply = command("DATA");
  if (!reply) return std::unexpected(reply.error());
  if (reply->code != 354) return SmtpOutcome{false, reply->code, reply->text};
  if (auto sent = session_->write(stuffed(message)); !sent) return std::unexpected(sent.error());
  reply = read();
  if (!reply) return std::unexpected(reply.error());
  return outcome(*reply);
}

Result<SmtpOutcome> SmtpClient::send(const SmtpEnvelope& envelope, const std::string& message) {
  for (const std::string& address : envelope.recipients) {
    if (!isSendable(address))
      return fail(fault::wrongSettings, "\"" + repairUtf8(address) + "\" is not a mail address.");
  }
  if (!isSendable(envelope.from)) {
    return fail(fault::wrongSettings, "\"" + repairUtf8(envelope.from) + "\" is not a mail address.");
  }
  bool kept = session_ != nullptr;
  while (true) {
    SmtpOutcome refused;
    if (!session_) {
      if (auto connected = connect(refused); !connected) return std::unexpected(connected.error());
    }
    bool begun = false;
    auto outcome = transfer(envelope, message, begun);
    if (!outcome) {
      session_.reset();
      // A connection kept from earlier may have ended meanwhile: once more, unless the mail may have been taken.
      if (kept && !begun) {
        kept = false;
        continue;
      }
      return outcome;
    }
    if (!keepsAlive_) close();
    return outcome;
  }
}

Result<SmtpOutcome> SmtpClient::check() {
  close();
  SmtpOutcome refused;
  if (auto connected = connect(refused); !connected) {
    // The server answered: its words are the result.
    if (refused.status >= 400) return refused;
    return std::unexpected(connected.error());
  }
  const auto reply = command("NOOP");
  if (!reply) {
    session_.reset();
    return std::unexpected(reply.error());
  }
  if (!keepsAlive_) close();
  return SmtpOutcome{reply->code / 100 == 2, reply->code, reply->text};
}

}  // namespace qodly::script::library
