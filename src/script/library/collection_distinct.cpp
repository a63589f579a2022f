#include "script/library/collection_distinct.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>

#include <unicode/ucol.h>

#include "script/library/collection_order.h"

namespace qodly::script::library {

namespace {

const void* identityOf(const Value& value) {
  switch (value.type()) {
    case Type::object:
      return &value.asObject();
    case Type::collection:
      return &value.asCollection();
    case Type::handle:
      return &value.asHandle();
    case Type::blob:
    case Type::picture:
      return &value.asBlob();
    default:
      return nullptr;
  }
}

// Texts that are equal but for case and accents: accents decide first, then lower case stands before upper case.
class AccentOrder {
 public:
  explicit AccentOrder(const std::string& locale) : collator_(nullptr, &ucol_close) {
    UErrorCode status = U_ZERO_ERROR;
    collator_.reset(ucol_open(locale.c_str(), &status));
    if (U_FAILURE(status)) collator_.reset();
  }

  bool less(std::string_view left, std::string_view right) const {
    if (collator_) {
      UErrorCode status = U_ZERO_ERROR;
      const UCollationResult order =
          ucol_strcollUTF8(collator_.get(), left.data(), static_cast<std::int32_t>(left.size()), right.data(),
                           static_cast<std::int32_t>(right.size()), &status);
      if (U_SUCCESS(status) && order != UCOL_EQUAL) return order == UCOL_LESS;
    }
    return left < right;
  }

 private:
  std::unique_ptr<UCollator, decltype(&ucol_close)> collator_;
};

// Gathers values that come in the order of the elements, equal ones next to each other and in their original order.
class Gathering {
 public:
  Gathering(bool diacritical, const Collation& collation) : diacritical_(diacritical), collation_(collation) {}

  void add(const Value& value) {
    if (const void* identity = identityOf(value)) {
      const auto [place, isNew] = places_.try_emplace(identity, values_.size());
      if (!isNew) return count(place->second);
      endRun();
      return append(value);
    }
    const bool sameRun = runStart_ < values_.size() && isSame(*values_[runStart_].value, value);
    if (!sameRun) {
      endRun();
      return append(value);
    }
    if (!diacritical_ || !value.isText()) return count(runStart_);
    for (std::size_t i = runStart_; i < values_.size(); ++i) {
      if (values_[i].value->asText() == value.asText()) return count(i);
    }
    append(value);
  }

  std::vector<DistinctValue> take() {
    endRun();
    return std::move(values_);
  }

 private:
  bool isSame(const Value& left, const Value& right) const {
    return identityOf(left) == nullptr && std::is_eq(compareElements(left, right, collation_));
  }
  void append(const Value& value) { values_.push_back({&value, 1}); }
  void count(std::size_t index) { ++values_[index].count; }

  // Puts the texts of a run in the order of their accents and case.
  void endRun() {
    if (diacritical_ && values_.size() - runStart_ > 1) {
      if (!accents_) accents_ = std::make_unique<AccentOrder>(collation_.locale());
      std::stable_sort(values_.begin() + static_cast<std::ptrdiff_t>(runStart_), values_.end(),
                       [&](const DistinctValue& left, const DistinctValue& right) {
                         return accents_->less(left.value->asText(), right.value->asText());
                       });
    }
    runStart_ = values_.size();
  }

  bool diacritical_;
  const Collation& collation_;
  std::vector<DistinctValue> values_;
  std::size_t runStart_ = 0;  // of the scalars that are equal to the last one
  std::unordered_map<const void*, std::size_t> places_;
  std::unique_ptr<AccentOrder> accents_;
};

}  // namespace

std::vector<DistinctValue> distinctValues(std::span<const Value* const> values, bool diacritical,
                                          const Collation& collation) {
  SortLevel level;
  level.found.reserve(values.size());
  for (const Value* value : values) {
    if (value != nullptr && !value->isMissing()) level.found.push_back(value);
  }
  Gathering gathering(diacritical, collation);
  for (const std::uint32_t position : sortedPositions({&level, 1}, level.found.size(), collation)) {
    gathering.add(*level.found[position]);
  }
  return gathering.take();
}

}  // namespace qodly::script::library
