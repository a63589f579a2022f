#include "script/library/mail_address.h"

#include <algorithm>

#include "base/text.h"
#include "script/library/mail_entity.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumAddresses = 10'000;

class Reader {
 public:
  explicit Reader(std::string_view list) : rest_(list) {}

  std::vector<MailAddress> run() {
    while (!rest_.empty() && found_.size() < maximumAddresses) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      switch (c) {
        case '"':
          quoted();
          break;
        case '(':
          comment();
          break;
        case '<':
          angle();
          break;
        case ',':
        case ';':
          finish();
          break;
        case ':':  // the name of a group ends
          words_.clear();
          break;
        default:
          words_ += c;
      }
    }
    finish();
    return std::move(found_);
  }

 private:
  void quoted() {
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    // "a b"@x.org keeps its quotes: it is an address.
    words_ += rest_.starts_with('@') ? "\"" + text + "\"" : text;
  }
  void comment() {
    int depth = 1;
    std::string text;
    while (!rest_.empty() && depth > 0) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (depth > 0) text += c;
    }
    comment_ = trim(text);
  }
  void angle() {
    const std::size_t end = std::min(rest_.find('>'), rest_.size());
    address_ = trim(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    hasAngle_ = true;
  }
  void finish() {
    const std::string_view words = trim(words_);
    // An old form: a@x.org (Ann).
    MailAddress address =
        hasAngle_ ? MailAddress{decodeWords(words), address_} : MailAddress{decodeWords(comment_), std::string(words)};
    const bool usable = !address.email.empty() && address.email.find_first_of(" \r\n\t<>") == std::string::npos;
    if (usable) found_.push_back(std::move(address));
    words_.clear();
    comment_.clear();
    address_.clear();
    hasAngle_ = false;
  }

  std::string_view rest_;
  std::string words_, comment_, address_;
  bool hasAngle_ = false;
  std::vector<MailAddress> found_;
};

}  // namespace

std::vector<MailAddress> parseAddresses(std::string_view list) { return Reader(list).run(); }

}  // namespace qodly::script::library
