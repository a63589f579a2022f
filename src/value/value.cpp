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

Value Value::date(Date value) { return {Type::date, static_cast<std::uint64_t>(std::int64_t{value.days})}; }
Value Value::time(Duration value) { return {Type::time, std::bit_cast<std::uint64_t>(value.ms)}; }
Value Value::instant(Instant value) { return {Type::instant, std::bit_cast<std::uint64_t>(value.ms)}; }

std::size_t TextBox::units() const {
  std::uint64_t units = units_.load(std::memory_order_relaxed);
  if (units == unknown) {
    units = utf16Length(text_);
    units_.store(units, std::memory_order_relaxed);
  }
  return units;
}

std::size_t TextBox::offsetOfUnit(std::size_t unit) const {
  const std::string_view text = text_;
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

void TextBox::append(std::string_view suffix) {
  const std::uint64_t units = units_.load(std::memory_order_relaxed);
  if (units != unknown) units_.store(units + utf16Length(suffix), std::memory_order_relaxed);
  text_.append(suffix);
}

bool Value::isAsciiText() const {
  assert(isText());
  return boxed() ? static_cast<const TextBox*>(box())->isAscii() : isAscii(asText());
}

std::size_t Value::textUnits() const {
  assert(isText());
  return boxed() ? static_cast<const TextBox*>(box())->units() : utf16Length(asText());
}

std::size_t Value::textOffset(std::size_t unit) const {
  assert(isText());
  return boxed() ? static_cast<const TextBox*>(box())->offsetOfUnit(unit) : utf16Offset(asText(), unit);
}

void Value::appendText(Value& target, std::string_view suffix) {
  assert(target.isText());
  if (target.boxed() && target.box()->count() == 1) {
    static_cast<TextBox*>(target.box())->append(suffix);
    return;
  }
  const std::string_view prefix = target.asText();
  std::string whole;
  whole.reserve(prefix.size() + suffix.size());
  whole.append(prefix).append(suffix);
  target = text(std::move(whole));
}

}  // namespace qodly
