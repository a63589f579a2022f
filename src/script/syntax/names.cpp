// Tables of known names and their longest match. The ICU property functions are the only ones that know letters beyond
// ASCII; ASCII is decided here because nearly all names are.
#include "script/syntax/names.h"

#include <algorithm>

#include <unicode/uchar.h>

#include "base/text.h"
#include "base/utf8.h"

namespace qodly::script::syntax {

namespace {

bool isAsciiLetter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool isAsciiDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

}  // namespace

bool isNameStart(char32_t codePoint) {
  if (codePoint < 0x80) return isAsciiLetter(codePoint) || codePoint == U'_';
  return u_isalpha(static_cast<UChar32>(codePoint)) != 0;
}

bool isNameCharacter(char32_t codePoint) {
  if (codePoint < 0x80) return isAsciiLetter(codePoint) || isAsciiDigit(codePoint) || codePoint == U'_';
  // Combining marks belong to the letter before them: names typed on some systems arrive decomposed.
  return u_isalpha(static_cast<UChar32>(codePoint)) != 0 ||
         u_charType(static_cast<UChar32>(codePoint)) == U_NON_SPACING_MARK;
}

std::size_t nameLength(std::string_view text, std::size_t offset) {
  std::size_t at = offset;
  while (at < text.size()) {
    const auto decoded = decodeUtf8(text, at);
    if (!decoded.valid || !isNameCharacter(decoded.codePoint)) break;
    at += decoded.length;
  }
  return at - offset;
}

std::string foldName(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  std::size_t at = 0;
  while (at < name.size()) {
    const auto decoded = decodeUtf8(name, at);
    at += decoded.length;
    const char32_t c = decoded.codePoint;
    if (c == U' ' && !folded.empty() && folded.back() == ' ') continue;
    if (c < 0x80) {
      folded.push_back(static_cast<char>(c >= U'A' && c <= U'Z' ? c + 32 : c));
    } else {
      appendCodePoint(static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT)), folded);
    }
  }
  return folded;
}

void NameTable::index(std::string_view spelling, const KnownName* name) {
  if (spelling.empty()) return;
  std::string folded = foldName(spelling);
  if (name->sort == NameSort::table) {
    tables_.try_emplace(std::move(folded), name);
    return;
  }
  const std::size_t words = static_cast<std::size_t>(std::ranges::count(folded, ' ')) + 1;
  std::size_t& most = mostWords_[folded.substr(0, folded.find(' '))];
  most = std::max(most, words);
  words_.try_emplace(std::move(folded), name);
}

void NameTable::add(KnownName name) {
  const KnownName* kept = &names_.emplace_back(std::move(name));
  index(kept->name, kept);
  index(kept->fourD, kept);
  if (kept->sort == NameSort::command && kept->number != 0) numbers_.try_emplace(kept->number, kept);
}

std::optional<NameMatch> NameTable::longestMatch(std::string_view text) const {
  std::optional<NameMatch> best = below_ != nullptr ? below_->longestMatch(text) : std::nullopt;
  const std::size_t firstWord = nameLength(text, 0);
  if (firstWord == 0) return best;
  std::string candidate = foldName(text.substr(0, firstWord));
  const auto most = mostWords_.find(candidate);
  if (most == mostWords_.end()) return best;

  std::size_t length = firstWord;
  for (std::size_t words = 1;; ++words) {
    const auto found = words_.find(candidate);
    // At equal length the built-in name wins: a method never shadows a command (commands.md 1.1).
    if (found != words_.end() && (!best || length > best->length)) best = NameMatch{found->second, length};
    if (words == most->second || length >= text.size() || text[length] != ' ') return best;
    const std::size_t word = std::min(text.find_first_not_of(' ', length), text.size());
    const std::size_t next = nameLength(text, word);
    if (next == 0) return best;
    candidate += ' ';
    candidate += foldName(text.substr(word, next));
    length = word + next;
  }
}

const KnownName* NameTable::find(NameSort sort, std::string_view text) const {
  const auto& spellings = sort == NameSort::table ? tables_ : words_;
  const auto found = spellings.find(foldName(text));
  if (found != spellings.end() && found->second->sort == sort) return found->second;
  return below_ != nullptr ? below_->find(sort, text) : nullptr;
}

const KnownName* NameTable::commandNumbered(std::uint32_t number) const {
  const auto found = numbers_.find(number);
  if (found != numbers_.end()) return found->second;
  return below_ != nullptr ? below_->commandNumbered(number) : nullptr;
}

}  // namespace qodly::script::syntax
