// Integers: a bit set when the keys lie close together (the usual case of sequence numbers), a sorted list when few, a
// hash table otherwise. Everything else: collation keys or raw bytes in a hash set.
#include "engine/embedded/key_set.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "engine/embedded/interval.h"

namespace qodly::engine {

namespace {

constexpr std::int64_t emptySlot = INT64_MIN;
constexpr std::size_t fewKeys = 32;
constexpr std::uint64_t bitsPerKey = 64;  // a bit set may be this sparse

std::uint64_t mix(std::int64_t key) {
  auto hash = static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

bool isIntegerNumber(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

}  // namespace

KeySet::KeySet(ColumnType type, const Collation& collation)
    : type_(type), collation_(&collation), integral_(isIntegral(type)) {}

void KeySet::add(const Value& value) {
  if (value.isMissing()) return;
  const std::optional<Value> key = convertTo(type_, value);
  if (!key || key->isMissing()) return;
  if (integral_) {
    if (const auto stored = storedInteger(*key)) integers_.push_back(*stored);
    return;
  }
  if (bytes_.insert(bytesOf(*key)).second) values_.push_back(*key);
}

void KeySet::add(const storage::Field& field) {
  if (integral_ && (field.type == type_ || (isIntegerNumber(field.type) && isIntegerNumber(type_)))) {
    integers_.push_back(field.integer());
    return;
  }
  add(storage::toValue(field));
}

void KeySet::merge(KeySet&& other) {
  integers_.insert(integers_.end(), other.integers_.begin(), other.integers_.end());
  for (const Value& value : other.values_) {
    if (bytes_.insert(bytesOf(value)).second) values_.push_back(value);
  }
}

void KeySet::seal() {
  std::ranges::sort(integers_);
  const auto repeated = std::ranges::unique(integers_);
  integers_.erase(repeated.begin(), repeated.end());
  chooseForm();
}

void KeySet::chooseForm() {
  bits_.clear();
  slots_.clear();
  if (integers_.size() <= fewKeys) return;
  const std::uint64_t span =
      static_cast<std::uint64_t>(integers_.back()) - static_cast<std::uint64_t>(integers_.front());
  if (span / bitsPerKey < integers_.size()) {
    bits_.resize(span / 64 + 1);
    for (const std::int64_t key : integers_) {
      const std::uint64_t bit = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(integers_.front());
      bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
    }
    return;
  }
  slots_.assign(std::bit_ceil(integers_.size() * 2), emptySlot);
  holdsSentinel_ = integers_.front() == emptySlot;
  const std::size_t mask = slots_.size() - 1;
  for (const std::int64_t key : integers_) {
    std::size_t slot = mix(key) & mask;
    while (slots_[slot] != emptySlot) slot = (slot + 1) & mask;
    slots_[slot] = key;
  }
}

std::uint64_t KeySet::size() const { return integral_ ? integers_.size() : values_.size(); }

bool KeySet::containsInteger(std::int64_t key) const {
  if (!bits_.empty()) {
    const std::uint64_t bit = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(integers_.front());
    return bit / 64 < bits_.size() && (bits_[bit / 64] >> bit % 64 & 1) != 0;
  }
  if (slots_.empty()) return std::ranges::binary_search(integers_, key);
  if (key == emptySlot) return holdsSentinel_;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = mix(key) & mask; slots_[slot] != emptySlot; slot = (slot + 1) & mask) {
    if (slots_[slot] == key) return true;
  }
  return false;
}

bool KeySet::contains(const Value& value) const {
  if (value.isMissing()) return false;
  if (integral_) {
    const auto stored = storedInteger(value);
    return stored && containsInteger(*stored);
  }
  return bytes_.contains(bytesOf(value));
}

bool KeySet::contains(const storage::Field& field) const {
  if (integral_) return containsInteger(field.integer());
  if (type_ == ColumnType::text) return bytes_.contains(collation_->key(field.text()));
  return contains(storage::toValue(field));
}

std::vector<Value> KeySet::values() const {
  if (!integral_) return values_;
  std::vector<Value> values;
  values.reserve(integers_.size());
  for (const std::int64_t key : integers_) values.push_back(integralValue(type_, key));
  return values;
}

std::string KeySet::bytesOf(const Value& value) const {
  if (value.isText()) {
    return type_ == ColumnType::uuid ? lowerAscii(value.asText()) : collation_->key(value.asText());
  }
  if (value.isNumber()) {
    const double number = value.asNumber() == 0 ? 0.0 : value.asNumber();  // -0 equals 0
    const auto bits = std::bit_cast<std::uint64_t>(number);
    return std::to_string(bits);
  }
  return {};
}

}  // namespace qodly::engine
