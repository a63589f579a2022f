// The value side of a condition compiled for the positive form of its comparator: one look at a scalar says yes or no.
// Ordered values are closed intervals, so that every comparator costs the same two comparisons. Internal to query/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/collation.h"
#include "query/plan.h"

namespace qodly::query {

// Sorted, disjoint closed intervals. NaN is in none.
template <class T>
class Intervals {
 public:
  struct Interval {
    T low, high;
  };
  void add(T low, T high) {
    if (low <= high) intervals_.push_back({low, high});
  }
  void finish();
  bool empty() const { return intervals_.empty(); }
  bool contains(T value) const {
    if (intervals_.size() == 1) return intervals_.front().low <= value && value <= intervals_.front().high;
    return containsInMany(value);
  }

 private:
  bool containsInMany(T value) const;
  std::vector<Interval> intervals_;
};

// Immutable after construction, thread-safe. Keeps a reference to the collation.
class ScalarTest {
 public:
  ScalarTest(const Condition& condition, const Collation& collation);

  bool text(std::string_view value) const;
  bool integer(std::int64_t value) const { return integers_.contains(value); }
  bool real(double value) const { return reals_.contains(value); }
  bool boolean(bool value) const { return booleans_.contains(value ? 1 : 0); }
  bool date(Date value) const { return days_.contains(value.days); }
  bool instant(std::int64_t ms) const;
  bool time(std::int64_t ms) const { return times_.contains(ms); }
  // An attribute value kept as an integer: a number, a day, milliseconds, 0 or 1, whichever the attribute holds.
  bool ordinal(std::int64_t value) const { return ordinals_->contains(value); }

  // Any scalar. View: PackedView or ValueView.
  template <class View>
  bool operator()(const View& view) const {
    switch (view.type()) {
      case Type::boolean:
        return boolean(view.asBoolean());
      case Type::integer:
        return integer(view.asInteger());
      case Type::real:
        return real(view.asNumber());
      case Type::text:
        return text(view.asText());
      case Type::date:
        return date(view.asDate());
      case Type::time:
        return time(view.asMilliseconds()) || (dynamic_ && integer(view.asMilliseconds()));
      case Type::instant:
        return instant(view.asMilliseconds());
      default:
        return false;
    }
  }

 private:
  enum class TextForm : std::uint8_t { none, pattern, less, lessOrEqual, greater, greaterOrEqual, word, list };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void add(Operator op, const Value& value, bool dayInterval);
  void addText(Operator op, std::string_view value);
  void addDay(Operator op, Date day, bool dayInterval);
  bool inList(std::string_view value) const;
  bool datedText(std::string_view value) const;

  const Collation& collation_;
  TextForm form_ = TextForm::none;
  std::optional<TextPattern> pattern_;
  std::optional<WordPattern> word_;
  std::unordered_set<std::string, Hash, std::equal_to<>> keys_;  // `in`: values without wildcard, as collation keys
  std::vector<TextPattern> patterns_;                            // `in`: values with wildcards
  Intervals<std::int64_t> integers_, booleans_, days_, instants_, times_;
  Intervals<double> reals_;
  const Intervals<std::int64_t>* ordinals_ = &integers_;
  bool dynamic_ = false;       // inside an object: texts may be ISO dates
  bool instantsOnly_ = false;  // instants compare exactly, never by their day
};

}  // namespace qodly::query
