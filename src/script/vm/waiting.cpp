#include "script/vm/waiting.h"

#include <algorithm>
#include <cmath>

#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

void Parking::wake() {
  std::function<void()> resume;
  {
    const std::lock_guard guard(mutex_);
    if (done_) return;
    done_ = true;
    resume = std::exchange(resume_, nullptr);
  }
  if (resume) {
    resume();
  } else {
    woken_.notify_all();
  }
}

void Parking::park(const std::shared_ptr<Parking>& self, Timer& timer, std::optional<Timer::Clock::time_point> until) {
  Waiter* waiter = Waiter::current();
  if (waiter == nullptr) {
    std::unique_lock lock(mutex_);
    if (until) {
      woken_.wait_until(lock, *until, [this] { return done_; });
    } else {
      woken_.wait(lock, [this] { return done_; });
    }
    done_ = true;
    return;
  }
  std::optional<Timer::Id> alarm;
  if (until) alarm = timer.at(*until, [self] { self->wake(); });
  waiter->park([this](std::function<void()> resume) {
    {
      const std::lock_guard guard(mutex_);
      if (!done_) {
        resume_ = std::move(resume);
        return;
      }
    }
    resume();
  });
  if (alarm) timer.cancel(*alarm);
}

void Event::set() {
  std::function<void()> wake;
  {
    const std::lock_guard guard(mutex_);
    set_ = true;
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
}

bool Event::isSet() const {
  const std::lock_guard guard(mutex_);
  return set_;
}

Result<Wakeup> Process::wait(Event& event, std::optional<std::chrono::milliseconds> timeout, ProcessState state) {
  using Clock = Timer::Clock;
  std::optional<Clock::time_point> until;
  if (timeout) until = Clock::now() + std::min(*timeout, std::chrono::milliseconds(std::chrono::hours(24 * 365)));
  const auto leave = [&](Result<Wakeup> result) {
    const std::lock_guard guard(event.mutex_);
    event.wake_ = nullptr;
    return result;
  };
  while (true) {
    const auto parking = std::make_shared<Parking>();
    {
      const std::lock_guard guard(event.mutex_);
      if (event.set_) return Wakeup::set;
      event.wake_ = [parking] { parking->wake(); };
    }
    {
      const std::lock_guard guard(attention_->mutex);
      attention_->parking = parking;
    }
    std::optional<Clock::time_point> wakeAt = until;
    if (deadline_ && (!wakeAt || *deadline_ < *wakeAt)) wakeAt = deadline_;
    const std::uint32_t wanted = attention_->wanted.load();
    const bool stopped = (wanted & Attention::stop) != 0;
    if ((wanted & (Attention::stop | Attention::pause)) == 0) {
      const ProcessState before = state_.exchange(state);
      machine_->sampleCpu();
      parking->park(parking, runtime_->timer(), wakeAt);
      state_.store(before);
    }
    {
      const std::lock_guard guard(attention_->mutex);
      attention_->parking = nullptr;
    }
    if ((attention_->wanted.load() & Attention::pause) != 0) {
      if (auto noticed = machine_->noticeDebugger(); !noticed) return leave(std::unexpected(noticed.error()));
    }
    if (event.isSet()) return leave(Wakeup::set);
    if (stopped || (attention_->wanted.load() & Attention::stop) != 0) return leave(std::unexpected(interruption()));
    const auto now = Clock::now();
    if (deadline_ && now >= *deadline_) return leave(std::unexpected(timeLimitError()));
    if (until && now >= *until) return leave(Wakeup::timeout);
  }
}

Result<> Process::sleep(std::chrono::milliseconds time) {
  Event never;
  const auto done = wait(never, time, ProcessState::delayed);
  if (!done) return std::unexpected(done.error());
  return {};
}

void Process::stop() {
  std::shared_ptr<Parking> parking;
  attention_->wanted.fetch_or(Attention::stop);
  {
    const std::lock_guard guard(attention_->mutex);
    parking = attention_->parking;
  }
  if (parking) parking->wake();
}

void Process::delay(double ticks) {
  std::shared_ptr<Parking> parking;
  {
    const std::lock_guard guard(attention_->mutex);
    const auto length = std::chrono::milliseconds(std::llround(std::clamp(ticks, 0.0, 1e11) * 1000 / 60));
    attention_->delayedUntil = Timer::Clock::now() + length;
    attention_->wanted.fetch_or(Attention::delay);
    parking = attention_->parking;
  }
  if (parking) parking->wake();
}

Result<> Process::sleepDelay() {
  while (true) {
    Timer::Clock::time_point until;
    {
      const std::lock_guard guard(attention_->mutex);
      until = attention_->delayedUntil;
      if (until <= Timer::Clock::now()) {
        attention_->wanted.fetch_and(~Attention::delay);
        return {};
      }
    }
    // Woken early by another delay: looked at again.
    const auto parking = std::make_shared<Parking>();
    {
      const std::lock_guard guard(attention_->mutex);
      if (attention_->delayedUntil != until) continue;
      attention_->parking = parking;
    }
    if ((attention_->wanted.load() & (Attention::stop | Attention::pause)) == 0) {
      const ProcessState before = state_.exchange(ProcessState::delayed);
      const auto wakeAt = deadline_ ? std::min(until, *deadline_) : until;
      machine_->sampleCpu();
      parking->park(parking, runtime_->timer(), wakeAt);
      state_.store(before);
    }
    {
      const std::lock_guard guard(attention_->mutex);
      attention_->parking = nullptr;
    }
    if ((attention_->wanted.load() & Attention::pause) != 0) {
      if (auto noticed = machine_->noticeDebugger(); !noticed) return noticed;
    }
    if ((attention_->wanted.load() & Attention::stop) != 0) return std::unexpected(interruption());
    if (deadline_ && Timer::Clock::now() >= *deadline_) return std::unexpected(timeLimitError());
  }
}

Result<> Process::checkpoint() {
  const std::uint32_t wanted = attention_->wanted.load(std::memory_order_relaxed);
  if ((wanted & Attention::stop) != 0) return std::unexpected(interruption());
  if (deadline_ && Timer::Clock::now() >= *deadline_) return std::unexpected(timeLimitError());
  if ((wanted & Attention::delay) != 0) return sleepDelay();
  return {};
}

Error Process::interruption() const { return hostError(code::interrupted, "the execution was interrupted"); }

Error Process::timeLimitError() const {
  return hostError(code::limitReached,
                   "the time limit of " + std::to_string(limits_.time.count()) + " ms of the process is used up");
}

}  // namespace qodly::script::vm
