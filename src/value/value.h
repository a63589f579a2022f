// Value: the one representation of data that storage, ORDA, the language and REST share. 16 bytes; short texts (up to
// 14 bytes) live inside, longer ones and all containers behind a counted pointer.
//
//   byte 0      type
//   byte 1      length of an inline text; 0x80 when bytes 8-15 are a pointer to a counted box
//   bytes 2-15  inline text
//   bytes 8-15  boolean, integer, real, day, milliseconds, or pointer to a counted box
//
// Bytes are counted as on x86-64 and arm64, where the first word's lowest byte is byte 0 (asserted in value.cpp).
//
// Thread-safety: a Value may be read from many threads and copied from one that owns it. Texts, blobs and pictures are
// immutable and counted atomically, so they may cross threads. Objects and collections are mutable and belong to one
// thread at a time unless marked shared (language.md 18).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"

namespace qodly {

enum class Type : std::uint8_t {
  undefined,
  null,
  boolean,
  integer,  // 64-bit signed; the language restricts where it must
  real,
  text,     // UTF-8
  date,     // calendar day
  time,     // duration in milliseconds (seconds in the language, milliseconds on the wire)
  instant,  // UTC milliseconds: attributes of type date that are not "date only"
  blob,
  picture,
  object,
  collection,
  handle,  // entity, selection, function, file...: a Handle subclass of a layer above
};

std::string_view name(Type type);  // "text", "date"... as error messages say it

class Value;
class Object;
class Collection;

// Base of everything behind a pointer. Starts with a count of 1. Boxes that fall to 0 while another one is being
// destroyed on the same thread wait in a list until it is done, so that releasing a long chain of boxes needs no deep
// C++ stack; all are gone when the outermost release returns.
class Box {
 public:
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  void retain() const { state_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (state_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(this);
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(state_.load(std::memory_order_relaxed)); }

 protected:
  Box() = default;
  virtual ~Box() = default;

 private:
  static void destroy(const Box* box);
  // The count while alive; the address of the next box of the waiting list once dead.
  mutable std::atomic<std::uint64_t> state_{1};
};

// Counted pointer to a Box. Adopting constructor: takes over the initial count of a new box.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* adopted) : box_(adopted) {}
  static Ref sharing(T* box) {
    if (box != nullptr) box->retain();
    return Ref(box);
  }
  Ref(const Ref& other) : box_(other.box_) {
    if (box_ != nullptr) box_->retain();
  }
  Ref(Ref&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(box_, other.box_);
    return *this;
  }
  ~Ref() {
    if (box_ != nullptr) box_->release();
  }
  T* operator->() const { return box_; }
  T& operator*() const { return *box_; }
  T* get() const { return box_; }
  explicit operator bool() const { return box_ != nullptr; }
  bool operator==(const Ref&) const = default;

 private:
  friend class Value;
  T* detach() { return std::exchange(box_, nullptr); }
  T* box_ = nullptr;
};

class TextBox final : public Box {
 public:
  explicit TextBox(std::string utf8) : text(std::move(utf8)) {}
  const std::string text;
  std::size_t units() const;                         // UTF-16 units; counted once
  std::size_t offsetOfUnit(std::size_t unit) const;  // as Value::textOffset

 private:
  static constexpr std::uint64_t unknown = UINT64_MAX;
  mutable std::atomic<std::uint64_t> units_{unknown};
  mutable std::atomic<std::uint64_t> place_{0};  // unit and byte of the last place asked for, 32 bits each
};

// Bytes of a blob or picture: in memory, or the path of a file that is read when asked (orda.md 9.1).
class BlobBox final : public Box {
 public:
  BlobBox(std::string content, std::string media) : bytes(std::move(content)), mediaType(std::move(media)) {}
  const std::string bytes;
  const std::string mediaType;  // "" when unknown, "image/png"...
  std::string path;             // "/RESOURCES/a.jpg" when stored by reference: then bytes is empty
};

// A value defined by a layer above (entity, selection, function...). kind() is a static string unique per subclass.
class Handle : public Box {
 public:
  virtual const char* kind() const = 0;
  // What an object attribute keeps of it: the source text of a formula (orda.md 4.2); nullopt when it cannot be stored.
  virtual std::optional<std::string> storedText() const { return std::nullopt; }
};

class Value {
 public:
  Value() noexcept : words_{0, 0} {}
  Value(const Value& other) noexcept : words_{other.words_[0], other.words_[1]} {
    if (boxed()) box()->retain();
  }
  Value(Value&& other) noexcept : words_{other.words_[0], other.words_[1]} {
    other.words_[0] = 0;
    other.words_[1] = 0;
  }
  Value& operator=(Value other) noexcept {
    std::swap(words_[0], other.words_[0]);
    std::swap(words_[1], other.words_[1]);
    return *this;
  }
  ~Value() {
    if (boxed()) box()->release();
  }

  static Value null();
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value real(double value);
  static Value text(std::string_view utf8);
  static Value text(std::string&& utf8);
  static Value text(const char* utf8) { return text(std::string_view(utf8)); }
  static Value date(Date value);
  static Value time(Duration value);
  static Value instant(Instant value);
  static Value blob(std::string bytes, std::string mediaType = {});
  static Value blobFile(std::string path);
  static Value picture(std::string bytes, std::string mediaType = {});
  static Value pictureFile(std::string path);
  static Value object(Ref<Object> object);  // these three: an empty Ref gives null
  static Value collection(Ref<Collection> collection);
  static Value handle(Ref<Handle> handle);

  Type type() const { return static_cast<Type>(words_[0] & 0xFF); }
  bool isUndefined() const { return type() == Type::undefined; }
  bool isNull() const { return type() == Type::null; }
  bool isMissing() const { return type() <= Type::null; }  // undefined or null
  bool isNumber() const { return type() == Type::integer || type() == Type::real; }
  bool isText() const { return type() == Type::text; }
  bool isObject() const { return type() == Type::object; }
  bool isCollection() const { return type() == Type::collection; }

  // Accessors: the type must be the named one (asserted in debug builds), except number(), which takes both numbers.
  bool asBoolean() const;
  std::int64_t asInteger() const;
  double asReal() const;
  double asNumber() const;
  std::string_view asText() const;  // valid while this Value lives and is not assigned
  // Positions in a text count UTF-16 units, from 0. A long text remembers what it counted, so that going through it by
  // position is linear.
  std::size_t textUnits() const;
  // Byte offset of the character that holds this unit: of the next character for the second unit of one that counts
  // two, the size of the text for a unit behind its end.
  std::size_t textOffset(std::size_t unit) const;
  Date asDate() const;
  Duration asTime() const;
  Instant asInstant() const;
  const BlobBox& asBlob() const;  // blob and picture
  Object& asObject() const;
  Collection& asCollection() const;
  Ref<Object> objectRef() const;
  Ref<Collection> collectionRef() const;
  Handle& asHandle() const;
  Ref<Handle> handleRef() const;

  // Same type and same content; texts byte by byte, objects and collections member by member, handles by identity.
  // (Comparison by the rules of the language and of queries is elsewhere: value/compare.h.)
  bool identical(const Value& other) const;

 private:
  static constexpr std::uint64_t boxedFlag = 0x8000;

  Value(Type type, std::uint64_t payload) : words_{static_cast<std::uint64_t>(type), payload} {}
  Value(Type type, Box* adopted);
  bool boxed() const { return (words_[0] & boxedFlag) != 0; }
  Box* box() const;
  std::uint64_t words_[2];
};
static_assert(sizeof(Value) == 16);

// Properties in insertion order; names are case-sensitive. Linear while small, hashed when large.
class Object final : public Box {
 public:
  struct Member {
    std::string name;
    Value value;
  };
  static Ref<Object> make() { return Ref<Object>(new Object); }  // NOLINT(cppcoreguidelines-owning-memory)
  ~Object() override;
  std::size_t size() const { return members_.size(); }
  const Value* find(std::string_view name) const;  // nullptr when absent; valid until the next change
  Value get(std::string_view name) const;          // undefined when absent
  void set(std::string_view name, Value value);
  bool remove(std::string_view name);  // false when absent; keeps the order of the others
  void reserve(std::size_t members) { members_.reserve(members); }
  const std::vector<Member>& members() const { return members_; }

 private:
  struct Index;
  Object();
  std::size_t position(std::string_view name) const;  // members_.size() when absent
  std::vector<Member> members_;
  std::unique_ptr<Index> index_;  // only while there are many members
};

class Collection final : public Box {
 public:
  static Ref<Collection> make() { return Ref<Collection>(new Collection); }  // NOLINT(cppcoreguidelines-owning-memory)
  std::vector<Value>& elements() { return elements_; }
  const std::vector<Value>& elements() const { return elements_; }
  std::size_t size() const { return elements_.size(); }
  void push(Value value) { elements_.push_back(std::move(value)); }

 private:
  Collection() = default;
  std::vector<Value> elements_;
};

// True when an object or collection reachable from `value` contains itself. Handles are not looked into.
bool hasCycle(const Value& value);

}  // namespace qodly
