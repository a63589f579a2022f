#include "script/check/check_type.h"

#include <array>

#include <fmt/format.h>

namespace qodly::script::check {

namespace {

constexpr std::array<std::string_view, 14> words{
    "a value of unknown type",
    "null",
    "a Boolean",
    "a number",
    "a text",
    "a date",
    "a time",
    "a picture",
    "a blob",
    "a pointer",
    "a collection",
    "an object",
    "the datastore",
    "",
};

}  // namespace

std::string CheckType::described() const {
  switch (kind) {
    case Kind::dataClass:
      return fmt::format("the dataclass {}", name);
    case Kind::entity:
      return fmt::format("an entity of {}", name);
    case Kind::selection:
      return fmt::format("a selection of {}", name);
    case Kind::classValue:
      return fmt::format("the class {}", name);
    case Kind::nativeClass:
      return fmt::format("the class 4D.{}", name);
    case Kind::instance:
      return fmt::format("an instance of {}", name);
    case Kind::native:
      return fmt::format("a 4D.{}", name);
    default:
      return std::string(words.at(static_cast<std::size_t>(kind)));
  }
}

bool accepts(const CheckType& wanted, const CheckType& given, bool parameter) {
  using Kind = CheckType::Kind;
  if (!wanted.isKnown() || !given.isKnown()) return true;
  if (given.is(Kind::null)) {
    return parameter || wanted.isObject() || wanted.is(Kind::collection) || wanted.is(Kind::picture) ||
           wanted.is(Kind::pointer);
  }
  if (wanted.isObject() && given.isObject()) return true;
  const bool span =
      (wanted.is(Kind::number) && given.is(Kind::time)) || (wanted.is(Kind::time) && given.is(Kind::number));
  const bool boxed = (wanted.is(Kind::blob) && given.isObject()) || (wanted.isObject() && given.is(Kind::blob));
  const bool isoDate = wanted.is(Kind::date) && given.is(Kind::text);  // judged where the text is known
  return wanted.kind == given.kind || span || boxed || isoDate;
}

CheckType joined(const CheckType& a, const CheckType& b) {
  if (a.is(CheckType::Kind::null)) return b;
  if (b.is(CheckType::Kind::null) || a == b) return a;
  return {};
}

}  // namespace qodly::script::check
