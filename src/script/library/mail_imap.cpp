// The commands of IMAP; declared in mail_imap.h.
#include "script/library/mail_imap.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

std::uint64_t numberOf(std::string_view text) {
  const auto number = parseInteger(text);
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

bool is(const ImapItem& item, std::string_view word) { return equalsIgnoringAsciiCase(item.text, word); }

std::string joined(const std::vector<ImapItem>& items) {
  std::string out;
  for (const ImapItem& item : items) out += (out.empty() ? "" : " ") + item.text;
  return out;
}

// Response codes "[UIDVALIDITY 3]" are atoms of their own.
std::optional<std::string> responseCode(const ImapLine& line, std::string_view name) {
  if (line.size() < 2 || !is(line[0], "OK")) return std::nullopt;
  const std::string& code = line[1].text;
  if (!code.starts_with('[') || !lowerAscii(code).starts_with("[" + lowerAscii(name))) return std::nullopt;
  std::string_view inside = std::string_view(code).substr(1 + name.size());
  if (inside.ends_with(']')) inside.remove_suffix(1);
  return std::string(trim(inside));
}

}  // namespace

Result<std::string> ImapClient::check() {
  session_.reset();
  if (auto open = ready(false); !open) return std::unexpected(open.error());
  return session_->lastReply();
}

namespace {

std::string quotedBox(std::string_view box) { return imapQuoted(encodeBoxName(box)).value_or("\"\""); }

}  // namespace

Result<std::vector<ImapBox>> ImapClient::list(std::string_view pattern, bool subscribed) {
  auto answer = run({{std::string(subscribed ? "LSUB" : "LIST") + " \"\" " + quotedBox(pattern)}});
  if (!answer) return std::unexpected(answer.error());
  std::vector<ImapBox> boxes;
  for (const ImapLine& line : answer->lines) {
    if (line.size() < 4 || (!is(line[0], "LIST") && !is(line[0], "LSUB"))) continue;
    ImapBox box;
    for (const ImapItem& flag : line[1].items) box.flags.push_back(flag.text);
    if (line[2].kind != ImapItem::Kind::nil) box.delimiter = line[2].text;
    box.name = decodeBoxName(line[3].text);
    boxes.push_back(std::move(box));
  }
  return boxes;
}

Result<ImapBoxStatus> ImapClient::status(std::string_view box) {
  auto answer = run({{"STATUS " + quotedBox(box) + " (MESSAGES RECENT UNSEEN UIDVALIDITY)"}});
  if (!answer) return std::unexpected(answer.error());
  ImapBoxStatus found;
  for (const ImapLine& line : answer->lines) {
    if (line.size() < 3 || !is(line[0], "STATUS")) continue;
    const auto& items = line[2].items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (is(items[i], "MESSAGES")) found.messages = numberOf(items[i + 1].text);
      if (is(items[i], "RECENT")) found.recent = numberOf(items[i + 1].text);
      if (is(items[i], "UNSEEN")) found.unseen = numberOf(items[i + 1].text);
      if (is(items[i], "UIDVALIDITY")) found.id = items[i + 1].text;
    }
  }
  return found;
}

Result<ImapBoxStatus> ImapClient::select(std::string_view box, bool readOnly) {
  selected_.clear();
  auto answer = run({{std::string(readOnly ? "EXAMINE " : "SELECT ") + quotedBox(box)}});
  if (!answer) return std::unexpected(answer.error());
  selected_ = box;
  readOnly_ = readOnly;
  ImapBoxStatus found;
  for (const ImapLine& line : answer->lines) {
    if (line.size() >= 2 && is(line[1], "EXISTS")) found.messages = numberOf(line[0].text);
    if (line.size() >= 2 && is(line[1], "RECENT")) found.recent = numberOf(line[0].text);
    if (line.size() >= 2 && is(line[0], "FLAGS")) found.flags = joined(line[1].items);
    if (auto id = responseCode(line, "UIDVALIDITY")) found.id = *id;
    if (auto flags = responseCode(line, "PERMANENTFLAGS")) {
      std::string_view inside = *flags;
      if (inside.starts_with('(')) inside.remove_prefix(1);
      if (inside.ends_with(')')) inside.remove_suffix(1);
      found.permanentFlags = inside;
    }
  }
  return found;
}

Result<std::string> ImapClient::boxCommand(std::string_view verb, std::string_view box) {
  auto answer = run({{std::string(verb) + " " + quotedBox(box)}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

Result<std::string> ImapClient::rename(std::string_view from, std::string_view to) {
  auto answer = run({{"RENAME " + quotedBox(from) + " " + quotedBox(to)}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

Result<std::string> ImapClient::store(std::string_view set, bool add, const std::string& flags) {
  if (auto box = ready(true); !box) return std::unexpected(box.error());
  auto answer = run({{fmt::format("UID STORE {} {}FLAGS.SILENT ({})", set, add ? '+' : '-', flags)}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

Result<std::string> ImapClient::copy(std::string_view set, std::string_view box) {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  auto answer = run({{fmt::format("UID COPY {} {}", set, quotedBox(box))}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

// Without MOVE: copied, flagged and removed, which needs UIDPLUS so that nothing else is removed.
Result<std::string> ImapClient::move(std::string_view set, std::string_view box) {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  if (can("MOVE")) {
    auto answer = run({{fmt::format("UID MOVE {} {}", set, quotedBox(box))}});
    if (!answer) return std::unexpected(answer.error());
    return answer->text;
  }
  if (!can("UIDPLUS")) return fail(refused, "The mail server cannot move messages.");
  if (auto copied = copy(set, box); !copied) return copied;
  if (auto flagged = store(set, true, "\\Deleted"); !flagged) return flagged;
  auto answer = run({{fmt::format("UID EXPUNGE {}", set)}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

Result<std::string> ImapClient::expunge() {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  auto answer = run({{"EXPUNGE"}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

Result<std::vector<std::string>> ImapClient::search(std::string_view criteria) {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  const std::string_view given = trim(criteria).empty() ? std::string_view("ALL") : trim(criteria);
  std::vector<Part> parts;
  if (isAscii(given)) {
    parts.push_back({"UID SEARCH " + std::string(given)});
  } else {
    // Quoted texts beyond ASCII travel as literals.
    const bool named = lowerAscii(given.substr(0, 8)) == "charset ";
    parts.push_back({named ? "UID SEARCH" : "UID SEARCH CHARSET UTF-8"});
    std::string plain;
    bool inside = false;
    std::string quoted;
    for (std::size_t at = 0; at < given.size(); ++at) {
      const char c = given[at];
      if (!inside && c != '"') {
        plain += c;
      } else if (!inside) {
        inside = true;
        quoted.clear();
      } else if (c == '\\' && at + 1 < given.size()) {
        quoted += given[++at];
      } else if (c != '"') {
        quoted += c;
      } else {
        inside = false;
        if (!trim(plain).empty()) parts.push_back({std::string(trim(plain))});
        plain.clear();
        const auto short_ = imapQuoted(quoted);
        parts.push_back({short_ ? *short_ : quoted, !short_});
      }
    }
    if (!trim(plain).empty()) {
      const std::string rest(trim(plain));
      parts.push_back({rest, !isAscii(rest)});
    }
  }
  for (const Part& part : parts) {
    if (!part.literal && part.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(fault::wrongSettings, "The search criteria contain a line end.");
    }
  }
  auto answer = run(parts);
  if (!answer) return std::unexpected(answer.error());
  std::vector<std::string> ids;
  for (const ImapLine& line : answer->lines) {
    if (line.empty() || !is(line[0], "SEARCH")) continue;
    for (std::size_t i = 1; i < line.size(); ++i) ids.push_back(line[i].text);
  }
  return ids;
}

namespace {

ImapMail mailOf(const ImapLine& line) {
  ImapMail mail;
  mail.number = numberOf(line[0].text);
  const auto& items = line[2].items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const ImapItem& value = items[i + 1];
    if (is(items[i], "UID")) mail.uid = value.text;
    if (is(items[i], "RFC822.SIZE")) mail.size = numberOf(value.text);
    if (is(items[i], "INTERNALDATE")) mail.received = value.text;
    if (items[i].text.starts_with("BODY[")) mail.content = value.text;
    if (is(items[i], "FLAGS")) {
      for (const ImapItem& flag : value.items) mail.flags.push_back(flag.text);
    }
  }
  return mail;
}

// By sequence number: a server may send several lines for one message, of which some tell of changed flags alone.
std::vector<ImapMail> mailsOf(const std::vector<ImapLine>& lines) {
  std::map<std::uint64_t, ImapMail> mails;
  for (const ImapLine& line : lines) {
    if (line.size() < 3 || !is(line[1], "FETCH")) continue;
    ImapMail mail = mailOf(line);
    ImapMail& known = mails[mail.number];
    known.number = mail.number;
    if (!mail.uid.empty()) known.uid = mail.uid;
    if (!mail.content.empty()) known.content = std::move(mail.content);
    if (mail.size != 0) known.size = mail.size;
    if (!mail.received.empty()) known.received = mail.received;
    if (!mail.flags.empty()) known.flags = std::move(mail.flags);
  }
  std::vector<ImapMail> all;
  for (auto& [number, mail] : mails) {
    if (!mail.uid.empty()) all.push_back(std::move(mail));
  }
  return all;
}

}  // namespace

Result<std::vector<ImapMail>> ImapClient::fetch(std::string_view set, Fetch how) {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  auto answer = run({{fmt::format("{}FETCH {} (UID FLAGS INTERNALDATE RFC822.SIZE BODY{}[{}])", how.byUid ? "UID " : "",
                                  set, how.seen ? "" : ".PEEK", how.body ? "" : "HEADER")}});
  // A sequence number beyond the last message is an error for some servers: nothing is found.
  if (!answer && answer.error().code() == refused) return std::vector<ImapMail>();
  if (!answer) return std::unexpected(answer.error());
  return mailsOf(answer->lines);
}

Result<std::vector<ImapMail>> ImapClient::numbers(std::string_view set) {
  if (auto selected = ready(true); !selected) return std::unexpected(selected.error());
  auto answer = run({{fmt::format("FETCH {} (UID)", set)}});
  if (!answer && answer.error().code() == refused) return std::vector<ImapMail>();
  if (!answer) return std::unexpected(answer.error());
  return mailsOf(answer->lines);
}

Result<std::string> ImapClient::append(std::string_view box, const std::string& flags, const std::string& message) {
  auto answer = run({{fmt::format("APPEND {} ({})", quotedBox(box), flags)}, {message, true}});
  if (!answer) return std::unexpected(answer.error());
  return answer->text;
}

}  // namespace qodly::script::library
