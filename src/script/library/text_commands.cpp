#include "script/library/text_commands.h"

#include <array>

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "script/library/text_case.h"
#include "script/library/text_compare.h"
#include "script/library/text_edit.h"
#include "script/library/text_regex.h"
#include "script/library/text_split.h"
#include "script/vm/array_value.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

using vm::Call;

const Collation& collationOf(const Call& call) { return call.process().runtime().collation(); }

std::optional<std::int64_t> optionsAt(const Call& call, std::size_t index) {
  return call.given(index) ? std::optional(call.integer(index)) : std::nullopt;
}

Result<Value> changeStringCommand(Call& call) { return changeString(call.at(0), call.at(1), call.integer(2)); }
Result<Value> charCommand(Call& call) { return characterOfCode(call.integer(0)); }
Result<Value> characterCodeCommand(Call& call) { return Value::integer(codeOfCharacter(call.text(0))); }

Result<Value> compareStringsCommand(Call& call) {
  return Value::integer(
      compareStrings(collationOf(call), call.text(0), call.text(1), compareOptions(optionsAt(call, 2)).strength));
}

Result<Value> deleteStringCommand(Call& call) { return deleteString(call.at(0), call.integer(1), call.integer(2)); }
Result<Value> insertStringCommand(Call& call) { return insertString(call.at(0), call.at(1), call.integer(2)); }
Result<Value> lengthCommand(Call& call) { return Value::integer(static_cast<std::int64_t>(call.at(0).textUnits())); }

Accents accentsAt(const Call& call, std::size_t star) { return call.star(star) ? Accents::kept : Accents::removed; }
Result<Value> lowercaseCommand(Call& call) { return lowercase(call.at(0), accentsAt(call, 1)); }
Result<Value> uppercaseCommand(Call& call) { return uppercase(call.at(0), accentsAt(call, 1)); }

bool isSpace(std::string_view text, std::size_t at) {
  return u_isUWhiteSpace(static_cast<UChar32>(decodeUtf8(text, at).codePoint)) != 0;
}

Value trimmed(std::string_view text, bool front, bool back) {
  while (front && !text.empty() && isSpace(text, 0)) text.remove_prefix(decodeUtf8(text, 0).length);
  while (back && !text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
    if (!isSpace(text, last)) break;
    text = text.substr(0, last);
  }
  return Value::text(std::string(text));
}

Result<Value> trimCommand(Call& call) { return trimmed(call.text(0), true, true); }
Result<Value> trimStartCommand(Call& call) { return trimmed(call.text(0), true, false); }
Result<Value> trimEndCommand(Call& call) { return trimmed(call.text(0), false, true); }

Result<Value> substringCommand(Call& call) { return substring(call.at(0), call.integer(1), call.integer(2, toTheEnd)); }

Result<Value> positionCommand(Call& call) {
  CompareOptions options = compareOptions(optionsAt(call, 4));
  if (call.star(5)) options.strength = SearchStrength::codes;
  const FoundText found = findText(collationOf(call), call.text(0), call.at(1), call.integer(2, 1), options);
  call.setOut(3, Value::integer(found.length));
  return Value::integer(found.position);
}

Result<Value> replaceStringCommand(Call& call) {
  const SearchStrength strength = call.star(4) ? SearchStrength::codes : SearchStrength::letters;
  return replaceString(collationOf(call), call.at(0), call.text(1), call.text(2), call.integer(3, INT64_MAX), strength);
}

Result<Value> splitStringCommand(Call& call) {
  const std::size_t memory = memoryOfPieces(call.text(0), call.text(1));
  if (auto charged = call.process().charge(memory); !charged) return std::unexpected(charged.error());
  const Value pieces = call.process().newCollection();
  splitString(call.text(0), call.text(1), call.integer(2), pieces.asCollection());
  return pieces;
}

// Element 0 is the whole match, element n the group n.
Result<> fillArray(vm::ArrayValue& array, const std::vector<RegexGroup>& groups, std::int64_t RegexGroup::*part) {
  if (auto resized = array.resize(groups.empty() ? 0 : std::ssize(groups) - 1); !resized) return resized;
  if (groups.empty()) return array.write(0, Value::integer(0));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (auto written = array.write(static_cast<std::int64_t>(i), Value::integer(groups[i].*part)); !written) {
      return written;
    }
  }
  return {};
}

Result<Value> matchRegexCommand(Call& call) {
  const bool whole = !call.given(2);
  const RegexSearch search = whole ? RegexSearch::whole : call.star(5) ? RegexSearch::exactlyAt : RegexSearch::from;
  const auto groups = matchRegex(call.text(0), call.text(1), call.integer(2, 1), search);
  if (!groups) return std::unexpected(groups.error());
  for (const auto& [place, part] : {std::pair(std::size_t{3}, &RegexGroup::position), {4, &RegexGroup::length}}) {
    if (auto* array = vm::ArrayValue::from(call.at(place))) {
      if (auto filled = fillArray(*array, *groups, part); !filled) return std::unexpected(filled.error());
    } else {
      call.setOut(place, Value::integer(groups->empty() ? 0 : groups->front().*part));
    }
  }
  return Value::boolean(!groups->empty());
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"changeString", "(source: string, newChars: string, where: integer) : string", changeStringCommand,
     "The text with its characters from a position on overwritten; its length stays the same."},
    {"char", "(charCode: integer) : string", charCommand, "The character with that UTF-16 code (1 to 65535)."},
    {"characterCode", "(character: string) : integer", characterCodeCommand,
     "The UTF-16 code of the first character; 0 for an empty text."},
    {"compareStrings", "(aString: string, bString: string, options?: integer) : integer", compareStringsCommand,
     "-1, 0 or 1: the first text is less than, equal to or greater than the second."},
    {"deleteString", "(source: string, where: integer, numChars: integer) : string", deleteStringCommand,
     "The text without a number of characters from a position on."},
    {"insertString", "(source: string, what: string, where: integer) : string", insertStringCommand,
     "The text with another one inserted before a position."},
    {"length", "(aString: string) : integer", lengthCommand, "The number of characters of a text."},
    {"lowercase", "(aString: string, *?) : string", lowercaseCommand,
     "The text in lower case, without accents; with * accents are kept."},
    {"uppercase", "(aString: string, *?) : string", uppercaseCommand,
     "The text in upper case, without accents; with * accents are kept."},
    {"Trim", "(aString: string) : string", trimCommand, "The text without white space at its ends."},
    {"Trim start", "(aString: string) : string", trimStartCommand, "The text without white space at its start."},
    {"Trim end", "(aString: string) : string", trimEndCommand, "The text without white space at its end."},
    {"matchRegex",
     "(pattern: string, aString: string, start?: integer, inout posFound?: variable, inout lengthFound?: variable, "
     "*?) : boolean",
     matchRegexCommand,
     "Whether a regular expression matches the whole text or, given a start, is found from there on; with * exactly "
     "there."},
    {"position",
     "(find: string, aString: string, start?: integer, out lengthFound?: integer, options?: integer, *?) : integer",
     positionCommand, "The position of a text in another, 0 when it is not found; with * character codes decide."},
    {"replaceString", "(source: string, oldString: string, newString: string, howMany?: integer, *?) : string",
     replaceStringCommand,
     "The text with all or the first occurrences of another replaced; with * character codes decide."},
    {"splitString", "(stringToSplit: string, separator: string, options?: integer) : collection", splitStringCommand,
     "The pieces of a text between separators."},
    {"substring", "(source: string, firstChar: integer, numChars?: integer) : string", substringCommand,
     "Part of a text, from a position to a number of characters or the end."},
});

}  // namespace

std::span<const vm::FunctionRow> textCommands() { return rows; }

}  // namespace qodly::script::library
