// Null is word 0 and "not present"; present values of the same word are told apart by compare().
#include "engine/embedded/sort_keys.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/text.h"
#include "engine/embedded/interval.h"
#include "value/compare.h"

namespace qodly::engine {

namespace {

constexpr std::uint64_t signBit = std::uint64_t{1} << 63;

std::uint64_t orderedWord(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ signBit; }

std::uint64_t orderedWord(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  return (bits & signBit) != 0 ? ~bits : bits | signBit;
}

std::uint64_t firstBytes(std::string_view bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

SortForm formOf(const StoredAttribute& attribute) {
  switch (attribute.type) {
    case ColumnType::text:
    case ColumnType::uuid:
      return SortForm::bytes;
    case ColumnType::object:
      return SortForm::values;
    default:
      return SortForm::word;
  }
}

}  // namespace

SortColumn::SortColumn(const query::SortKey& key, View& view)
    : view_(view),
      descending_(key.descending),
      path_(key.path.attribute),
      attribute_(view.catalog().attribute(path_.dataClass, path_.attribute)),
      form_(formOf(attribute_)) {
  if (!key.path.hops.empty()) walk_ = std::make_unique<RelationWalk>(key.path.hops, view);
}

void SortColumn::reserve(std::size_t members) {
  words_.reserve(members);
  if (form_ == SortForm::word) present_.reserve(members);
  if (form_ == SortForm::bytes) pieces_.reserve(members);
  if (form_ == SortForm::values) values_.reserve(members);
}

void SortColumn::add(RecordNumber number, const RecordView& record) {
  if (!walk_) {
    addKey(record);
    return;
  }
  const RecordNumber related = walk_->target(number, record);
  const auto [known, isNew] = keyOfRelated_.try_emplace(related, words_.size());
  if (!isNew) {
    repeat(known->second);
  } else if (const RecordView target =
                 related == storage::noRecord ? RecordView() : view_.record(path_.dataClass, related)) {
    addKey(target);
  } else {
    addMissing();
  }
}

void SortColumn::addKey(const RecordView& record) {
  if (form_ == SortForm::values) {
    addObject(record);
    return;
  }
  const storage::Field field = record.field(attribute_.column);
  if (field.present && field.type == attribute_.type && !field.external) {
    addField(field);
  } else {
    addValue(readAttribute(record, attribute_, view_));
  }
}

void SortColumn::addField(const storage::Field& field) {
  if (form_ == SortForm::bytes) {
    const std::size_t start = arena_.size();
    if (attribute_.type == ColumnType::text) {
      view_.collation().appendKey(field.text(), arena_);
    } else {
      arena_ += field.bytes;
    }
    addBytes(start);
    return;
  }
  if (isIntegral(attribute_.type)) {
    words_.push_back(orderedWord(field.integer()));
  } else if (attribute_.type == ColumnType::real) {
    words_.push_back(orderedWord(field.real()));
  } else {
    words_.push_back(0);  // blobs and pictures have no order
  }
  present_.push_back(true);
}

void SortColumn::addValue(const Value& value) {
  if (value.isMissing()) {
    addMissing();
    return;
  }
  if (form_ == SortForm::bytes) {
    const std::size_t start = arena_.size();
    if (attribute_.type == ColumnType::text) {
      view_.collation().appendKey(value.asText(), arena_);
    } else {
      arena_ += fromHex(value.asText()).value_or(std::string());
    }
    addBytes(start);
    return;
  }
  const auto stored = storedInteger(value);
  words_.push_back(attribute_.type == ColumnType::real && value.isNumber() ? orderedWord(value.asNumber())
                   : stored                                                ? orderedWord(*stored)
                                                                           : 0);
  present_.push_back(true);
}

void SortColumn::addBytes(std::size_t start) {
  const std::string_view key = std::string_view(arena_).substr(start);
  words_.push_back(firstBytes(key));
  pieces_.push_back({start, static_cast<std::uint32_t>(key.size()), true});
}

void SortColumn::addObject(const RecordView& record) {
  const storage::Field field = record.field(attribute_.column);
  std::vector<Value> found;
  if (field.present && field.type == ColumnType::object && !field.external) {
    collectObjectValues(field.object(), path_, found);
  } else {
    collectObjectValues(readAttribute(record, attribute_, view_), path_, found);
  }
  addMixed(found.empty() ? Value::null() : std::move(found.front()));
}

void SortColumn::addMixed(Value value) {
  words_.push_back(0);
  values_.push_back(std::move(value));
}

void SortColumn::addMissing() {
  switch (form_) {
    case SortForm::word:
      words_.push_back(0);
      present_.push_back(false);
      break;
    case SortForm::bytes:
      words_.push_back(0);
      pieces_.push_back({0, 0, false});
      break;
    case SortForm::values:
      addMixed(Value::null());
      break;
  }
}

void SortColumn::repeat(std::size_t member) {
  words_.push_back(words_[member]);
  if (form_ == SortForm::word) present_.push_back(present_[member]);
  if (form_ == SortForm::bytes) pieces_.push_back(Piece(pieces_[member]));
  if (form_ == SortForm::values) values_.push_back(Value(values_[member]));
}

void SortColumn::append(SortColumn&& other) {
  words_.insert(words_.end(), other.words_.begin(), other.words_.end());
  present_.insert(present_.end(), other.present_.begin(), other.present_.end());
  const std::uint64_t shift = arena_.size();
  arena_ += other.arena_;
  for (Piece piece : other.pieces_) {
    piece.offset += shift;
    pieces_.push_back(piece);
  }
  std::ranges::move(other.values_, std::back_inserter(values_));
}

int SortColumn::compare(std::size_t left, std::size_t right) const {
  if (words_[left] != words_[right]) return words_[left] < words_[right] ? -1 : 1;
  if (form_ == SortForm::word) return static_cast<int>(present_[left]) - static_cast<int>(present_[right]);
  if (form_ == SortForm::values) {
    const std::weak_ordering order = sortOrder(values_[left], values_[right], view_.collation());
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const Piece& a = pieces_[left];
  const Piece& b = pieces_[right];
  if (a.present != b.present) return a.present ? 1 : -1;
  const std::string_view arena = arena_;
  const int order = arena.substr(a.offset, a.length).compare(arena.substr(b.offset, b.length));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

}  // namespace qodly::engine
