// Values are gathered under their key (collation key or exact bytes) in each chunk, merged in chunk order so that the
// first met stays the representative, and sorted at the end.
#include <algorithm>
#include <bit>
#include <unordered_map>

#include "engine/embedded/aggregate.h"
#include "engine/embedded/interval.h"
#include "engine/embedded/path_pass.h"
#include "value/compare.h"

namespace qodly::engine {

namespace {

using orda::DistinctValue;

struct Found {
  Value value;
  std::uint64_t count = 0;
  std::uint64_t lastMember = UINT64_MAX;  // counted once for each entity
};

bool isCounted(const Value& value) {
  switch (value.type()) {
    case Type::boolean:
    case Type::integer:
    case Type::real:
    case Type::text:
    case Type::date:
    case Type::time:
    case Type::instant:
      return true;
    default:
      return false;
  }
}

class Part {
 public:
  void endMember() { ++member_; }

  void add(std::string key, Value&& value) {
    const auto [found, isNew] = positions_.try_emplace(std::move(key), found_.size());
    if (isNew) found_.push_back({std::move(value), 0, UINT64_MAX});
    Found& entry = found_[found->second];
    if (entry.lastMember != member_) ++entry.count;
    entry.lastMember = member_;
  }

  void addInteger(std::int64_t stored, ColumnType type) {
    const auto [found, isNew] = integers_.try_emplace(stored, found_.size());
    if (isNew) found_.push_back({integralValue(type, stored), 0, UINT64_MAX});
    ++found_[found->second].count;
  }

  void merge(Part&& other) {
    std::vector<std::size_t> places(other.found_.size(), SIZE_MAX);
    const auto place = [&](std::size_t theirs, std::size_t mine, bool isNew) {
      if (isNew) order_.push_back(theirs);
      places[theirs] = mine;
    };
    order_.clear();
    for (auto& [key, theirs] : other.positions_) {
      const auto [found, isNew] = positions_.try_emplace(key, found_.size() + order_.size());
      place(theirs, found->second, isNew);
    }
    for (const auto& [key, theirs] : other.integers_) {
      const auto [found, isNew] = integers_.try_emplace(key, found_.size() + order_.size());
      place(theirs, found->second, isNew);
    }
    for (const std::size_t theirs : order_) found_.push_back({std::move(other.found_[theirs].value), 0, UINT64_MAX});
    for (std::size_t theirs = 0; theirs < places.size(); ++theirs) {
      found_[places[theirs]].count += other.found_[theirs].count;
    }
  }

  std::vector<Found>& found() { return found_; }

 private:
  std::unordered_map<std::string, std::size_t> positions_;
  std::unordered_map<std::int64_t, std::size_t> integers_;
  std::vector<Found> found_;
  std::vector<std::size_t> order_;
  std::uint64_t member_ = 0;
};

// One character for the group of the type, then the value: numbers by value whatever their width.
std::string keyOf(const Value& value, bool exact, const Collation& collation) {
  std::string key;
  if (value.isText()) {
    key = "t";
    if (exact) {
      key += value.asText();
    } else {
      collation.appendKey(value.asText(), key);
    }
    return key;
  }
  if (value.isNumber()) {
    const double number = value.asNumber() == 0 ? 0.0 : value.asNumber();
    key = "n" + std::to_string(std::bit_cast<std::uint64_t>(number));
    if (value.type() == Type::integer) {  // integers beyond 2^53 stay different
      const std::int64_t exactly = value.asInteger();
      constexpr std::int64_t limit = std::int64_t{1} << 53;
      if (exactly > limit || exactly < -limit) key += "i" + std::to_string(exactly);
    }
    return key;
  }
  key = std::string(1, static_cast<char>('A' + static_cast<int>(value.type())));
  return key + std::to_string(storedInteger(value).value_or(0));
}

}  // namespace

std::vector<DistinctValue> distinctMembers(const query::BoundPath& path, std::uint32_t dataClass,
                                           const orda::RecordSet& members, bool exact, View& view) {
  PathPass pass(path, dataClass, members, view);
  const ColumnType type = pass.attribute().type;
  const bool plain = path.attribute.object.empty();
  std::vector<Part> parts(pass.chunks());
  const auto addValue = [&](std::size_t chunk, Value value) {
    if (!isCounted(value)) return;
    const auto stored = plain && isIntegral(type) ? storedInteger(value) : std::nullopt;
    if (stored) {
      parts[chunk].addInteger(*stored, type);
    } else {
      std::string key = keyOf(value, exact, view.collation());
      parts[chunk].add(std::move(key), std::move(value));
    }
  };
  pass.run(
      [&](std::size_t chunk, const storage::Field& field) {
        if (isIntegral(type)) {
          parts[chunk].addInteger(field.integer(), type);
        } else {
          addValue(chunk, storage::toValue(field));
        }
      },
      addValue, [&](std::size_t chunk) { parts[chunk].endMember(); });
  if (parts.empty()) return {};
  Part all = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) all.merge(std::move(parts[i]));
  std::vector<DistinctValue> values;
  values.reserve(all.found().size());
  for (Found& found : all.found()) values.push_back({std::move(found.value), found.count});
  std::ranges::stable_sort(values, [&](const DistinctValue& left, const DistinctValue& right) {
    return sortOrder(left.value, right.value, view.collation()) < 0;
  });
  return values;
}

}  // namespace qodly::engine
