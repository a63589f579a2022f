// Who is told about committed changes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "orda/engine.h"

namespace qodly::engine {

// Thread-safe. A listener that unsubscribes may still be called by a notification already under way.
class ChangeListeners {
 public:
  using Listener = std::function<void(std::span<const orda::ChangeEvent>)>;

  ChangeListeners();
  std::shared_ptr<void> add(Listener listener);
  bool empty() const;
  void notify(std::span<const orda::ChangeEvent> events) const;

 private:
  struct List;
  std::shared_ptr<List> list_;  // shared with the tokens, which may outlive the engine
};

// The events of a change set, in table and record order; tables outside the schema are left out.
std::vector<orda::ChangeEvent> eventsOf(const storage::ChangeSet& changes, const orda::Schema& schema);

}  // namespace qodly::engine
