#include "orda/entity_pool.h"

#include <array>

namespace qodly::orda {

namespace {

using State = Entity::State;

constexpr std::size_t mostKept = 4;
constexpr std::size_t largestRecord = 4096;  // bytes whose room is kept

struct Pool {
  std::array<std::unique_ptr<State>, mostKept> states;
  std::size_t count = 0;
};

// nullptr while the thread ends: entities may end later than its pool.
Pool* poolOfThread() {
  thread_local bool ended = false;
  struct Holder {
    Pool pool;
    ~Holder() { ended = true; }
  };
  thread_local Holder holder;
  return ended ? nullptr : &holder.pool;
}

bool isSame(const DataClass& left, const DataClass& right) {
  return &left.process() == &right.process() && left.index() == right.index() &&
         left.schemaRef().get() == right.schemaRef().get();
}

}  // namespace

std::unique_ptr<State> takeState(const DataClass& owner) {
  Pool* pool = poolOfThread();
  if (pool == nullptr || pool->count == 0) return std::make_unique<State>(owner);
  std::unique_ptr<State> state = std::move(pool->states[--pool->count]);
  if (!isSame(state->dataClass, owner)) {
    state->dataClass = owner;
    state->layouts.reset();
  }
  return state;
}

void keepState(std::unique_ptr<State> state) noexcept {
  Pool* pool = poolOfThread();
  if (pool == nullptr || pool->count == mostKept || state->record.capacity() > largestRecord) return;
  state->number = storage::noRecord;
  state->locked = false;
  state->stamp = 0;
  state->record.clear();
  state->assigned.clear();
  state->constructed.clear();
  state->contents.clear();
  state->related.clear();
  state->touched.clear();
  state->savedIn.reset();
  state->selection = {};
  state->position = 0;
  state->touching.clear();
  state->calculating.clear();
  state->afterSaving = state->afterDropping = false;
  // What was released just now may have filled the pool meanwhile.
  if (pool->count < mostKept) pool->states[pool->count++] = std::move(state);
}

}  // namespace qodly::orda
