// Who is told about committed changes.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "orda/change_source.h"
#include "orda/engine.h"

namespace qodly::engine {

// Thread-safe. Listeners are copied before they are called, so that one may come or go while another runs: one that
// unsubscribes may still be called by a notification already under way.
template <class Event>
class Listeners {
 public:
  using Listener = std::function<void(Event)>;

  // The destruction of the token ends the subscription; it may outlive the list.
  std::shared_ptr<void> add(Listener listener) {
    auto entry = std::make_shared<const Listener>(std::move(listener));
    std::lock_guard lock(list_->mutex);
    list_->listeners.push_back(entry);
    // The token owns nothing but the duty to remove its entry.
    return std::shared_ptr<void>(nullptr, [list = list_, entry](void*) {
      std::lock_guard guard(list->mutex);
      std::erase(list->listeners, entry);
    });
  }
  bool empty() const {
    std::lock_guard lock(list_->mutex);
    return list_->listeners.empty();
  }
  void notify(const Event& event) const {
    std::vector<std::shared_ptr<const Listener>> listeners;
    {
      std::lock_guard lock(list_->mutex);
      listeners = list_->listeners;
    }
    for (const auto& listener : listeners) (*listener)(event);
  }

 private:
  struct List {
    std::mutex mutex;
    std::vector<std::shared_ptr<const Listener>> listeners;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>();
};

// The events of a change set, in table and record order; tables outside the schema are left out.
std::vector<orda::ChangeEvent> eventsOf(const storage::ChangeSet& changes, const orda::Schema& schema);

// The change set as followers see it. `before`: the state that it is going to change.
std::shared_ptr<const orda::CommittedChanges> contentOf(const storage::ChangeSet& changes, orda::Reader& before,
                                                        std::shared_ptr<const orda::Schema> schema);

}  // namespace qodly::engine
