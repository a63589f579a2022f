// Members of an object: a vector in insertion order, with a hash index beside it once there are many.
#include <algorithm>
#include <bit>

#include "base/quick_hash.h"
#include "value/value.h"

namespace qodly {

namespace {

constexpr std::size_t linearLimit = 8;

std::uint32_t hashOf(std::string_view name) {
  const std::uint64_t hash = keyedHash(name);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

// Open addressing over positions of members_; at most half full. Position 0xFFFFFFFF marks a free slot.
struct Object::Index {
  static constexpr std::uint32_t freeSlot = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t position = freeSlot;
  };
  std::vector<Slot> slots;

  explicit Index(const std::vector<Member>& members) : slots(std::bit_ceil(members.size() * 4)) {
    for (std::size_t i = 0; i < members.size(); ++i) add(members[i].name, static_cast<std::uint32_t>(i));
  }

  void add(std::string_view name, std::uint32_t position) {
    const std::uint32_t hash = hashOf(name);
    std::size_t at = hash & (slots.size() - 1);
    while (slots[at].position != freeSlot) at = (at + 1) & (slots.size() - 1);
    slots[at] = {hash, position};
  }

  bool hasRoom(std::size_t members) const { return members * 2 <= slots.size(); }
};

Object::Object() = default;
Object::~Object() = default;

std::size_t Object::position(std::string_view name) const {
  if (!index_) {
    const auto found =
        std::find_if(members_.begin(), members_.end(), [&](const Member& member) { return member.name == name; });
    return static_cast<std::size_t>(found - members_.begin());
  }
  const std::uint32_t hash = hashOf(name);
  const std::size_t mask = index_->slots.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Index::Slot slot = index_->slots[at];
    if (slot.position == Index::freeSlot) return members_.size();
    if (slot.hash == hash && members_[slot.position].name == name) return slot.position;
  }
}

const Value* Object::find(std::string_view name) const {
  const std::size_t at = position(name);
  return at < members_.size() ? &members_[at].value : nullptr;
}

Value* Object::findSlowly(std::string_view name, std::uint32_t& position) {
  const std::size_t at = this->position(name);
  if (at == members_.size()) return nullptr;
  position = static_cast<std::uint32_t>(at);
  return &members_[at].value;
}

Value Object::get(std::string_view name) const {
  const Value* value = find(name);
  return value != nullptr ? *value : Value();
}

void Object::set(std::string_view name, Value value) {
  const std::size_t at = position(name);
  if (at < members_.size()) {
    members_[at].value = std::move(value);
    return;
  }
  members_.push_back({std::string(name), std::move(value)});
  if (members_.size() <= linearLimit) return;
  if (index_ && index_->hasRoom(members_.size())) {
    index_->add(name, static_cast<std::uint32_t>(at));
  } else {
    index_ = std::make_unique<Index>(members_);
  }
}

bool Object::remove(std::string_view name) {
  const std::size_t at = position(name);
  if (at == members_.size()) return false;
  const Value removed = std::move(members_[at].value);  // released last: its destruction may look at this object
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
  index_ = members_.size() > linearLimit ? std::make_unique<Index>(members_) : nullptr;
  return true;
}

void Object::clear() {
  const std::vector<Member> removed = std::move(members_);  // released last, as in remove
  members_.clear();
  index_ = nullptr;
}

Ref<Object> Object::make(Heap& heap) {
  Ref<Object> made = make();
  made->confine();
  heap.add(*made);
  return made;
}

}  // namespace qodly
