#include "script/library/mail_pop3.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t largestMessage = 1 << 30;

// "1 2048" of LIST, "1 identifier" of UIDL.
std::pair<std::uint64_t, std::string> numbered(std::string_view line) {
  line = trim(line);
  const std::size_t blank = std::min(line.find(' '), line.size());
  const auto number = parseInteger(line.substr(0, blank)).value_or(0);
  return {number > 0 ? static_cast<std::uint64_t>(number) : 0, std::string(trim(line.substr(blank)))};
}

std::uint64_t sizeOf(std::string_view text) {
  const auto size = parseInteger(text.substr(0, text.find(' ')));
  return size && *size > 0 ? static_cast<std::uint64_t>(*size) : 0;
}

}  // namespace

Pop3Client::~Pop3Client() {
  if (session_) static_cast<void>(command("QUIT"));
}

Result<> Pop3Client::ready() {
  if (session_) return {};
  MailRefusal refusal;
  auto session = MailSession::open(server_, refusal);
  if (!session) return std::unexpected(session.error());
  session_ = std::move(*session);
  return {};
}

Result<std::string> Pop3Client::command(const std::string& line) {
  if (auto open = ready(); !open) return std::unexpected(open.error());
  auto sent = session_->write(line + "\r\n");
  auto answer = sent ? session_->readLine() : Result<std::string>(std::unexpected(sent.error()));
  if (!answer) {
    session_.reset();
    if (std::exchange(hasDeleted_, false)) {
      return fail(fault::inputOutput, answer.error().message() + " The messages flagged for deletion are kept.");
    }
    return answer;
  }
  const std::size_t blank = std::min(answer->find(' '), answer->size());
  std::string text = repairUtf8(trim(std::string_view(*answer).substr(blank)));
  if (answer->starts_with("+OK")) return text;
  return fail(refused, text.empty() ? "The mail server refuses the command." : text);
}

Result<std::string> Pop3Client::lines() {
  std::string all;
  while (all.size() < largestMessage) {
    auto line = session_->readLine();
    if (!line) {
      session_.reset();
      return line;
    }
    if (*line == ".") return all;
    all += line->starts_with('.') ? std::string_view(*line).substr(1) : std::string_view(*line);
    all += "\r\n";
  }
  session_.reset();
  return fail(fault::limitReached, "The mail server sends more than 1 GB at once.");
}

Result<std::string> Pop3Client::check() {
  if (session_) static_cast<void>(command("QUIT"));
  session_.reset();
  hasDeleted_ = false;
  if (auto open = ready(); !open) return std::unexpected(open.error());
  const std::string_view last = session_->lastReply();
  return std::string(last.starts_with("+OK") ? trim(last.substr(3)) : last);
}

Result<Pop3Client::Box> Pop3Client::box() {
  const auto answer = command("STAT");
  if (!answer) return std::unexpected(answer.error());
  const auto [count, size] = numbered(*answer);
  return Box{count, sizeOf(size)};
}

Result<std::vector<Pop3Info>> Pop3Client::list() {
  if (auto answer = command("LIST"); !answer) return std::unexpected(answer.error());
  const auto sizes = lines();
  if (!sizes) return std::unexpected(sizes.error());
  std::vector<Pop3Info> all;
  for (const std::string_view line : split(*sizes, '\n')) {
    const auto [number, size] = numbered(line);
    if (number != 0) all.push_back({number, sizeOf(size), ""});
  }
  const auto answer = command("UIDL");
  if (!answer && answer.error().code() != refused) return std::unexpected(answer.error());
  if (!answer) return all;
  const auto ids = lines();
  if (!ids) return std::unexpected(ids.error());
  for (const std::string_view line : split(*ids, '\n')) {
    auto [number, id] = numbered(line);
    const auto found = std::ranges::lower_bound(all, number, {}, &Pop3Info::number);
    if (number != 0 && found != all.end() && found->number == number) found->id = std::move(id);
  }
  return all;
}

Result<std::optional<Pop3Info>> Pop3Client::info(std::uint64_t number) {
  const auto size = command(fmt::format("LIST {}", number));
  if (!size && size.error().code() == refused) return std::nullopt;
  if (!size) return std::unexpected(size.error());
  Pop3Info found{number, sizeOf(numbered(*size).second), ""};
  const auto id = command(fmt::format("UIDL {}", number));
  if (!id && id.error().code() != refused) return std::unexpected(id.error());
  if (id) found.id = numbered(*id).second;
  return found;
}

// TOP is optional: without it the whole message is read and its body left out by the caller.
Result<std::optional<std::string>> Pop3Client::message(std::uint64_t number, bool headerOnly) {
  auto answer = command(headerOnly ? fmt::format("TOP {} 0", number) : fmt::format("RETR {}", number));
  if (!answer && answer.error().code() == refused && headerOnly) answer = command(fmt::format("RETR {}", number));
  if (!answer && answer.error().code() == refused) return std::nullopt;
  if (!answer) return std::unexpected(answer.error());
  auto content = lines();
  if (!content) return std::unexpected(content.error());
  return std::move(*content);
}

Result<> Pop3Client::remove(std::uint64_t number) {
  const auto answer = command(fmt::format("DELE {}", number));
  if (!answer) return std::unexpected(answer.error());
  hasDeleted_ = true;
  return {};
}

Result<> Pop3Client::undelete() {
  if (auto answer = command("RSET"); !answer) return std::unexpected(answer.error());
  hasDeleted_ = false;
  return {};
}

}  // namespace qodly::script::library
