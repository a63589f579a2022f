#include "script/library/collection_distinct.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>

#include <unicode/ucol.h>

#include "script/library/collection_order.h"
#include "script/library/sort_keyed.h"

namespace qodly::script::library {

namespace {

// What makes a value distinct: its group and bytes that are equal exactly for equal values. Texts have their collation
// key or, when every character counts, themselves.
class Identity {
 public:
  Identity(bool diacritical, const Collation& collation) : diacritical_(diacritical), collation_(collation) {}

  std::string_view of(const Value& value) {
    bytes_.assign(1, static_cast<char>('0' + static_cast<int>(orderGroup(value.type()))));
    switch (value.type()) {
      case Type::text:
        if (diacritical_) {
          bytes_ += value.asText();
        } else {
          collation_.appendKey(value.asText(), bytes_);
        }
        break;
      case Type::boolean:
        bytes_ += value.asBoolean() ? '1' : '0';
        break;
      case Type::integer:
        append(sortableReal(static_cast<double>(value.asInteger())));
        break;
      case Type::real:
        append(sortableReal(value.asReal()));
        break;
      case Type::time:
        append(sortableReal(static_cast<double>(value.asTime().ms)));
        break;
      case Type::date:
        append(sortableInteger(startOfDay(value.asDate()).ms));
        break;
      case Type::instant:
        append(sortableInteger(value.asInstant().ms));
        break;
      default:
        append(reinterpret_cast<std::uintptr_t>(box(value)));
    }
    return bytes_;
  }

 private:
  static const Box* box(const Value& value) {
    switch (value.type()) {
      case Type::object:
        return &value.asObject();
      case Type::collection:
        return &value.asCollection();
      case Type::handle:
        return &value.asHandle();
      default:
        return &value.asBlob();
    }
  }

  void append(std::uint64_t number) { bytes_.append(reinterpret_cast<const char*>(&number), sizeof number); }

  bool diacritical_;
  const Collation& collation_;
  std::string bytes_;
};

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

// Puts each run of texts that the collation takes for equal in the order of their accents and case.
void orderAccents(std::vector<DistinctValue>& values, const Collation& collation) {
  std::unique_ptr<AccentOrder> order;
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from + 1;
    if (!values[from].value->isText()) {
      from = to;
      continue;
    }
    while (to < values.size() && values[to].value->isText() &&
           collation.equals(values[from].value->asText(), values[to].value->asText())) {
      ++to;
    }
    if (to - from > 1) {
      if (!order) order = std::make_unique<AccentOrder>(collation.locale());
      std::stable_sort(values.begin() + static_cast<std::ptrdiff_t>(from),
                       values.begin() + static_cast<std::ptrdiff_t>(to),
                       [&](const DistinctValue& left, const DistinctValue& right) {
                         return order->less(left.value->asText(), right.value->asText());
                       });
    }
    from = to;
  }
}

}  // namespace

std::vector<DistinctValue> distinctValues(std::span<const Value* const> values, bool diacritical,
                                          const Collation& collation) {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<DistinctValue> distinct;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places;
  Identity identity(diacritical, collation);
  for (const Value* value : values) {
    if (value == nullptr || value->isMissing()) continue;
    const std::string_view key = identity.of(*value);
    if (const auto place = places.find(key); place != places.end()) {
      ++distinct[place->second].count;
      continue;
    }
    places.emplace(std::string(key), distinct.size());
    distinct.push_back({value, 1});
  }
  SortLevel level;
  level.found.reserve(distinct.size());
  for (const DistinctValue& item : distinct) level.found.push_back(item.value);
  std::vector<DistinctValue> sorted;
  sorted.reserve(distinct.size());
  for (const std::uint32_t position : sortedPositions({&level, 1}, distinct.size(), collation)) {
    sorted.push_back(distinct[position]);
  }
  if (diacritical) orderAccents(sorted, collation);
  return sorted;
}

}  // namespace qodly::script::library
