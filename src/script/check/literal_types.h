// The types of expressions that tell them by themselves.
#pragma once

#include "script/check/check_type.h"
#include "script/syntax/tree.h"

namespace qodly::script::check {

// A visitor of expressions; readers of types add what they know of names, calls and members. Nothing is known of an
// expression that neither tells of.
struct LiteralTypes {
  using Kind = CheckType::Kind;

  template <class Other>
  CheckType operator()(const Other&) const {
    return {};
  }
  CheckType operator()(const syntax::NumberLiteral&) const { return {Kind::number, {}}; }
  CheckType operator()(const syntax::TextLiteral&) const { return {Kind::text, {}}; }
  CheckType operator()(const syntax::DateLiteral&) const { return {Kind::date, {}}; }
  CheckType operator()(const syntax::TimeLiteral&) const { return {Kind::time, {}}; }
  CheckType operator()(const syntax::BooleanLiteral&) const { return {Kind::boolean, {}}; }
  CheckType operator()(const syntax::NullLiteral&) const { return {Kind::null, {}}; }
  CheckType operator()(const syntax::ObjectLiteral&) const { return {Kind::object, {}}; }
  CheckType operator()(const syntax::CollectionLiteral&) const { return {Kind::collection, {}}; }
  CheckType operator()(const syntax::CharacterAt&) const { return {Kind::text, {}}; }
};

}  // namespace qodly::script::check
