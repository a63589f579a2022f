// The cycle collector: counts for each container the references that do not come from containers of the heap; what no
// such reference leads to is garbage.
#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "value/value.h"

namespace qodly {

struct Heap::End final : Container {};

// Follows the values of a container. Handles are looked through only when the container is their single owner: then
// what they hold is held by the container. A handle with more owners keeps alive what it holds.
struct Heap::Walk {
  template <class Visit>
  static void value(const Value& value, const Visit& visit) {
    if (value.isObject()) {
      visit(static_cast<Container&>(value.asObject()));
    } else if (value.isCollection()) {
      visit(static_cast<Container&>(value.asCollection()));
    } else if (value.type() == Type::handle && value.asHandle().count() == 1) {
      value.asHandle().traverse([&](const Value& held) { Walk::value(held, visit); });
    }
  }

  template <class Visit>
  static void children(const Container& container, const Visit& visit) {
    if (const auto* object = dynamic_cast<const Object*>(&container)) {
      for (const Object::Member& member : object->members()) value(member.value, visit);
    } else if (const auto* collection = dynamic_cast<const Collection*>(&container)) {
      for (const Value& element : collection->elements()) value(element, visit);
    }
  }

  static constexpr std::size_t perBlock = 16;  // what the allocator needs for itself

  // The share of this value: what several hold is counted once all in all.
  static std::size_t bytesOf(const Value& value) {
    constexpr std::size_t longestInline = 14;
    if (value.isText() && value.asText().size() > longestInline) {
      return (sizeof(TextBox) + value.asText().size() + 2 * perBlock) / std::max(owners(value), std::uint32_t{1});
    }
    if (value.type() == Type::blob || value.type() == Type::picture) {
      return (sizeof(BlobBox) + value.asBlob().bytes.size() + 2 * perBlock) / value.asBlob().count();
    }
    return 0;
  }

  // Of the box behind a long text (value.h tells the layout).
  static std::uint32_t owners(const Value& value) {
    const Box* box = nullptr;
    std::memcpy(&box, reinterpret_cast<const char*>(&value) + sizeof(Value) / 2, sizeof(box));
    return box->count();
  }

  static std::size_t bytesOf(const Container& container) {
    constexpr std::size_t shortName = 15;  // kept in the std::string itself
    constexpr std::size_t indexed = 16, perIndexEntry = 24;
    std::size_t bytes = 0;
    if (const auto* object = dynamic_cast<const Object*>(&container)) {
      bytes = sizeof(Object) + object->members().capacity() * sizeof(Object::Member) + 2 * perBlock;
      if (object->size() > indexed) bytes += object->size() * perIndexEntry;
      for (const Object::Member& member : object->members()) {
        bytes += bytesOf(member.value);
        if (member.name.size() > shortName) bytes += member.name.size() + perBlock;
      }
    } else if (const auto* collection = dynamic_cast<const Collection*>(&container)) {
      bytes = sizeof(Collection) + collection->elements().capacity() * sizeof(Value) + 2 * perBlock;
      for (const Value& element : collection->elements()) bytes += bytesOf(element);
    }
    return bytes;
  }
};

Heap::Heap() : end_(std::make_unique<End>()) {
  end_->next_ = end_.get();
  end_->previous_ = end_.get();
}

Heap::~Heap() {
  for (Container* at = end_->next_; at != end_.get();) {
    Container* next = at->next_;
    at->next_ = at->previous_ = nullptr;
    at = next;
  }
  end_->next_ = end_->previous_ = nullptr;
}

void Heap::add(Container& container) {
  container.next_ = end_.get();
  container.previous_ = end_->previous_;
  end_->previous_->next_ = &container;
  end_->previous_ = &container;
  ++added_;
}

void Heap::forget(Container& container) {
  if (!container.inHeap()) return;
  container.next_->previous_ = container.previous_;
  container.previous_->next_ = container.next_;
  container.next_ = container.previous_ = nullptr;
}

Heap::Census Heap::collect() {
  Census census;
  for (Container* at = end_->next_; at != end_.get(); at = at->next_) {
    at->outside_ = at->count();
    at->reached_ = false;
  }
  for (Container* at = end_->next_; at != end_.get(); at = at->next_) {
    Walk::children(*at, [](Container& child) {
      if (child.inHeap() && child.outside_ > 0) --child.outside_;
    });
  }
  std::vector<Container*> waiting;
  for (Container* at = end_->next_; at != end_.get(); at = at->next_) {
    if (at->outside_ > 0 && !at->reached_) {
      at->reached_ = true;
      waiting.push_back(at);
    }
    while (!waiting.empty()) {
      const Container* reached = waiting.back();
      waiting.pop_back();
      ++census.containers;
      census.bytes += Walk::bytesOf(*reached);
      Walk::children(*reached, [&](Container& child) {
        if (!child.inHeap() || child.reached_) return;
        child.reached_ = true;
        waiting.push_back(&child);
      });
    }
  }
  std::vector<Ref<Container>> garbage;
  for (Container* at = end_->next_; at != end_.get(); at = at->next_) {
    if (!at->reached_) garbage.push_back(Ref<Container>::sharing(at));
  }
  census.freed = garbage.size();
  for (const Ref<Container>& container : garbage) {
    if (auto* object = dynamic_cast<Object*>(container.get())) {
      object->clear();
    } else if (auto* collection = dynamic_cast<Collection*>(container.get())) {
      const std::vector<Value> removed = std::move(collection->elements());
      collection->elements().clear();
    }
  }
  added_ = 0;
  return census;
}

Ref<Collection> Collection::make(Heap& heap) {
  Ref<Collection> made = make();
  made->confine();
  heap.add(*made);
  return made;
}

void publish(const Value& value) {
  std::vector<Value> waiting{value};
  std::unordered_set<const Container*> seen;
  const auto handOver = [&](Container& container) {
    if (!seen.insert(&container).second) return false;
    Heap::forget(container);
    container.share();
    return true;
  };
  while (!waiting.empty()) {
    const Value at = std::move(waiting.back());
    waiting.pop_back();
    if (at.isObject() && handOver(at.asObject())) {
      for (const Object::Member& member : at.asObject().members()) waiting.push_back(member.value);
    } else if (at.isCollection() && handOver(at.asCollection())) {
      for (const Value& element : at.asCollection().elements()) {
        if (element.isObject() || element.isCollection()) waiting.push_back(element);
      }
    }
  }
}

}  // namespace qodly
