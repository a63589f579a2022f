// Order-preserving index keys: memcmp of two keys orders them as their values are ordered.
//
// Ordered index: one key a record.
//   00                                null, the smallest
//   01 bb                             boolean
//   01 iiiiiiiiiiiiiiii               integer of any width, instant, duration: big-endian with the sign bit inverted
//   01 dddddddd                       date: day number, likewise
//   01 rrrrrrrrrrrrrrrr               real: IEEE bits, big-endian; sign bit inverted when positive, all bits when
//   negative.
//                                     -0 is 0; not-a-number is ff..ff, the largest
//   01 16 bytes                       uuid
//   01 collation key                  text (base/collation.h), cut so that the whole has at most 511 bytes: not exact
//   then
//
// Keyword index: one key for each different word of a text.
//   01 collation key of the word      cut likewise
//
// Object path index: one key for each different (path, scalar) of an object.
//   path 00 tag scalar                path: names joined by '.', "[]" after a collection whose elements are meant; each
//                                     collection c also has the path "c.length" with its number of elements
//   tag 00 null: nothing              01 boolean: 1 byte            02 text: collation key, cut to 511 bytes in all
//       03 number: as real            04 date: as above             05 instant: as integer
// A time inside an object compares as its number of milliseconds, and is indexed as that number.
// A path longer than 256 bytes is its first 223 bytes, byte 01 and 32 hexadecimal digits of its SHA-256.
#include "storage/index_key.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "crypto/digest.h"
#include "storage/record_format.h"

namespace qodly::storage {

namespace {

constexpr char nullMark = '\0', valueMark = '\1';
constexpr std::size_t maximumPathBytes = 256, keptPathBytes = 223;
// Enough text to fill a key in every script, so that a huge external text is not loaded for its key.
constexpr std::uint64_t keySourceBytes = 64 * 1024;

enum Tag : char { nullTag, booleanTag, textTag, numberTag, dateTag, instantTag };

void appendBigEndian(std::uint64_t bits, std::string& out) {
  const std::uint64_t swapped = __builtin_bswap64(bits);
  char bytes[8];
  std::memcpy(bytes, &swapped, sizeof bytes);
  out.append(bytes, sizeof bytes);
}

void appendIntegerKey(std::int64_t value, std::string& out) {
  appendBigEndian(static_cast<std::uint64_t>(value) ^ std::uint64_t{1} << 63, out);
}

void appendDateKey(std::int32_t days, std::string& out) {
  const std::uint32_t swapped = __builtin_bswap32(static_cast<std::uint32_t>(days) ^ std::uint32_t{1} << 31);
  char bytes[4];
  std::memcpy(bytes, &swapped, sizeof bytes);
  out.append(bytes, sizeof bytes);
}

void appendRealKey(double value, std::string& out) {
  if (std::isnan(value)) {
    appendBigEndian(UINT64_MAX, out);
    return;
  }
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  appendBigEndian((bits & sign) != 0 ? ~bits : bits | sign, out);
}

// Returns whether the whole key fitted.
bool appendTextKey(std::string_view text, const Collation& collation, std::string& out) {
  const std::size_t start = out.size();
  const std::size_t room = maximumKeyBytes - start;
  thread_local std::string key;  // appendKey's limit counts the key alone
  key.clear();
  const bool whole = collation.appendKey(text, key, room);
  out.append(key, 0, room);
  return whole && key.size() <= room;
}

bool appendFieldKey(ColumnType type, const Field& field, const Collation& collation, std::string& out) {
  out.push_back(valueMark);
  switch (type) {
    case ColumnType::boolean:
      out.push_back(field.boolean() ? '\1' : '\0');
      return true;
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
    case ColumnType::instant:
    case ColumnType::duration:
      appendIntegerKey(field.integer(), out);
      return true;
    case ColumnType::date:
      appendDateKey(static_cast<std::int32_t>(field.integer()), out);
      return true;
    case ColumnType::real:
      appendRealKey(field.real(), out);
      return true;
    case ColumnType::uuid:
      out += field.bytes;
      return true;
    case ColumnType::text:
      return appendTextKey(field.bytes, collation, out);
    default:
      return true;
  }
}

std::string pathText(std::string_view path) {
  if (path.size() <= maximumPathBytes) return std::string(path);
  std::string shortened(path.substr(0, keptPathBytes));
  shortened.push_back('\1');
  shortened += toHex(crypto::sha256(path).substr(0, 16));
  return shortened;
}

// Appends tag and scalar after a path; returns whether the key is exact.
bool appendScalar(const PackedView& scalar, const Collation& collation, std::string& out) {
  switch (scalar.type()) {
    case Type::boolean:
      out.push_back(booleanTag);
      out.push_back(scalar.asBoolean() ? '\1' : '\0');
      return true;
    case Type::integer:
    case Type::real: {
      out.push_back(numberTag);
      const double number = scalar.asNumber();
      appendRealKey(number, out);
      return scalar.type() == Type::real || std::abs(number) <= 9007199254740992.0;
    }
    case Type::text:
      out.push_back(textTag);
      return appendTextKey(scalar.asText(), collation, out);
    case Type::date:
      out.push_back(dateTag);
      appendDateKey(scalar.asDate().days, out);
      return true;
    case Type::time:
      out.push_back(numberTag);
      appendRealKey(static_cast<double>(scalar.asMilliseconds()), out);
      return true;
    case Type::instant:
      out.push_back(instantTag);
      appendIntegerKey(scalar.asMilliseconds(), out);
      return true;
    default:
      out.push_back(nullTag);
      return true;
  }
}

class ObjectPaths {
 public:
  ObjectPaths(const Collation& collation, KeyList& out) : collation_(collation), out_(out) {}

  void visit(const PackedView& value, unsigned depth) {
    constexpr unsigned maximumDepth = 1000;  // deeper bytes are damaged: pack() refuses them
    if (depth > maximumDepth) return;
    switch (value.type()) {
      case Type::object:
        return visitObject(value, depth);
      case Type::collection:
        return visitCollection(value, depth);
      case Type::undefined:
      case Type::blob:
      case Type::picture:
      case Type::handle:
        return;  // not scalars
      default:
        addScalar(value);
    }
  }

 private:
  void visitObject(const PackedView& object, unsigned depth) {
    const std::size_t length = path_.size();
    for (std::uint32_t i = 0; i < object.size(); ++i) {
      const auto [name, member] = object.memberAt(i);
      if (name.find('\0') != std::string_view::npos) continue;  // no path can name it
      if (!path_.empty()) path_.push_back('.');
      path_ += name;
      visit(member, depth + 1);
      path_.resize(length);
    }
  }

  void visitCollection(const PackedView& collection, unsigned depth) {
    const std::size_t length = path_.size();
    path_ += path_.empty() ? "length" : ".length";
    key_ = objectPathPrefix(path_);
    key_.push_back(numberTag);
    appendRealKey(collection.size(), key_);
    out_.add(key_, true);
    path_.resize(length);
    path_ += "[]";
    for (std::uint32_t i = 0; i < collection.size(); ++i) visit(collection.element(i), depth + 1);
    path_.resize(length);
  }

  void addScalar(const PackedView& scalar) {
    key_ = objectPathPrefix(path_);
    const bool exact = appendScalar(scalar, collation_, key_);
    out_.add(key_, exact);
  }

  const Collation& collation_;
  KeyList& out_;
  std::string path_, key_;
};

// The field's content; `storage` keeps what had to be read from a blob file.
Result<std::string_view> contentOf(const Field& field, const BlobStore& blobs, std::uint64_t most,
                                   std::string& storage) {
  if (!field.external) return field.bytes;
  const std::optional<BlobRef> ref = BlobRef::decode(field.bytes);
  if (!ref) return std::string_view{};
  Result<std::string> content = ref->size > most ? blobs.readRange(*ref, 0, most) : blobs.read(*ref);
  if (!content) return std::unexpected(content.error());
  storage = std::move(*content);
  return std::string_view(storage);
}

}  // namespace

bool canIndex(IndexKind kind, ColumnType type) {
  switch (kind) {
    case IndexKind::ordered:
      return type != ColumnType::object && type != ColumnType::blob && type != ColumnType::picture;
    case IndexKind::keywords:
      return type == ColumnType::text;
    case IndexKind::objectPaths:
      return type == ColumnType::object;
  }
  return false;
}

bool dependsOnCollation(IndexKind kind, ColumnType type) {
  return kind != IndexKind::ordered || type == ColumnType::text;
}

void KeyList::add(std::string_view key, bool exact) {
  keys_.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint16_t>(key.size()), exact});
  bytes_ += key;
}

void KeyList::sortAndRemoveDuplicates() {
  const std::string_view bytes = bytes_;
  const auto view = [bytes](const Key& key) { return bytes.substr(key.offset, key.length); };
  std::sort(keys_.begin(), keys_.end(), [&](const Key& a, const Key& b) { return view(a) < view(b); });
  const auto end =
      std::unique(keys_.begin(), keys_.end(), [&](const Key& a, const Key& b) { return view(a) == view(b); });
  keys_.erase(end, keys_.end());
}

Result<> collectKeys(IndexKind kind, ColumnType type, const Field& field, const Collation& collation,
                     const BlobStore& blobs, KeyList& out) {
  out.clear();
  if (!field.present) {
    if (kind == IndexKind::ordered) out.add(std::string_view(&nullMark, 1), true);
    return {};
  }
  if (kind == IndexKind::ordered && field.type == type && !field.external) {
    const bool exact = appendFieldKey(type, field, collation, out.bytes_);
    out.keys_.push_back({0, static_cast<std::uint16_t>(out.bytes_.size()), exact});
    return {};
  }
  if (field.type != type) {  // written before the attribute changed its type
    const Result<Value> value = loadField(field, type, blobs);
    if (!value) return std::unexpected(value.error());
    if (kind == IndexKind::ordered) {
      const IndexKey key = indexKey(type, *value, collation);
      out.add(key.bytes, key.exact);
      return {};
    }
    if (value->isMissing()) return {};
    Field converted{type, true, false, {}};
    std::string bytes;
    if (Result<> encoded = encodeVariable(type, *value, bytes); !encoded) return encoded;
    converted.bytes = bytes;
    return collectKeys(kind, type, converted, collation, blobs, out);
  }
  std::string loaded;
  const std::uint64_t most = kind == IndexKind::ordered ? keySourceBytes : UINT64_MAX;
  const Result<std::string_view> content = contentOf(field, blobs, most, loaded);
  if (!content) return std::unexpected(content.error());
  if (kind == IndexKind::ordered) {
    out.bytes_.push_back(valueMark);
    appendTextKey(*content, collation, out.bytes_);
    // The text is longer than what was looked at: other texts may share the key.
    out.keys_.push_back({0, static_cast<std::uint16_t>(out.bytes_.size()), false});
  } else if (kind == IndexKind::keywords) {
    for (const std::string& word : wordKeys(collation, *content)) {
      const IndexKey key = keywordKey(word);
      out.add(key.bytes, key.exact);
    }
    out.sortAndRemoveDuplicates();
  } else {
    ObjectPaths(collation, out).visit(PackedView(*content), 0);
    out.sortAndRemoveDuplicates();
  }
  return {};
}

IndexKey indexKey(ColumnType type, const Value& value, const Collation& collation) {
  IndexKey key;
  if (value.isMissing() || !canIndex(IndexKind::ordered, type)) {
    key.bytes.push_back(nullMark);
    return key;
  }
  key.bytes.push_back(valueMark);
  switch (value.type()) {
    case Type::boolean:
      key.bytes.push_back(value.asBoolean() ? '\1' : '\0');
      break;
    case Type::integer:
    case Type::real:
      if (type == ColumnType::real) {
        appendRealKey(value.asNumber(), key.bytes);
      } else if (value.type() == Type::integer) {
        appendIntegerKey(value.asInteger(), key.bytes);
      } else {
        appendIntegerKey(static_cast<std::int64_t>(value.asReal()), key.bytes);
      }
      break;
    case Type::date:
      appendDateKey(value.asDate().days, key.bytes);
      break;
    case Type::time:
      appendIntegerKey(value.asTime().ms, key.bytes);
      break;
    case Type::instant:
      appendIntegerKey(value.asInstant().ms, key.bytes);
      break;
    case Type::text:
      if (type == ColumnType::uuid) {
        key.bytes += fromHex(value.asText()).value_or(std::string(16, '\0'));
      } else {
        key.exact = appendTextKey(value.asText(), collation, key.bytes);
      }
      break;
    default:
      key.bytes.assign(1, nullMark);
      break;
  }
  return key;
}

IndexKey keywordKey(std::string_view wordKey) {
  IndexKey key;
  key.bytes.push_back(valueMark);
  key.bytes += wordKey.substr(0, maximumKeyBytes - 1);
  key.exact = wordKey.size() < maximumKeyBytes;
  return key;
}

std::string objectPathPrefix(std::string_view path) {
  std::string prefix = pathText(path);
  prefix.push_back('\0');
  return prefix;
}

IndexKey objectPathKey(std::string_view path, const Value& scalar, const Collation& collation) {
  IndexKey key;
  key.bytes = objectPathPrefix(path);
  std::string packed;
  if (!pack(scalar, packed)) packed.clear();
  key.exact = appendScalar(PackedView(packed), collation, key.bytes);
  return key;
}

std::uint64_t keyPrefix(std::string_view key) {
  char bytes[8] = {};
  std::memcpy(bytes, key.data(), std::min<std::size_t>(key.size(), sizeof bytes));
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return __builtin_bswap64(number);
}

}  // namespace qodly::storage
