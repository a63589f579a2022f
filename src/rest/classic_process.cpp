#include "rest/classic_process.h"

#include <utility>

namespace qodly::rest {

script::vm::KeptVariables ClassicProcess::enter(Clock::duration timeout) {
  std::shared_ptr<Completion<bool>> turn;
  {
    std::lock_guard lock(mutex_);
    if (taken_) {
      turn = std::make_shared<Completion<bool>>();
      waiting_.push_back(turn);
    }
    taken_ = true;
  }
  if (turn) turn->wait();
  std::lock_guard lock(mutex_);
  const bool ended = Clock::now() - left_ > timeout;
  auto variables = std::exchange(variables_, {});
  if (ended) variables.clear();
  return variables;
}

void ClassicProcess::leave(script::vm::KeptVariables variables, Clock::time_point now) {
  std::shared_ptr<Completion<bool>> next;
  {
    std::lock_guard lock(mutex_);
    variables_ = std::move(variables);
    left_ = now;
    if (waiting_.empty()) {
      taken_ = false;
    } else {
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
  }
  if (next) next->set(true);
}

}  // namespace qodly::rest
