// Words with a meaning of their own: type words, modifiers, and the words that statements begin and end with
// (language.md 2.5, 30, 32). All match without regard to case.
#pragma once

#include <optional>
#include <string_view>

#include "script/syntax/tree.h"

namespace qodly::script::syntax {

enum class Keyword : std::uint8_t {
  none,
  ifWord,
  elseWord,
  endWord,
  switchWord,
  caseWord,
  whileWord,
  repeatWord,
  untilWord,
  forWord,
  forEachWord,  // forEach; "for each" is two words
  eachWord,
  useWord,
  tryWord,
  catchWord,
  returnWord,
  breakWord,
  continueWord,
  varWord,
  declareWord,
  functionWord,
  classWord,
  constructorWord,
  propertyWord,
  extendsWord,
  aliasWord,
};

Keyword keywordOf(std::string_view word);  // none for every other word
// Keywords that can never begin an expression, in either surface.
bool isReserved(Keyword keyword);

std::optional<TypeWord> typeWordOf(std::string_view word);       // "text", "String"...; not cs and 4D
std::string_view typeSpelling(TypeWord word, Surface surface);   // "string" / "Text"
std::optional<TypeWord> directiveTypeOf(std::string_view word);  // "C_TEXT"...
std::string_view directiveSpelling(TypeWord word);               // "C_TEXT"...; "" for class types
bool isEventName(std::string_view word);                         // restrict, saving...: language.md 15

}  // namespace qodly::script::syntax
