// Ranges always start above the key of null. A long text key may have been cut by the store, on either side of a
// comparison: keys that share the first `safeKey` bytes of the bound are then tested against their records.
#include "engine/embedded/index_search.h"

#include <algorithm>

#include "engine/embedded/interval.h"
#include "value/convert.h"

namespace qodly::engine {

namespace {

using query::Condition;
using query::Operator;
using storage::IndexKey;
using storage::IndexKind;
using storage::KeyRange;

// Keys shorter than this are never cut, whatever the limit of the store.
constexpr std::size_t safeKey = 192;

// The part of a key that no limit has cut.
std::string certainPart(std::string_view key) { return std::string(key.substr(0, safeKey)); }

KeyRange exactly(std::string key) { return {key, true, key, true, false}; }
KeyRange beginningWith(std::string key) { return {std::move(key), true, std::nullopt, true, true}; }

class Ranges {
 public:
  Ranges(const StoredAttribute& attribute, const Collation& collation)
      : attribute_(attribute),
        collation_(collation),
        null_(storage::indexKey(attribute.type, Value::null(), collation).bytes) {}

  std::vector<IndexRange> take() { return std::move(ranges_); }

  bool addNull() { return add(exactly(null_)); }

  // False: not expressible.
  bool addComparison(Operator op, const Value& value, bool begins) {
    if (value.isMissing()) return true;
    switch (attribute_.type) {
      case ColumnType::text:
        return value.isText() && addText(op, value.asText(), begins);
      case ColumnType::uuid:
        return addUuid(op, value);
      case ColumnType::real:
        return addReal(op, value);
      default:
        return addIntegral(op, value);
    }
  }

 private:
  bool add(KeyRange keys, bool verify = false, std::string verifyPrefix = {}) {
    ranges_.push_back({std::move(keys), verify, std::move(verifyPrefix)});
    return true;
  }

  std::string keyOf(const Value& value) const { return storage::indexKey(attribute_.type, value, collation_).bytes; }
  KeyRange aboveNull() const { return {null_, false, std::nullopt, true, false}; }

  bool addIntegral(Operator op, const Value& value) {
    const auto interval = integerInterval(op, value, attribute_.type);
    if (!interval) return false;
    const Interval<std::int64_t> domain = domainOf(attribute_.type);
    KeyRange keys = aboveNull();
    if (interval->empty() || interval->high < domain.low || interval->low > domain.high) return true;
    if (interval->low > domain.low) {
      keys.from = keyOf(integralValue(attribute_.type, interval->low));
      keys.fromInclusive = true;
    }
    if (interval->high < domain.high) keys.to = keyOf(integralValue(attribute_.type, interval->high));
    return add(std::move(keys));
  }

  bool addReal(Operator op, const Value& value) {
    if (!value.isNumber()) return false;
    std::string key = keyOf(Value::real(value.asNumber()));
    switch (op) {
      case Operator::equal:
      case Operator::identical:
        return add(exactly(std::move(key)));
      case Operator::less:
      case Operator::lessOrEqual:
        return add({null_, false, std::move(key), op == Operator::lessOrEqual, false});
      case Operator::greater:
      case Operator::greaterOrEqual:
        return add({std::move(key), op == Operator::greaterOrEqual, std::nullopt, true, false});
      default:
        return false;
    }
  }

  bool addUuid(Operator op, const Value& value) {
    if (op != Operator::equal && op != Operator::identical) return false;
    if (!value.isText() || value.asText().contains('@')) return false;
    const std::optional<Value> uuid = convertTo(ColumnType::uuid, value);
    return uuid && uuid->isText() && add(exactly(keyOf(*uuid)));
  }

  bool addText(Operator op, std::string_view text, bool begins) {
    switch (op) {
      case Operator::identical:
        return begins ? addPrefix(text) : addEqual(text);
      case Operator::equal:
        return addPattern(text, begins);
      case Operator::less:
      case Operator::lessOrEqual:
      case Operator::greater:
      case Operator::greaterOrEqual:
        return addOrdering(op, text);
      default:
        return false;
    }
  }

  bool addEqual(std::string_view text) {
    std::string key = keyOf(Value::text(text));
    if (key.size() < safeKey) return add(exactly(std::move(key)));
    return add(beginningWith(certainPart(key)), true);
  }

  bool addPrefix(std::string_view text) {
    if (text.empty()) return add(aboveNull(), true);
    const std::string whole = keyOf(Value::text(text));
    const std::string key = certainPart(whole);
    const bool isLong = whole.size() >= safeKey;
    KeyRange keys = key.starts_with(null_) ? aboveNull() : beginningWith(key);
    return add(std::move(keys), isLong || key.starts_with(null_));
  }

  bool addPattern(std::string_view text, bool begins) {
    const TextPattern pattern(collation_, text, true);
    switch (pattern.kind()) {
      case TextPattern::Kind::never:
        return true;
      case TextPattern::Kind::any:
        return add(aboveNull());
      case TextPattern::Kind::equals:
        return begins ? addPrefix(text) : addEqual(text);
      case TextPattern::Kind::prefix:
        return addPrefix(text.substr(0, text.find('@')));
      default:
        break;
    }
    const std::string_view literal = text.substr(0, text.find('@'));
    if (literal.empty()) return false;
    addPrefix(literal);
    ranges_.back().verify = true;
    return true;
  }

  bool addOrdering(Operator op, std::string_view text) {
    const bool wildcard = text.ends_with('@');
    const std::string whole = keyOf(Value::text(wildcard ? text.substr(0, text.size() - 1) : text));
    const bool ambiguous = wildcard || whole.size() >= safeKey;
    const std::string key = certainPart(whole);
    if (key.starts_with(null_) && wildcard) return false;
    const bool upwards = op == Operator::greater || op == Operator::greaterOrEqual;
    if (!ambiguous) {
      const bool inclusive = op == Operator::lessOrEqual || op == Operator::greaterOrEqual;
      if (upwards) return add({key, inclusive, std::nullopt, true, false});
      return add({null_, false, key, inclusive, false});
    }
    if (upwards) return add({key, true, std::nullopt, true, false}, false, key);
    add({null_, false, key, false, false});
    return add(beginningWith(key), true);
  }

  const StoredAttribute& attribute_;
  const Collation& collation_;
  std::string null_;
  std::vector<IndexRange> ranges_;
};

std::optional<IndexSearch> orderedSearch(const Condition& condition, const StoredAttribute& attribute,
                                         const Collation& collation) {
  Ranges ranges(attribute, collation);
  if (condition.nullTest) {
    if (!attribute.neverNull) ranges.addNull();
    return IndexSearch{IndexKind::ordered, ranges.take()};
  }
  if (condition.op == Operator::in) {
    for (const Value& element : condition.list) {
      if (!ranges.addComparison(Operator::equal, element, false)) return std::nullopt;
    }
  } else if (!ranges.addComparison(condition.op, condition.value, condition.begins)) {
    return std::nullopt;
  }
  if (attribute.neverNull) {  // nulls count as blank: let the record decide
    ranges.addNull();
    IndexSearch search{IndexKind::ordered, ranges.take()};
    search.ranges.back().verify = true;
    return search;
  }
  return IndexSearch{IndexKind::ordered, ranges.take()};
}

std::optional<IndexSearch> keywordSearch(const Condition& condition, const StoredAttribute& attribute,
                                         const Collation& collation) {
  if (!attribute.keywords || attribute.neverNull || !condition.value.isText()) return std::nullopt;
  const WordPattern word(collation, condition.value.asText());
  IndexSearch search{IndexKind::keywords, {}};
  if (word.matchesNothing()) return search;
  const std::string whole = storage::keywordKey(word.key()).bytes;
  const bool isLong = whole.size() >= safeKey;
  std::string key = certainPart(whole);
  search.ranges.push_back(
      {word.isPrefix() || isLong ? beginningWith(std::move(key)) : exactly(std::move(key)), isLong, {}});
  return search;
}

// The path as the object index names it; nullopt when the index has no such entries.
std::optional<std::string> indexedPath(const query::AttributeRef& attribute) {
  std::string path;
  for (const query::ObjectStep& step : attribute.object) {
    if (step.name.contains('.') || step.name.contains('[')) return std::nullopt;
    if (!path.empty()) path += '.';
    path += step.name;
    if (step.each) path += "[]";
  }
  if (attribute.length) path += ".length";
  return path.empty() ? std::nullopt : std::optional(std::move(path));
}

// Entries of a path hold every scalar found there, so the ranges are coarse (one path) and records decide.
bool addObjectRange(std::vector<IndexRange>& ranges, const std::string& path, Operator op, const Value& value,
                    bool begins, const Collation& collation) {
  const bool scalar = value.isText() || value.isNumber() || value.type() == Type::boolean;
  if (!scalar) return value.isMissing();
  const auto add = [&](KeyRange keys) {
    ranges.push_back({std::move(keys), true, {}});
    return true;
  };
  const bool equality = op == Operator::equal || op == Operator::identical;
  Value bound = value;
  bool prefix = begins;
  if (value.isText()) {
    std::string_view text = value.asText();
    const bool wildcards = op == Operator::equal && text.contains('@');
    prefix = prefix || wildcards;
    if (wildcards) text = text.substr(0, text.find('@'));
    if (!equality && text.ends_with('@')) return add(beginningWith(storage::objectPathPrefix(path)));
    if (prefix && text.empty()) return false;
    bound = Value::text(text);
  }
  std::string key = storage::objectPathKey(path, bound, collation).bytes;
  if (!equality || key.size() >= safeKey) return add(beginningWith(storage::objectPathPrefix(path)));
  return add(prefix ? beginningWith(std::move(key)) : exactly(std::move(key)));
}

std::optional<IndexSearch> objectSearch(const Condition& condition, const StoredAttribute& attribute,
                                        const Collation& collation) {
  if (!attribute.objectPaths || attribute.neverNull || condition.nullTest) return std::nullopt;
  const std::optional<std::string> path = indexedPath(condition.attribute);
  if (!path) return std::nullopt;
  IndexSearch search{IndexKind::objectPaths, {}};
  const bool isList = condition.op == Operator::in;
  const auto values = isList ? std::span<const Value>(condition.list) : std::span(&condition.value, 1);
  for (const Value& value : values) {
    const Operator op = isList ? Operator::equal : condition.op;
    if (op == Operator::keyword || !addObjectRange(search.ranges, *path, op, value, condition.begins, collation)) {
      return std::nullopt;
    }
  }
  return search;
}

}  // namespace

std::optional<IndexSearch> indexSearch(const Condition& condition, const StoredAttribute& attribute,
                                       const Collation& collation) {
  if (attribute.type == ColumnType::object) return objectSearch(condition, attribute, collation);
  if (condition.op == Operator::keyword) return keywordSearch(condition, attribute, collation);
  if (!attribute.ordered) return std::nullopt;
  return orderedSearch(condition, attribute, collation);
}

}  // namespace qodly::engine
