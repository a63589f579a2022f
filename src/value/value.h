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
#include <bit>
#include <cassert>
#include <cstdint>
#include <functional>
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
//
// A box made for one language process is "confined" (confine()): only that process counts it, without locked
// instructions. share() makes its count atomic again before anybody else may see it; there is no way back.
class Box {
 public:
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  void retain() const {
    const std::uint64_t state = state_.load(std::memory_order_relaxed);
    if ((state & confinedBit) != 0) {
      state_.store(state + 1, std::memory_order_relaxed);
    } else {
      state_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  void release() const {
    const std::uint64_t state = state_.load(std::memory_order_relaxed);
    if ((state & confinedBit) != 0) {
      state_.store(state - 1, std::memory_order_relaxed);
      if (state == (confinedBit | 1)) destroy(this);
    } else if (state_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy(this);
    }
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(state_.load(std::memory_order_relaxed)); }
  bool isConfined() const { return (state_.load(std::memory_order_relaxed) & confinedBit) != 0; }
  void confine() const { state_.fetch_or(confinedBit, std::memory_order_relaxed); }
  void share() const { state_.fetch_and(~confinedBit, std::memory_order_relaxed); }

 protected:
  Box() = default;
  virtual ~Box() = default;

 private:
  static constexpr std::uint64_t confinedBit = std::uint64_t{1} << 63;
  static void destroy(const Box* box);
  // The count (and confinedBit) while alive; the address of the next box of the waiting list once dead.
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

// A text never changes once a second owner can see it (Value::appendText grows one that has a single owner).
class TextBox final : public Box {
 public:
  explicit TextBox(std::string utf8) : text_(std::move(utf8)) {}
  std::string_view view() const { return text_; }
  std::size_t units() const;                         // UTF-16 units; counted once
  std::size_t offsetOfUnit(std::size_t unit) const;  // as Value::textOffset
  bool isAscii() const { return units() == text_.size(); }

 private:
  friend class Value;
  static constexpr std::uint64_t unknown = UINT64_MAX;
  void append(std::string_view suffix);  // only while there is a single owner
  std::string text_;
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
  // Calls `visit` with every Value this handle owns, so that the cycle collector can see through it (Heap).
  virtual void traverse(const std::function<void(const Value&)>& /*visit*/) const {}
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

  static Value null() { return {Type::null, std::uint64_t{0}}; }
  static Value boolean(bool value) { return {Type::boolean, static_cast<std::uint64_t>(value)}; }
  static Value integer(std::int64_t value) { return {Type::integer, std::bit_cast<std::uint64_t>(value)}; }
  static Value real(double value) { return {Type::real, std::bit_cast<std::uint64_t>(value)}; }
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
  // A time kept in an object or collection: a number of milliseconds that remembers what it was, so that given
  // unchanged to a time it is that time again (language.md 3). Its type() is real; arithmetic drops the mark.
  static Value markedTime(Duration value) {
    Value marked = real(static_cast<double>(value.ms));
    marked.words_[0] |= markedFlag;
    return marked;
  }
  bool isMarkedTime() const { return type() == Type::real && (words_[0] & markedFlag) != 0; }

  // target = target + suffix, in place when nobody else holds the text. `target` must be a text.
  static void appendText(Value& target, std::string_view suffix);
  bool isAsciiText() const;  // the type must be text; remembered for long texts

  Type type() const { return static_cast<Type>(words_[0] & 0xFF); }
  bool isUndefined() const { return type() == Type::undefined; }
  bool isNull() const { return type() == Type::null; }
  bool isMissing() const { return type() <= Type::null; }  // undefined or null
  bool isNumber() const { return type() == Type::integer || type() == Type::real; }
  bool isText() const { return type() == Type::text; }
  bool isObject() const { return type() == Type::object; }
  bool isCollection() const { return type() == Type::collection; }

  // Accessors: the type must be the named one (asserted in debug builds), except number(), which takes both numbers.
  bool asBoolean() const {
    assert(type() == Type::boolean);
    return words_[1] != 0;
  }
  std::int64_t asInteger() const {
    assert(type() == Type::integer);
    return std::bit_cast<std::int64_t>(words_[1]);
  }
  double asReal() const {
    assert(type() == Type::real);
    return std::bit_cast<double>(words_[1]);
  }
  double asNumber() const {
    assert(isNumber());
    return type() == Type::integer ? static_cast<double>(asInteger()) : asReal();
  }
  std::string_view asText() const {  // valid while this Value lives and is not assigned
    assert(isText());
    if (boxed()) return static_cast<const TextBox*>(box())->view();
    return {std::bit_cast<const char*>(&words_) + inlineTextOffset, (words_[0] >> 8) & 0x7F};
  }
  // Positions in a text count UTF-16 units, from 0. A long text remembers what it counted, so that going through it by
  // position is linear.
  std::size_t textUnits() const;
  // Byte offset of the character that holds this unit: of the next character for the second unit of one that counts
  // two, the size of the text for a unit behind its end.
  std::size_t textOffset(std::size_t unit) const;
  Date asDate() const {
    assert(type() == Type::date);
    return Date{static_cast<std::int32_t>(std::bit_cast<std::int64_t>(words_[1]))};
  }
  Duration asTime() const {
    assert(type() == Type::time);
    return {std::bit_cast<std::int64_t>(words_[1])};
  }
  Instant asInstant() const {
    assert(type() == Type::instant);
    return {std::bit_cast<std::int64_t>(words_[1])};
  }
  const BlobBox& asBlob() const {  // blob and picture
    assert(type() == Type::blob || type() == Type::picture);
    return *static_cast<const BlobBox*>(box());
  }
  inline Object& asObject() const;
  inline Collection& asCollection() const;
  inline Ref<Object> objectRef() const;
  inline Ref<Collection> collectionRef() const;
  Handle& asHandle() const {
    assert(type() == Type::handle);
    return *static_cast<Handle*>(box());
  }
  Ref<Handle> handleRef() const { return Ref<Handle>::sharing(&asHandle()); }

  // Same type and same content; texts byte by byte, objects and collections member by member, handles by identity.
  // (Comparison by the rules of the language and of queries is elsewhere: value/compare.h.)
  bool identical(const Value& other) const;

 private:
  static constexpr std::uint64_t boxedFlag = 0x8000;
  static constexpr std::uint64_t markedFlag = 0x10000;  // never in a text: its type is real
  static constexpr std::size_t inlineTextOffset = 2;

  Value(Type type, std::uint64_t payload) : words_{static_cast<std::uint64_t>(type), payload} {}
  Value(Type type, Box* adopted)
      : words_{static_cast<std::uint64_t>(type) | boxedFlag, std::bit_cast<std::uint64_t>(adopted)} {}
  bool boxed() const { return (words_[0] & boxedFlag) != 0; }
  Box* box() const { return std::bit_cast<Box*>(words_[1]); }
  std::uint64_t words_[2];
};
static_assert(sizeof(Value) == 16);

class Heap;

// What objects and collections have in common: membership in a Heap, and what the language hangs on them.
class Container : public Box {
 public:
  // The lock group of a shared object or collection (language.md 18); null for a plain one. Set before the container
  // is seen by a second process, never changed back.
  const Ref<Box>& group() const { return group_; }
  void setGroup(Ref<Box> group) { group_ = std::move(group); }
  bool inHeap() const { return next_ != nullptr; }

 protected:
  Container() = default;
  ~Container() override {
    if (next_ == nullptr) return;
    next_->previous_ = previous_;
    previous_->next_ = next_;
  }

 private:
  friend class Heap;
  Container* next_ = nullptr;  // both null: in no heap
  Container* previous_ = nullptr;
  std::uint32_t outside_ = 0;  // during Heap::collect: references that do not come from the heap
  bool reached_ = false;
  Ref<Box> group_;
};

// Properties in insertion order; names are case-sensitive. Linear while small, hashed when large.
class Object final : public Container {
 public:
  struct Member {
    std::string name;
    Value value;
  };
  static Ref<Object> make() { return Ref<Object>(new Object); }  // NOLINT(cppcoreguidelines-owning-memory)
  // Confined and known to the cycle collector of `heap`.
  static Ref<Object> make(Heap& heap);
  ~Object() override;
  std::size_t size() const { return members_.size(); }
  const Value* find(std::string_view name) const;  // nullptr when absent; valid until the next change
  // The same with a guess of the member's position; a wrong guess is corrected. For callers that read the same
  // property of many like objects.
  Value* find(std::string_view name, std::uint32_t& position) {
    if (position < members_.size() && members_[position].name == name) return &members_[position].value;
    return findSlowly(name, position);
  }
  Value get(std::string_view name) const;  // undefined when absent
  void set(std::string_view name, Value value);
  bool remove(std::string_view name);  // false when absent; keeps the order of the others
  void clear();
  void reserve(std::size_t members) { members_.reserve(members); }
  const std::vector<Member>& members() const { return members_; }
  Value& valueAt(std::size_t position) { return members_[position].value; }

  // The class of an instance of a user class (a handle of the language); null for a plain object.
  const Ref<Handle>& classLink() const { return class_; }
  void setClassLink(Ref<Handle> link) { class_ = std::move(link); }

 private:
  struct Index;
  Object();
  std::size_t position(std::string_view name) const;  // members_.size() when absent
  Value* findSlowly(std::string_view name, std::uint32_t& position);
  std::vector<Member> members_;
  std::unique_ptr<Index> index_;  // only while there are many members
  Ref<Handle> class_;
};

class Collection final : public Container {
 public:
  static Ref<Collection> make() { return Ref<Collection>(new Collection); }  // NOLINT(cppcoreguidelines-owning-memory)
  static Ref<Collection> make(Heap& heap);
  std::vector<Value>& elements() { return elements_; }
  const std::vector<Value>& elements() const { return elements_; }
  std::size_t size() const { return elements_.size(); }
  void push(Value value) { elements_.push_back(std::move(value)); }

 private:
  Collection() = default;
  std::vector<Value> elements_;
};

inline Object& Value::asObject() const {
  assert(isObject());
  return *static_cast<Object*>(box());
}
inline Collection& Value::asCollection() const {
  assert(isCollection());
  return *static_cast<Collection*>(box());
}
inline Ref<Object> Value::objectRef() const { return Ref<Object>::sharing(&asObject()); }
inline Ref<Collection> Value::collectionRef() const { return Ref<Collection>::sharing(&asCollection()); }

// The containers of one language process, so that those which only hold each other can be found and freed. Used by
// that process alone. A container that outlives its heap, or that is shared, merely is no longer looked at.
class Heap {
 public:
  Heap();
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  void add(Container& container);               // it must be in no heap
  static void forget(Container& container);     // no effect when it is in no heap
  std::size_t added() const { return added_; }  // since the last collection

  struct Census {
    std::size_t containers = 0;  // alive after the collection
    std::size_t bytes = 0;       // their own memory and that of the texts and blobs they hold, roughly
    std::size_t freed = 0;
  };
  // Frees what can only be reached from itself (trial deletion: references that do not come from the heap's own
  // containers keep alive). Costs time in proportion to the heap.
  Census collect();

 private:
  struct End;  // both ends of the list
  struct Walk;
  std::unique_ptr<End> end_;
  std::size_t added_ = 0;
};

// Makes the counts of everything reachable from `value` atomic and takes it out of its heap, so that several threads
// may copy from it while nobody changes it (arguments of queries, results handed over).
void publish(const Value& value);

// True when an object or collection reachable from `value` contains itself. Handles are not looked into.
bool hasCycle(const Value& value);

}  // namespace qodly
