#include "value/value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <unordered_set>

#include "base/text.h"

namespace qodly {

static_assert(std::endian::native == std::endian::little, "the layout of Value counts bytes from the lowest");

namespace {

constexpr std::size_t inlineTextLimit = 14;
constexpr std::size_t inlineTextOffset = 2;

// The beginning of a character, counted both ways.
struct TextPlace {
  std::size_t unit = 0;
  std::size_t byte = 0;
};

bool continuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }
std::size_t unitsOfLead(char byte) { return static_cast<unsigned char>(byte) >= 0xF0 ? 2 : 1; }

void stepForward(std::string_view text, TextPlace& place) {
  place.unit += unitsOfLead(text[place.byte]);
  do ++place.byte;
  while (place.byte < text.size() && continuesCharacter(text[place.byte]));
}

void stepBackward(std::string_view text, TextPlace& place) {
  do --place.byte;
  while (place.byte > 0 && continuesCharacter(text[place.byte]));
  place.unit -= unitsOfLead(text[place.byte]);
}

// Does a character of two units end before this byte?
bool endsLongCharacter(std::string_view text, std::size_t byte) {
  return byte >= 4 && unitsOfLead(text[byte - 4]) == 2;
}

constexpr std::array<std::string_view, 14> typeNames = {
    "undefined", "null", "boolean", "integer", "number", "text",       "date",
    "time",      "date", "blob",    "picture", "object", "collection", "reference",
};

}  // namespace

std::string_view name(Type type) {
  const auto index = static_cast<std::size_t>(type);
  return index < typeNames.size() ? typeNames[index] : "unknown";
}

void Box::destroy(const Box* box) {
  struct Waiting {
    const Box* first = nullptr;
    bool destroying = false;
  };
  static thread_local constinit Waiting waiting;

  if (waiting.destroying) {
    box->state_.store(std::bit_cast<std::uint64_t>(waiting.first), std::memory_order_relaxed);
    waiting.first = box;
    return;
  }
  waiting.destroying = true;
  delete box;  // NOLINT(cppcoreguidelines-owning-memory): boxes own themselves through their count
  while (waiting.first != nullptr) {
    const Box* next = waiting.first;
    waiting.first = std::bit_cast<const Box*>(next->state_.load(std::memory_order_relaxed));
    delete next;  // NOLINT(cppcoreguidelines-owning-memory)
  }
  waiting.destroying = false;
}

Value::Value(Type type, Box* adopted)
    : words_{static_cast<std::uint64_t>(type) | boxedFlag, std::bit_cast<std::uint64_t>(adopted)} {}

Box* Value::box() const { return std::bit_cast<Box*>(words_[1]); }

Value Value::null() { return {Type::null, std::uint64_t{0}}; }
Value Value::boolean(bool value) { return {Type::boolean, static_cast<std::uint64_t>(value)}; }
Value Value::integer(std::int64_t value) { return {Type::integer, std::bit_cast<std::uint64_t>(value)}; }
Value Value::real(double value) { return {Type::real, std::bit_cast<std::uint64_t>(value)}; }
Value Value::date(Date value) { return {Type::date, static_cast<std::uint64_t>(std::int64_t{value.days})}; }
Value Value::time(Duration value) { return {Type::time, std::bit_cast<std::uint64_t>(value.ms)}; }
Value Value::instant(Instant value) { return {Type::instant, std::bit_cast<std::uint64_t>(value.ms)}; }

std::size_t TextBox::units() const {
  std::uint64_t units = units_.load(std::memory_order_relaxed);
  if (units == unknown) {
    units = utf16Length(text);
    units_.store(units, std::memory_order_relaxed);
  }
  return units;
}

std::size_t TextBox::offsetOfUnit(std::size_t unit) const {
  const std::size_t all = units();
  if (all == text.size()) return std::min(unit, all);
  if (unit >= all) return text.size();
  // Both halves of the place are written at once, so a reader on another thread sees one place or another.
  const std::uint64_t packed = place_.load(std::memory_order_relaxed);
  TextPlace place{packed >> 32, packed & UINT32_MAX};
  if (unit < place.unit && unit < place.unit - unit) place = {};
  while (place.unit < unit) stepForward(text, place);
  while (place.unit > unit && (place.unit != unit + 1 || !endsLongCharacter(text, place.byte))) {
    stepBackward(text, place);
  }
  if (place.byte <= UINT32_MAX) {
    place_.store((std::uint64_t{place.unit} << 32) | place.byte, std::memory_order_relaxed);
  }
  return place.byte;
}

Value Value::text(std::string_view utf8) {
  if (utf8.size() > inlineTextLimit) return {Type::text, Ref<TextBox>(new TextBox(std::string(utf8))).detach()};
  Value value(Type::text, std::uint64_t{0});
  value.words_[0] |= utf8.size() << 8;
  if (!utf8.empty()) std::memcpy(std::bit_cast<char*>(&value.words_) + inlineTextOffset, utf8.data(), utf8.size());
  return value;
}

Value Value::text(std::string&& utf8) {
  if (utf8.size() <= inlineTextLimit) return text(std::string_view(utf8));
  return {Type::text, Ref<TextBox>(new TextBox(std::move(utf8))).detach()};
}

Value Value::blob(std::string bytes, std::string mediaType) {
  return {Type::blob, Ref<BlobBox>(new BlobBox(std::move(bytes), std::move(mediaType))).detach()};
}

Value Value::picture(std::string bytes, std::string mediaType) {
  return {Type::picture, Ref<BlobBox>(new BlobBox(std::move(bytes), std::move(mediaType))).detach()};
}

Value Value::blobFile(std::string path) {
  Ref<BlobBox> box(new BlobBox({}, {}));
  box->path = std::move(path);
  return {Type::blob, box.detach()};
}

Value Value::pictureFile(std::string path) {
  Ref<BlobBox> box(new BlobBox({}, {}));
  box->path = std::move(path);
  return {Type::picture, box.detach()};
}

Value Value::object(Ref<Object> object) { return object ? Value(Type::object, object.detach()) : null(); }
Value Value::collection(Ref<Collection> collection) {
  return collection ? Value(Type::collection, collection.detach()) : null();
}
Value Value::handle(Ref<Handle> handle) { return handle ? Value(Type::handle, handle.detach()) : null(); }

bool Value::asBoolean() const {
  assert(type() == Type::boolean);
  return words_[1] != 0;
}

std::int64_t Value::asInteger() const {
  assert(type() == Type::integer);
  return std::bit_cast<std::int64_t>(words_[1]);
}

double Value::asReal() const {
  assert(type() == Type::real);
  return std::bit_cast<double>(words_[1]);
}

double Value::asNumber() const {
  assert(isNumber());
  return type() == Type::integer ? static_cast<double>(asInteger()) : asReal();
}

std::string_view Value::asText() const {
  assert(isText());
  if (boxed()) return static_cast<const TextBox*>(box())->text;
  return {std::bit_cast<const char*>(&words_) + inlineTextOffset, (words_[0] >> 8) & 0x7F};
}

std::size_t Value::textUnits() const {
  assert(isText());
  return boxed() ? static_cast<const TextBox*>(box())->units() : utf16Length(asText());
}

std::size_t Value::textOffset(std::size_t unit) const {
  assert(isText());
  return boxed() ? static_cast<const TextBox*>(box())->offsetOfUnit(unit) : utf16Offset(asText(), unit);
}

Date Value::asDate() const {
  assert(type() == Type::date);
  return Date{static_cast<std::int32_t>(std::bit_cast<std::int64_t>(words_[1]))};
}

Duration Value::asTime() const {
  assert(type() == Type::time);
  return {std::bit_cast<std::int64_t>(words_[1])};
}

Instant Value::asInstant() const {
  assert(type() == Type::instant);
  return {std::bit_cast<std::int64_t>(words_[1])};
}

const BlobBox& Value::asBlob() const {
  assert(type() == Type::blob || type() == Type::picture);
  return *static_cast<const BlobBox*>(box());
}

Object& Value::asObject() const {
  assert(isObject());
  return *static_cast<Object*>(box());
}

Collection& Value::asCollection() const {
  assert(isCollection());
  return *static_cast<Collection*>(box());
}

Handle& Value::asHandle() const {
  assert(type() == Type::handle);
  return *static_cast<Handle*>(box());
}

Ref<Object> Value::objectRef() const { return Ref<Object>::sharing(&asObject()); }
Ref<Collection> Value::collectionRef() const { return Ref<Collection>::sharing(&asCollection()); }
Ref<Handle> Value::handleRef() const { return Ref<Handle>::sharing(&asHandle()); }

}  // namespace qodly
