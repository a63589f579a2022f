#include "app/mailer.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "script/library/mail_smtp.h"
#include "security/json_members.h"
#include "security/secrets.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr int usualPort = 587;

struct MailSettings {
  script::library::MailServer server;
  std::string from;
};

Error refused(std::string message) { return {code::inputOutput, "rest", std::move(message)}; }

// Error: no settings, or what is wrong in them.
Result<MailSettings> readSettings(const security::Instance& instance) {
  const std::filesystem::path file = instance.folder() / "instance.json";
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return std::unexpected(refused("There is no mail server."));
  const auto content = security::readFile(file);
  if (!content) return std::unexpected(content.error());
  const auto parsed = json::parse(*content, {.tolerant = true});
  if (!parsed) return std::unexpected(parsed.error());
  const Value mail = parsed->isObject() ? parsed->asObject().get("mail") : Value();
  if (!mail.isObject()) return std::unexpected(refused("There is no mail server."));
  const Object& object = mail.asObject();
  MailSettings settings;
  settings.server.host = security::textMember(object, "host");
  settings.server.port =
      static_cast<int>(std::clamp<std::int64_t>(security::integerMember(object, "port", usualPort), 1, 65535));
  settings.server.user = security::textMember(object, "user");
  settings.server.acceptUnsecure = security::flagMember(object, "acceptUnsecure");
  settings.from = security::textMember(object, "from");
  if (settings.server.host.empty() || settings.from.empty()) {
    return std::unexpected(refused("instance.json: \"mail\" needs \"host\" and \"from\"."));
  }
  if (const Value password = object.get("password"); !password.isUndefined()) {
    auto secret = security::Secrets(instance).resolve(password);
    if (!secret) return std::unexpected(secret.error());
    settings.server.password = std::move(*secret);
  }
  return settings;
}

std::string inLines(const std::string& base64) {
  constexpr std::size_t width = 76;
  std::string lines;
  for (std::size_t at = 0; at < base64.size(); at += width) lines += base64.substr(at, width) + "\r\n";
  return lines;
}

}  // namespace

std::string mailMessage(const security::Mail& mail, const std::string& from) {
  return fmt::format(
      "From: {}\r\nTo: {}\r\nSubject: =?UTF-8?B?{}?=\r\nDate: {:%a, %d %b %Y %H:%M:%S} +0000\r\n"
      "Message-ID: <{}@qodly>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n{}",
      from, mail.to, toBase64(mail.subject), fmt::gmtime(std::time(nullptr)), lowerAscii(newUuid()),
      inLines(toBase64(mail.text)));
}

std::function<Result<>(const security::Mail&)> mailerOf(const security::Instance& instance) {
  if (!readSettings(instance)) return {};
  return [instance](const security::Mail& mail) -> Result<> {
    auto settings = readSettings(instance);
    if (!settings) return std::unexpected(settings.error());
    script::library::SmtpClient client(settings->server, false);
    const auto sent = client.send({settings->from, {mail.to}}, mailMessage(mail, settings->from));
    if (!sent) return std::unexpected(sent.error());
    if (!sent->success) return std::unexpected(refused(fmt::format("The mail server refused: {}", sent->text)));
    return {};
  };
}

}  // namespace qodly::app
