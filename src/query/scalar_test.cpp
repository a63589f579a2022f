#include "query/scalar_test.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qodly::query {

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double twoTo63 = 9223372036854775808.0;

// The interval of values that satisfy `op` against a value that occupies [first, last] itself.
void addOrdinal(Intervals<std::int64_t>& intervals, Operator op, std::int64_t first, std::int64_t last) {
  switch (op) {
    case Operator::less:
      if (first > lowest) intervals.add(lowest, first - 1);
      return;
    case Operator::lessOrEqual:
      return intervals.add(lowest, last);
    case Operator::greater:
      if (last < highest) intervals.add(last + 1, highest);
      return;
    case Operator::greaterOrEqual:
      return intervals.add(first, highest);
    default:
      return intervals.add(first, last);
  }
}

// below, above: the doubles around the value; equal to it (below == above) when the value is a double itself.
void addReal(Intervals<double>& intervals, Operator op, double below, double above) {
  const bool exact = below == above;
  switch (op) {
    case Operator::less:
      return intervals.add(-infinity, exact ? std::nextafter(below, -infinity) : below);
    case Operator::lessOrEqual:
      return intervals.add(-infinity, below);
    case Operator::greater:
      return intervals.add(exact ? std::nextafter(above, infinity) : above, infinity);
    case Operator::greaterOrEqual:
      return intervals.add(above, infinity);
    default:
      if (exact) intervals.add(below, above);
  }
}

// Integers beyond 2^53 may lie between two doubles.
void addIntegerAsReal(Intervals<double>& intervals, Operator op, std::int64_t value) {
  const auto nearest = static_cast<double>(value);
  if (nearest >= twoTo63 || static_cast<std::int64_t>(nearest) > value) {
    return addReal(intervals, op, std::nextafter(nearest, -infinity), nearest);
  }
  if (static_cast<std::int64_t>(nearest) < value) {
    return addReal(intervals, op, nearest, std::nextafter(nearest, infinity));
  }
  addReal(intervals, op, nearest, nearest);
}

void addRealAsInteger(Intervals<std::int64_t>& intervals, Operator op, double value) {
  const bool below = op == Operator::less || op == Operator::lessOrEqual;
  const bool above = op == Operator::greater || op == Operator::greaterOrEqual;
  if (value >= twoTo63 || value < -twoTo63) {
    if (below ? value > 0 : above && value < 0) intervals.add(lowest, highest);
    return;
  }
  const double floor = std::floor(value);
  const auto whole = static_cast<std::int64_t>(floor);
  if (floor == value) return addOrdinal(intervals, op, whole, whole);
  if (below) intervals.add(lowest, whole);
  if (above) intervals.add(whole + 1, highest);
}

bool looksLikeDate(std::string_view text) {
  return text.size() >= 8 && text.size() <= 40 && (text.front() >= '0' && text.front() <= '9');
}

const Value* firstValue(const Condition& condition) {
  if (condition.op != Operator::in) return &condition.value;
  return condition.list.empty() ? nullptr : &condition.list.front();
}

}  // namespace

template <class T>
void Intervals<T>::finish() {
  std::ranges::sort(intervals_, {}, &Interval::low);
  std::vector<Interval> merged;
  for (const Interval& interval : intervals_) {
    if (merged.empty() || interval.low > merged.back().high) {
      merged.push_back(interval);
    } else {
      merged.back().high = std::max(merged.back().high, interval.high);
    }
  }
  intervals_ = std::move(merged);
}

template <class T>
bool Intervals<T>::containsInMany(T value) const {
  const auto after = std::ranges::upper_bound(intervals_, value, {}, &Interval::low);
  return after != intervals_.begin() && value <= std::prev(after)->high;
}

template class Intervals<std::int64_t>;
template class Intervals<double>;

ScalarTest::ScalarTest(const Condition& condition, const Collation& collation)
    : collation_(collation), dynamic_(condition.attribute.insideObject()) {
  if (condition.constant || condition.nullTest) return;
  const Operator op = isNegative(condition.op) ? negated(condition.op) : condition.op;
  if (op == Operator::in) {
    for (const Value& value : condition.list) add(op, value, condition.dayInterval);
    for (auto* intervals : {&integers_, &booleans_, &days_, &instants_, &times_}) intervals->finish();
    reals_.finish();
  } else {
    add(op, condition.value, condition.dayInterval);
  }
  const Value* first = firstValue(condition);
  switch (first != nullptr ? first->type() : Type::undefined) {
    case Type::boolean:
      ordinals_ = &booleans_;
      break;
    case Type::date:
      ordinals_ = condition.dayInterval ? &instants_ : &days_;
      break;
    case Type::instant:
      ordinals_ = &instants_;
      break;
    case Type::time:
      ordinals_ = &times_;
      break;
    default:
      break;
  }
}

void ScalarTest::add(Operator op, const Value& value, bool dayInterval) {
  switch (value.type()) {
    case Type::boolean:
      return addOrdinal(booleans_, op, value.asBoolean() ? 1 : 0, value.asBoolean() ? 1 : 0);
    case Type::integer:
      addOrdinal(integers_, op, value.asInteger(), value.asInteger());
      return addIntegerAsReal(reals_, op, value.asInteger());
    case Type::real:
      if (std::isnan(value.asReal())) return;
      addReal(reals_, op, value.asReal(), value.asReal());
      return addRealAsInteger(integers_, op, value.asReal());
    case Type::text:
      return addText(op, value.asText());
    case Type::date:
      return addDay(op, value.asDate(), dayInterval);
    case Type::time:
      return addOrdinal(times_, op, value.asTime().ms, value.asTime().ms);
    case Type::instant: {
      const std::int64_t day = dayOf(value.asInstant()).days;
      addOrdinal(days_, op, day, day);
      instantsOnly_ = true;
      return addOrdinal(instants_, op, value.asInstant().ms, value.asInstant().ms);
    }
    default:
      return;
  }
}

// A day against instants is the interval from its first to its last millisecond (query.md 6.3).
void ScalarTest::addDay(Operator op, Date day, bool dayInterval) {
  addOrdinal(days_, op, day.days, day.days);
  if (!dayInterval) return;
  instantsOnly_ = true;
  if (day.isNone()) return addOrdinal(instants_, op, lowest, lowest);
  addOrdinal(instants_, op, startOfDay(day).ms, startOfDay(Date{day.days + 1}).ms - 1);
}

void ScalarTest::addText(Operator op, std::string_view value) {
  switch (op) {
    case Operator::equal:
      form_ = TextForm::pattern;
      break;
    case Operator::identical:
      form_ = TextForm::pattern;
      break;
    case Operator::less:
      form_ = TextForm::less;
      break;
    case Operator::lessOrEqual:
      form_ = TextForm::lessOrEqual;
      break;
    case Operator::greater:
      form_ = TextForm::greater;
      break;
    case Operator::greaterOrEqual:
      form_ = TextForm::greaterOrEqual;
      break;
    case Operator::keyword:
      form_ = TextForm::word;
      word_.emplace(collation_, value);
      return;
    default:
      form_ = TextForm::list;
      if (value.find('@') == std::string_view::npos) {
        keys_.insert(collation_.key(value));
      } else {
        patterns_.emplace_back(collation_, value, true);
      }
      return;
  }
  pattern_.emplace(collation_, value, op != Operator::identical);
}

bool ScalarTest::text(std::string_view value) const {
  switch (form_) {
    case TextForm::pattern:
      return pattern_->matches(value);
    case TextForm::less:
      return pattern_->order(value) < 0;
    case TextForm::lessOrEqual:
      return pattern_->order(value) <= 0;
    case TextForm::greater:
      return pattern_->order(value) > 0;
    case TextForm::greaterOrEqual:
      return pattern_->order(value) >= 0;
    case TextForm::word:
      return word_->matches(value);
    case TextForm::list:
      if (inList(value)) return true;
      break;
    case TextForm::none:
      break;
  }
  return dynamic_ && datedText(value);
}

bool ScalarTest::inList(std::string_view value) const {
  if (!keys_.empty()) {
    thread_local std::string key;
    key.clear();
    collation_.appendKey(value, key);
    if (keys_.contains(std::string_view(key))) return true;
  }
  return std::ranges::any_of(patterns_, [&](const TextPattern& pattern) { return pattern.matches(value); });
}

// JSON has no dates: a text of an object that reads as one compares with dates, instants and durations.
bool ScalarTest::datedText(std::string_view value) const {
  if (!looksLikeDate(value)) return false;
  if (!times_.empty()) {
    if (const auto duration = parseDuration(value); duration && time(duration->ms)) return true;
  }
  if (!instants_.empty() && value.size() > 10) {
    const auto parsed = parseInstant(value);
    return parsed && instants_.contains(parsed->ms);
  }
  if (days_.empty()) return false;
  const auto parsed = parseDate(value);
  return parsed && date(*parsed);
}

bool ScalarTest::instant(std::int64_t ms) const {
  if (instantsOnly_) return instants_.contains(ms);
  return !days_.empty() && date(dayOf(Instant{ms}));
}

}  // namespace qodly::query
