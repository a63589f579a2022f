// Memory of one syntax tree: nodes and the texts they refer to are allocated here one after the other and freed
// together. Nothing put here may need a destructor, so that dropping a tree costs a few frees and no recursion.
#pragma once

#include <algorithm>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace qodly::script::syntax {

// Movable (addresses stay valid), not copyable. One thread at a time.
class Arena {
 public:
  template <class T>
  T* make(T node) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (memory_->allocate(sizeof(T), alignof(T)))
        T(std::move(node));  // NOLINT(cppcoreguidelines-owning-memory)
  }

  template <class T>
  std::span<const T> keep(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* first = static_cast<T*>(memory_->allocate(sizeof(T) * items.size(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), first);
    return {first, items.size()};
  }

  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* first = static_cast<char*>(memory_->allocate(text.size(), 1));
    std::copy(text.begin(), text.end(), first);
    return {first, text.size()};
  }

 private:
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
};

}  // namespace qodly::script::syntax
