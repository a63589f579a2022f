// Reading the packed form in place; the layout is drawn in packed_layout.h. Every offset is checked against the bytes
// at hand before it is followed.
#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "base/text.h"
#include "value/packed.h"
#include "value/packed_layout.h"

namespace qodly {

namespace {

using packed::load;
using packed::Tag;

Tag tagOf(std::string_view bytes) {
  if (bytes.empty()) return Tag::undefined;
  const auto tag = static_cast<std::uint8_t>(bytes.front());
  return tag < packed::tagCount ? static_cast<Tag>(tag) : Tag::undefined;
}

template <class T>
T scalar(std::string_view bytes, Tag tag, T otherwise) {
  return tagOf(bytes) == tag && bytes.size() >= 1 + sizeof(T) ? load<T>(bytes, 1) : otherwise;
}

// The tables of a container. count is 0 when the bytes are no container or too short for their tables.
class PackedContainer {
 public:
  explicit PackedContainer(std::string_view bytes) : bytes_(bytes) {
    const Tag tag = tagOf(bytes);
    if (tag < Tag::list) return;
    object_ = tag == Tag::object || tag == Tag::wideObject;
    width_ = tag == Tag::list || tag == Tag::object ? sizeof(std::uint16_t) : sizeof(std::uint32_t);
    if (bytes.size() < 1 + width_) return;
    const std::uint32_t count = number(1);
    sorted_ = object_ && count > packed::unsortedLimit;
    const std::size_t columns = (object_ ? 2U : 1U) + (sorted_ ? 1U : 0U);
    const std::size_t content = 1 + width_ * (1 + columns * count);
    if (content > bytes.size()) return;
    count_ = count;
    content_ = content;
    sound_ = true;
  }

  bool isSound() const { return sound_; }
  bool isObject() const { return object_; }
  bool isSorted() const { return sorted_; }
  std::uint32_t count() const { return count_; }
  std::size_t content() const { return content_; }

  // index < count()
  std::string_view element(std::uint32_t index) const {
    return slice(index == 0 ? content_ : entry(index - 1), entry(index));
  }
  std::string_view nameAt(std::uint32_t index) const {
    return slice(index == 0 ? content_ : entry(2 * index - 1), entry(2 * index));
  }
  std::string_view valueAt(std::uint32_t index) const { return slice(entry(2 * index), entry(2 * index + 1)); }
  std::uint32_t position(std::uint32_t index) const { return entry(2 * count_ + index); }
  std::size_t lastEnd() const { return count_ == 0 ? content_ : entry((object_ ? 2 : 1) * count_ - 1); }

  std::uint32_t find(std::string_view name) const {
    if (!sorted_) {
      std::uint32_t index = 0;
      while (index < count_ && nameAt(index) != name) ++index;
      return index;
    }
    std::uint32_t low = 0;
    std::uint32_t high = count_;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const std::uint32_t at = position(middle);
      if (at >= count_) return count_;
      const int order = nameAt(at).compare(name);
      if (order == 0) return at;
      (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
    }
    return count_;
  }

 private:
  std::uint32_t number(std::size_t at) const {
    return width_ == sizeof(std::uint16_t) ? load<std::uint16_t>(bytes_, at) : load<std::uint32_t>(bytes_, at);
  }
  std::uint32_t entry(std::size_t index) const { return number(1 + width_ * (1 + index)); }

  std::string_view slice(std::size_t from, std::size_t to) const {
    if (from < content_ || from > to || to > bytes_.size()) return {};
    return bytes_.substr(from, to - from);
  }

  std::string_view bytes_;
  std::size_t width_ = 0;
  std::size_t content_ = 0;
  std::uint32_t count_ = 0;
  bool object_ = false;
  bool sorted_ = false;
  bool sound_ = false;
};

struct BlobParts {
  std::string_view mediaType, path, content;
  bool sound = false;
};

BlobParts blobParts(std::string_view bytes) {
  if (bytes.size() < packed::blobHeader) return {};
  const std::size_t mediaLength = load<std::uint8_t>(bytes, 1);
  const std::size_t pathLength = load<std::uint32_t>(bytes, 2);
  if (bytes.size() - packed::blobHeader < mediaLength + pathLength) return {};
  const std::string_view rest = bytes.substr(packed::blobHeader);
  return {rest.substr(0, mediaLength), rest.substr(mediaLength, pathLength), rest.substr(mediaLength + pathLength),
          true};
}

Value unpackBlob(std::string_view bytes, bool picture) {
  const BlobParts parts = blobParts(bytes);
  if (!parts.sound) return {};
  if (!parts.path.empty()) {
    std::string path(parts.path);
    return picture ? Value::pictureFile(std::move(path)) : Value::blobFile(std::move(path));
  }
  std::string content(parts.content);
  std::string mediaType(parts.mediaType);
  return picture ? Value::picture(std::move(content), std::move(mediaType))
                 : Value::blob(std::move(content), std::move(mediaType));
}

Value unpackValue(std::string_view bytes, std::size_t depth);

Value unpackContainer(std::string_view bytes, std::size_t depth) {
  const PackedContainer container(bytes);
  if (depth == maximumPackedDepth || !container.isSound()) return {};
  if (container.isObject()) {
    const auto object = Object::make();
    object->reserve(container.count());
    for (std::uint32_t i = 0; i < container.count(); ++i) {
      object->set(container.nameAt(i), unpackValue(container.valueAt(i), depth + 1));
    }
    return Value::object(object);
  }
  const auto collection = Collection::make();
  collection->elements().reserve(container.count());
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    collection->push(unpackValue(container.element(i), depth + 1));
  }
  return Value::collection(collection);
}

Value unpackValue(std::string_view bytes, std::size_t depth) {
  const PackedView view(bytes);
  switch (view.type()) {
    case Type::null:
      return Value::null();
    case Type::boolean:
      return Value::boolean(view.asBoolean());
    case Type::integer:
      return Value::integer(view.asInteger());
    case Type::real:
      return Value::real(view.asNumber());
    case Type::text:
      return Value::text(view.asText());
    case Type::date:
      return Value::date(view.asDate());
    case Type::time:
      return Value::time({view.asMilliseconds()});
    case Type::instant:
      return Value::instant({view.asMilliseconds()});
    case Type::blob:
      return unpackBlob(bytes, false);
    case Type::picture:
      return unpackBlob(bytes, true);
    case Type::object:
    case Type::collection:
      return unpackContainer(bytes, depth);
    case Type::undefined:
    case Type::handle:
      break;
  }
  return {};
}

void writeJson(std::string_view bytes, std::string& out, std::size_t depth);

void writeContainerJson(std::string_view bytes, std::string& out, std::size_t depth) {
  const PackedContainer container(bytes);
  if (depth == maximumPackedDepth || !container.isSound()) {
    out += "null";
    return;
  }
  out.push_back(container.isObject() ? '{' : '[');
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    if (i != 0) out.push_back(',');
    if (container.isObject()) {
      json::appendString(container.nameAt(i), out);
      out.push_back(':');
    }
    writeJson(container.isObject() ? container.valueAt(i) : container.element(i), out, depth + 1);
  }
  out.push_back(container.isObject() ? '}' : ']');
}

void writeJson(std::string_view bytes, std::string& out, std::size_t depth) {
  const PackedView view(bytes);
  switch (view.type()) {
    case Type::boolean:
      json::appendBoolean(view.asBoolean(), out);
      return;
    case Type::integer:
      json::appendNumber(view.asInteger(), out);
      return;
    case Type::real:
      json::appendNumber(view.asNumber(), out);
      return;
    case Type::text:
      json::appendString(view.asText(), out);
      return;
    case Type::time:
      json::appendNumber(view.asMilliseconds(), out);
      return;
    case Type::date:
      out.push_back('"');
      appendDate(view.asDate(), out);
      out.push_back('"');
      return;
    case Type::instant:
      out.push_back('"');
      appendInstant({view.asMilliseconds()}, out);
      out.push_back('"');
      return;
    case Type::blob:
      out += "\"[object Blob]\"";
      return;
    case Type::picture:
      out += "\"[object Picture]\"";
      return;
    case Type::object:
    case Type::collection:
      writeContainerJson(bytes, out, depth);
      return;
    case Type::undefined:
    case Type::null:
    case Type::handle:
      break;
  }
  out += "null";
}

bool soundValue(std::string_view bytes, std::size_t depth);

// Names must be distinct: strictly ascending along the table of positions, or compared one with another.
bool soundNames(const PackedContainer& container) {
  if (!container.isSorted()) {
    for (std::uint32_t i = 0; i < container.count(); ++i) {
      if (container.find(container.nameAt(i)) != i) return false;
    }
    return true;
  }
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    if (container.position(i) >= container.count()) return false;
    if (i != 0 && container.nameAt(container.position(i - 1)) >= container.nameAt(container.position(i))) return false;
  }
  return true;
}

bool soundContainer(std::string_view bytes, std::size_t depth) {
  const PackedContainer container(bytes);
  if (depth == maximumPackedDepth || !container.isSound() || container.lastEnd() != bytes.size()) return false;
  std::size_t end = container.content();
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    if (container.isObject()) {
      const std::string_view name = container.nameAt(i);
      if (!isValidUtf8(name)) return false;
      end += name.size();
    }
    // Every value has a tag, so that an empty slice is one that was refused.
    const std::string_view value = container.isObject() ? container.valueAt(i) : container.element(i);
    end += value.size();
    if (!soundValue(value, depth + 1)) return false;
  }
  return end == bytes.size() && (!container.isObject() || soundNames(container));
}

bool soundValue(std::string_view bytes, std::size_t depth) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes.front()) >= packed::tagCount) return false;
  const std::size_t body = bytes.size() - 1;
  switch (tagOf(bytes)) {
    case Tag::undefined:
      return false;
    case Tag::null:
    case Tag::falseValue:
    case Tag::trueValue:
      return body == 0;
    case Tag::integer:
    case Tag::real:
    case Tag::time:
    case Tag::instant:
      return body == 8;
    case Tag::date:
      return body == 4;
    case Tag::text:
      return isValidUtf8(bytes.substr(1));
    case Tag::blob:
    case Tag::picture:
      return blobParts(bytes).sound;
    case Tag::list:
    case Tag::object:
    case Tag::wideList:
    case Tag::wideObject:
      return soundContainer(bytes, depth);
  }
  return false;
}

}  // namespace

Type PackedView::type() const {
  static constexpr std::array<Type, packed::tagCount> types = {
      Type::undefined,  Type::null,   Type::boolean,    Type::boolean, Type::integer, Type::real,
      Type::text,       Type::date,   Type::time,       Type::instant, Type::blob,    Type::picture,
      Type::collection, Type::object, Type::collection, Type::object};
  return types[static_cast<std::size_t>(tagOf(bytes_))];
}

bool PackedView::asBoolean() const { return tagOf(bytes_) == Tag::trueValue; }

double PackedView::asNumber() const {
  switch (tagOf(bytes_)) {
    case Tag::real:
      return scalar(bytes_, Tag::real, 0.0);
    case Tag::integer:
      return static_cast<double>(asInteger());
    case Tag::time:
      return static_cast<double>(asMilliseconds());
    default:
      return 0;
  }
}

std::int64_t PackedView::asInteger() const { return scalar(bytes_, Tag::integer, std::int64_t{0}); }

std::string_view PackedView::asText() const {
  return tagOf(bytes_) == Tag::text ? bytes_.substr(1) : std::string_view();
}

Date PackedView::asDate() const { return Date{scalar(bytes_, Tag::date, Date::none().days)}; }

std::int64_t PackedView::asMilliseconds() const {
  const Tag tag = tagOf(bytes_);
  return tag == Tag::time || tag == Tag::instant ? scalar(bytes_, tag, std::int64_t{0}) : 0;
}

std::uint32_t PackedView::size() const { return PackedContainer(bytes_).count(); }

PackedView PackedView::member(std::string_view name) const {
  const PackedContainer container(bytes_);
  if (!container.isObject()) return {};
  const std::uint32_t index = container.find(name);
  return index < container.count() ? PackedView(container.valueAt(index)) : PackedView();
}

std::pair<std::string_view, PackedView> PackedView::memberAt(std::uint32_t index) const {
  const PackedContainer container(bytes_);
  if (!container.isObject() || index >= container.count()) return {};
  return {container.nameAt(index), PackedView(container.valueAt(index))};
}

PackedView PackedView::element(std::uint32_t index) const {
  const PackedContainer container(bytes_);
  if (container.isObject() || index >= container.count()) return {};
  return PackedView(container.element(index));
}

Value PackedView::unpack() const { return unpackValue(bytes_, 0); }

void PackedView::appendJson(std::string& out) const { writeJson(bytes_, out, 0); }

bool PackedView::isSound() const { return soundValue(bytes_, 0); }

}  // namespace qodly
