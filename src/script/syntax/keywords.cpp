// The tables behind keywords.h.
#include "script/syntax/keywords.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace qodly::script::syntax {

namespace {

struct KeywordRow {
  std::string_view word;
  Keyword keyword;
  bool reserved;
};
constexpr auto keywords = std::to_array<KeywordRow>({
    {"alias", Keyword::aliasWord, false},
    {"break", Keyword::breakWord, true},
    {"case", Keyword::caseWord, false},
    {"catch", Keyword::catchWord, true},
    {"class", Keyword::classWord, false},
    {"constructor", Keyword::constructorWord, false},
    {"continue", Keyword::continueWord, true},
    {"declare", Keyword::declareWord, false},
    {"each", Keyword::eachWord, false},
    {"else", Keyword::elseWord, true},
    {"end", Keyword::endWord, true},
    {"extends", Keyword::extendsWord, false},
    {"for", Keyword::forWord, true},
    {"foreach", Keyword::forEachWord, true},
    {"function", Keyword::functionWord, true},
    {"if", Keyword::ifWord, true},
    {"property", Keyword::propertyWord, false},
    {"repeat", Keyword::repeatWord, true},
    {"return", Keyword::returnWord, true},
    {"switch", Keyword::switchWord, false},
    {"try", Keyword::tryWord, false},
    {"until", Keyword::untilWord, true},
    {"use", Keyword::useWord, false},
    {"var", Keyword::varWord, true},
    {"while", Keyword::whileWord, true},
});

struct TypeRow {
  TypeWord word;
  std::string_view qodlyScript, fourD, directive;
};
constexpr auto types = std::to_array<TypeRow>({
    {TypeWord::text, "string", "Text", "C_TEXT"},
    {TypeWord::real, "number", "Real", "C_REAL"},
    {TypeWord::integer, "integer", "Integer", "C_LONGINT"},
    {TypeWord::boolean, "boolean", "Boolean", "C_BOOLEAN"},
    {TypeWord::date, "date", "Date", "C_DATE"},
    {TypeWord::time, "time", "Time", "C_TIME"},
    {TypeWord::object, "object", "Object", "C_OBJECT"},
    {TypeWord::collection, "collection", "Collection", "C_COLLECTION"},
    {TypeWord::picture, "picture", "Picture", "C_PICTURE"},
    {TypeWord::blob, "blob", "Blob", "C_BLOB"},
    {TypeWord::variant, "variant", "Variant", "C_VARIANT"},
    {TypeWord::pointer, "pointer", "Pointer", "C_POINTER"},
});

struct TypeAlias {
  std::string_view word;
  TypeWord type;
};
constexpr auto typeAliases = std::to_array<TypeAlias>({{"longint", TypeWord::integer}, {"bool", TypeWord::boolean}});
constexpr auto directiveAliases =
    std::to_array<TypeAlias>({{"C_STRING", TypeWord::text}, {"C_INTEGER", TypeWord::integer}});

constexpr auto events = std::to_array<std::string_view>(
    {"restrict", "touched", "validateSave", "saving", "afterSave", "validateDrop", "dropping", "afterDrop"});

}  // namespace

Keyword keywordOf(std::string_view word) {
  const auto found =
      std::ranges::find_if(keywords, [word](const KeywordRow& row) { return equalsIgnoringAsciiCase(row.word, word); });
  return found == keywords.end() ? Keyword::none : found->keyword;
}

bool isReserved(Keyword keyword) {
  return std::ranges::any_of(keywords,
                             [keyword](const KeywordRow& row) { return row.keyword == keyword && row.reserved; });
}

std::optional<TypeWord> typeWordOf(std::string_view word) {
  for (const TypeRow& row : types) {
    if (equalsIgnoringAsciiCase(row.qodlyScript, word) || equalsIgnoringAsciiCase(row.fourD, word)) return row.word;
  }
  for (const TypeAlias& alias : typeAliases) {
    if (equalsIgnoringAsciiCase(alias.word, word)) return alias.type;
  }
  return std::nullopt;
}

std::string_view typeSpelling(TypeWord word, Surface surface) {
  const auto found = std::ranges::find(types, word, &TypeRow::word);
  if (found == types.end()) return {};
  return surface == Surface::fourD ? found->fourD : found->qodlyScript;
}

std::optional<TypeWord> directiveTypeOf(std::string_view word) {
  // Later versions of the 4D surface mark old commands so.
  constexpr std::string_view obsolete = "_O_";
  if (equalsIgnoringAsciiCase(word.substr(0, obsolete.size()), obsolete)) word.remove_prefix(obsolete.size());
  if (word.size() < 3 || (word[0] != 'C' && word[0] != 'c') || word[1] != '_') return std::nullopt;
  for (const TypeRow& row : types) {
    if (equalsIgnoringAsciiCase(row.directive, word)) return row.word;
  }
  for (const TypeAlias& alias : directiveAliases) {
    if (equalsIgnoringAsciiCase(alias.word, word)) return alias.type;
  }
  return std::nullopt;
}

std::string_view directiveSpelling(TypeWord word) {
  const auto found = std::ranges::find(types, word, &TypeRow::word);
  return found == types.end() ? std::string_view{} : found->directive;
}

bool isEventName(std::string_view word) {
  return std::ranges::any_of(events, [word](std::string_view each) { return equalsIgnoringAsciiCase(each, word); });
}

}  // namespace qodly::script::syntax
