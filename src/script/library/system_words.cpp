// Splitting of command lines; declared in system_process.h.
#include <fmt/format.h>

#include "base/text.h"
#include "script/library/io_error.h"
#include "script/library/system_process.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumWords = 10'000;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  Result<std::vector<std::string>> run() {
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (isBlank(c)) {
        endWord();
      } else if (c == '\'') {
        if (!singleQuoted()) return notClosed('\'');
      } else if (c == '"') {
        if (!doubleQuoted()) return notClosed('"');
      } else {
        begin();
        if (c == '\\' && at_ < line_.size()) {
          word_ += line_[at_++];
        } else {
          word_ += c;
        }
      }
    }
    endWord();
    if (words_.empty() || words_.front().empty()) {
      return fail(fault::wrongSettings, "The command line names no program.");
    }
    if (words_.size() > maximumWords) return fail(fault::wrongSettings, "The command line has more than 10000 words.");
    return std::move(words_);
  }

 private:
  void begin() { inWord_ = true; }
  void endWord() {
    if (inWord_) words_.push_back(std::move(word_));
    word_.clear();
    inWord_ = false;
  }
  bool singleQuoted() {
    begin();
    const std::size_t end = line_.find('\'', at_);
    if (end == line_.npos) return false;
    word_ += line_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }
  // Inside double quotes a backslash protects only what would be special there.
  bool doubleQuoted() {
    begin();
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == '"') return true;
      const bool protects = c == '\\' && at_ < line_.size() && std::string_view("\"\\$`\n").contains(line_[at_]);
      word_ += protects ? line_[at_++] : c;
    }
    return false;
  }
  std::unexpected<Error> notClosed(char quote) const {
    return fail(fault::wrongSettings, fmt::format("A quote ({}) of the command line is not closed: {}", quote,
                                                  repairUtf8(line_.substr(0, 200))));
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool inWord_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> commandWords(std::string_view line) {
  if (line.contains('\0')) return fail(fault::wrongSettings, "The command line contains a zero character.");
  return Splitter(line).run();
}

}  // namespace qodly::script::library
