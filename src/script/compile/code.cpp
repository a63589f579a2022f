// Types as values, and looking up words of code in its tables.
#include "script/compile/code.h"

#include <algorithm>

namespace qodly::script::compile {

namespace {

using syntax::TypeWord;

// The innermost entry that covers the word: the last one that begins before it and has not ended.
template <class Entry>
const Entry* innermost(const std::vector<Entry>& entries, std::uint32_t word) {
  auto after = std::ranges::upper_bound(entries, word, {}, &Entry::begin);
  while (after != entries.begin()) {
    --after;
    if (word < after->end) return &*after;
  }
  return nullptr;
}

}  // namespace

Value defaultOf(TypeWord word) {
  switch (word) {
    case TypeWord::text:
      return Value::text("");
    case TypeWord::real:
      return Value::real(0);
    case TypeWord::integer:
      return Value::integer(0);
    case TypeWord::boolean:
      return Value::boolean(false);
    case TypeWord::date:
      return Value::date(Date::none());
    case TypeWord::time:
      return Value::time(Duration{});
    case TypeWord::blob:
      return Value::blob({});
    case TypeWord::object:
    case TypeWord::collection:
    case TypeWord::picture:
    case TypeWord::pointer:
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      return Value::null();
    case TypeWord::none:
    case TypeWord::variant:
      break;
  }
  return {};
}

bool isUnboxed(TypeWord word) {
  return word == TypeWord::real || word == TypeWord::integer || word == TypeWord::boolean || word == TypeWord::date ||
         word == TypeWord::time;
}

std::int32_t typeCode(TypeWord word) {
  switch (word) {
    case TypeWord::text:
      return 2;
    case TypeWord::real:
      return 1;
    case TypeWord::integer:
      return 9;
    case TypeWord::boolean:
      return 6;
    case TypeWord::date:
      return 4;
    case TypeWord::time:
      return 11;
    case TypeWord::object:
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      return 38;
    case TypeWord::collection:
      return 42;
    case TypeWord::picture:
      return 3;
    case TypeWord::blob:
      return 30;
    case TypeWord::pointer:
      return 23;
    case TypeWord::none:
    case TypeWord::variant:
      break;
  }
  return 12;
}

const StatementRange* Code::statementAt(std::uint32_t word) const { return innermost(statements, word); }

const HandlerRange* Code::handlerAt(std::uint32_t word) const { return innermost(handlers, word); }

LineEntry Code::lineAt(std::uint32_t word) const {
  const auto after = std::ranges::upper_bound(lines, word, {}, &LineEntry::word);
  return after == lines.begin() ? LineEntry{} : *std::prev(after);
}

}  // namespace qodly::script::compile
