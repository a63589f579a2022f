// The wire of IMAP: commands out, answers in; declared in mail_imap.h.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/text.h"
#include "script/library/io_error.h"
#include "script/library/mail_imap.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t longestLiteral = 1 << 30;
constexpr std::size_t maximumLines = 1'000'000;
constexpr int maximumDepth = 100;
constexpr const char* boxCharset = "IMAP-mailbox-name";

// One answer of the server as text, with its literals beside it.
class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<std::string>& literals) : text_(text), literals_(literals) {}

  ImapLine line() {
    ImapLine items;
    list(items, 0);
    return items;
  }

 private:
  // Up to the closing bracket or the end.
  void list(ImapLine& items, int depth) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ') {
        ++at_;
      } else if (c == ')') {
        ++at_;
        return;
      } else if (c == '(') {
        ++at_;
        ImapItem item{ImapItem::Kind::list, "", {}};
        if (depth >= maximumDepth) return;
        list(item.items, depth + 1);
        items.push_back(std::move(item));
      } else {
        items.push_back(c == '"' ? quoted() : c == '\1' ? literal() : atom());
      }
    }
  }

  ImapItem quoted() {
    ImapItem item{ImapItem::Kind::text, "", {}};
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      item.text += text_[at_];
    }
    ++at_;
    return item;
  }

  ImapItem literal() {
    ++at_;
    const std::string& bytes = literals_[std::min(used_++, literals_.size() - 1)];
    return {ImapItem::Kind::text, bytes, {}};
  }

  // BODY[HEADER.FIELDS (A B)] is one atom.
  ImapItem atom() {
    const std::size_t start = at_;
    int brackets = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (brackets == 0 && (c == ' ' || c == '(' || c == ')' || c == '\1')) break;
      if (c == '[') ++brackets;
      if (c == ']' && brackets > 0) --brackets;
      ++at_;
    }
    if (at_ == start) ++at_;
    ImapItem item{ImapItem::Kind::atom, std::string(text_.substr(start, at_ - start)), {}};
    if (equalsIgnoringAsciiCase(item.text, "NIL")) item.kind = ImapItem::Kind::nil;
    return item;
  }

  std::string_view text_;
  const std::vector<std::string>& literals_;
  std::size_t at_ = 0, used_ = 0;
};

// The size of a literal that a line ends with.
std::optional<std::size_t> literalSize(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  const auto size = parseInteger(line.substr(open + 1, line.size() - open - 2));
  if (!size || *size < 0) return std::nullopt;
  return static_cast<std::size_t>(*size);
}

}  // namespace

std::string encodeBoxName(std::string_view name) {
  if (isAscii(name) && !name.contains('&')) return std::string(name);
  UErrorCode status = U_ZERO_ERROR;
  const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  std::string out(name.size() * 4 + 16, '\0');
  UConverter* converter = ucnv_open(boxCharset, &status);
  if (U_FAILURE(status)) return std::string(name);
  const int32_t written = ucnv_fromUChars(converter, out.data(), static_cast<int32_t>(out.size()), wide.getBuffer(),
                                          wide.length(), &status);
  ucnv_close(converter);
  out.resize(U_FAILURE(status) ? 0 : static_cast<std::size_t>(written));
  return out;
}

std::string decodeBoxName(std::string_view name) {
  if (!name.contains('&')) return repairUtf8(name);
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(boxCharset, &status);
  if (U_FAILURE(status)) return repairUtf8(name);
  const icu::UnicodeString wide(name.data(), static_cast<int32_t>(name.size()), converter, status);
  ucnv_close(converter);
  std::string out;
  if (U_SUCCESS(status)) wide.toUTF8String(out);
  return out;
}

std::optional<std::string> imapQuoted(std::string_view text) {
  if (!isAscii(text) || text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos) return std::nullopt;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool ImapClient::can(std::string_view capability) const {
  return std::ranges::any_of(capabilities_,
                             [&](const std::string& known) { return equalsIgnoringAsciiCase(known, capability); });
}

ImapClient::~ImapClient() {
  if (session_) static_cast<void>(runOnce({{"LOGOUT"}}));
}

Result<> ImapClient::connect() {
  MailRefusal refusal;
  auto session = MailSession::open(server_, refusal);
  if (!session) return std::unexpected(session.error());
  session_ = std::move(*session);
  auto answer = runOnce({{"CAPABILITY"}});
  if (!answer) return std::unexpected(answer.error());
  capabilities_.clear();
  for (const ImapLine& line : answer->lines) {
    if (line.empty() || line.front().text != "CAPABILITY") continue;
    for (const ImapItem& item : line) capabilities_.push_back(item.text);
  }
  return {};
}

// Opens the connection where needed and selects the box again that was selected last.
Result<> ImapClient::ready(bool needsBox) {
  const auto now = std::chrono::steady_clock::now();
  if (session_ && now - last_ > checkDelay_ && !runOnce({{"NOOP"}})) session_.reset();
  if (!session_) {
    if (auto connected = connect(); !connected) return connected;
    if (!selected_.empty()) {
      const auto box = imapQuoted(encodeBoxName(selected_));
      auto again = runOnce({{std::string(readOnly_ ? "EXAMINE " : "SELECT ") + box.value_or("\"\"")}});
      if (!again) return std::unexpected(again.error());
    }
  }
  last_ = now;
  if (needsBox && selected_.empty())
    return fail(fault::wrongSettings, "No mail box is selected: selectBox() comes first.");
  return {};
}

// A lost connection is made again once, unless part of the command may have been executed.
Result<ImapClient::Answer> ImapClient::run(const std::vector<Part>& parts) {
  const bool kept = session_ != nullptr;
  if (auto open = ready(false); !open) return std::unexpected(open.error());
  auto answer = runOnce(parts);
  if (answer || answer.error().code() == refused) return answer;
  session_.reset();
  const bool harmless = !parts.empty() && !parts.front().text.starts_with("APPEND");
  if (!kept || !harmless) return answer;
  if (auto open = ready(false); !open) return std::unexpected(open.error());
  return runOnce(parts);
}

Result<ImapClient::Answer> ImapClient::runOnce(const std::vector<Part>& parts) {
  const std::string tag = fmt::format("Q{:04}", ++tag_);
  std::string out = tag;
  Answer answer;
  for (const Part& part : parts) {
    out += ' ';
    if (!part.literal) {
      out += part.text;
      continue;
    }
    out += fmt::format("{{{}}}\r\n", part.text.size());
    if (auto sent = session_->write(out); !sent) return std::unexpected(sent.error());
    auto line = readLine();
    if (!line) return std::unexpected(line.error());
    if (line->empty() || line->front().text != "+") {
      return fail(refused, "The mail server does not take the text of the command.");
    }
    out = part.text;
  }
  if (auto sent = session_->write(out + "\r\n"); !sent) return std::unexpected(sent.error());
  while (answer.lines.size() < maximumLines) {
    auto line = readLine();
    if (!line) return std::unexpected(line.error());
    if (line->empty()) continue;
    const std::string first = line->front().text;
    if (first == "*") {
      line->erase(line->begin());
      answer.lines.push_back(std::move(*line));
      continue;
    }
    if (first != tag) continue;
    for (std::size_t i = 2; i < line->size(); ++i) answer.text += (i > 2 ? " " : "") + (*line)[i].text;
    if (line->size() > 1 && equalsIgnoringAsciiCase((*line)[1].text, "OK")) return answer;
    return fail(refused, answer.text.empty() ? "The mail server refuses the command." : repairUtf8(answer.text));
  }
  return fail(fault::inputOutput, "The mail server sends an endless answer.");
}

Result<ImapLine> ImapClient::readLine() {
  std::string text;
  std::vector<std::string> literals;
  while (true) {
    auto line = session_->readLine();
    if (!line) return std::unexpected(line.error());
    std::erase(*line, '\1');
    const auto size = literalSize(*line);
    if (!size) {
      text += *line;
      return Scanner(text, literals).line();
    }
    if (*size > longestLiteral) return fail(fault::limitReached, "The mail server sends more than 1 GB at once.");
    text += line->substr(0, line->rfind('{')) + "\1";
    auto bytes = session_->read(*size);
    if (!bytes) return std::unexpected(bytes.error());
    literals.push_back(std::move(*bytes));
  }
}

}  // namespace qodly::script::library
