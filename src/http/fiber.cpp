#include "http/fiber.h"

#include <new>
#include <thread>
#include <utility>

#include <boost/context/detail/fcontext.hpp>
#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/wait.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace qodly::http {

namespace {

namespace context = boost::context::detail;

constexpr std::size_t idleFibersKept = 64;

// A stack between two mappings: the page below it is not accessible, so that an overflow stops the program instead of
// writing into other memory.
class Stack {
 public:
  Stack() : guard_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    void* memory = ::mmap(nullptr, fiberStackBytes + guard_, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<char*>(memory);
    ::mprotect(memory_, guard_, PROT_NONE);
  }
  ~Stack() {
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(bottom(), fiberStackBytes);
#endif
    ::munmap(memory_, fiberStackBytes + guard_);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  char* bottom() const { return memory_ + guard_; }
  char* top() const { return bottom() + fiberStackBytes; }

 private:
  std::size_t guard_;
  char* memory_;
};

// The sanitizers must be told of every change of stack; in other builds both members do nothing.
class SwitchAnnotations {
 public:
  explicit SwitchAnnotations([[maybe_unused]] const Stack& stack) {
#if defined(__SANITIZE_ADDRESS__)
    fiberBottom_ = stack.bottom();
#endif
#if defined(__SANITIZE_THREAD__)
    fiber_ = __tsan_create_fiber(0);
#endif
  }
  ~SwitchAnnotations() {
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(fiber_);
#endif
  }
  SwitchAnnotations(const SwitchAnnotations&) = delete;
  SwitchAnnotations& operator=(const SwitchAnnotations&) = delete;

  void beforeEntering() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&threadFakeStack_, fiberBottom_, fiberStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
    thread_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber_, 0);
#endif
  }
  void insideAgain() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fiberFakeStack_, &threadBottom_, &threadSize_);
#endif
  }
  void beforeLeaving() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&fiberFakeStack_, threadBottom_, threadSize_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(thread_, 0);
#endif
  }
  void outsideAgain() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(threadFakeStack_, nullptr, nullptr);
#endif
  }

 private:
#if defined(__SANITIZE_ADDRESS__)
  void* threadFakeStack_ = nullptr;
  void* fiberFakeStack_ = nullptr;
  const void* fiberBottom_ = nullptr;
  const void* threadBottom_ = nullptr;
  std::size_t threadSize_ = 0;
#endif
#if defined(__SANITIZE_THREAD__)
  void* fiber_ = nullptr;
  void* thread_ = nullptr;
#endif
};

// The C++ runtime keeps the exceptions being handled per thread: a fiber that parks inside a catch block takes its own
// along. The layout is fixed by the Itanium C++ ABI, 2.2.2.
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

ExceptionState& exceptionState() { return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()); }

}  // namespace

class FiberPool::Fiber final : public Waiter {
 public:
  explicit Fiber(FiberPool& pool)
      : pool_(pool),
        annotations_(stack_),
        inside_(context::make_fcontext(stack_.top(), fiberStackBytes, &Fiber::live)) {}

  void park(const std::function<void(std::function<void()>)>& arm) override {
    arming_ = true;
    resumedEarly_ = false;
    arm([this] { resume(); });
    arming_ = false;
    if (std::exchange(resumedEarly_, false)) return;
    const ExceptionState mine = std::exchange(exceptionState(), ExceptionState{});
    leave();
    exceptionState() = mine;
  }

  FiberTask* task = nullptr;    // nullptr: the last one has ended
  std::unique_ptr<Fiber> self;  // while parked, a fiber owns itself

 private:
  friend class FiberPool;

  // arming_ is only looked at on the fiber's own thread, where it says that the fiber has not left yet.
  void resume() {
    if (std::this_thread::get_id() == thread_ && arming_ && Waiter::current() == this) {
      resumedEarly_ = true;
      return;
    }
    pool_.ready(*this);
  }

  void leave() {
    annotations_.beforeLeaving();
    const context::transfer_t back = context::jump_fcontext(outside_, nullptr);
    outside_ = back.fctx;
    annotations_.insideAgain();
  }

  static void live(context::transfer_t arrival) {
    auto& fiber = *static_cast<Fiber*>(arrival.data);
    fiber.outside_ = arrival.fctx;
    fiber.annotations_.insideAgain();
    for (;;) {
      fiber.task->run();
      fiber.task = nullptr;
      fiber.leave();
    }
  }

  FiberPool& pool_;
  Stack stack_;
  SwitchAnnotations annotations_;
  context::fcontext_t inside_, outside_ = nullptr;
  const std::thread::id thread_ = std::this_thread::get_id();
  bool arming_ = false, resumedEarly_ = false;
};

FiberTask* FiberPool::running() {
  const auto* fiber = dynamic_cast<const Fiber*>(Waiter::current());
  return fiber != nullptr ? fiber->task : nullptr;
}

FiberPool::FiberPool(std::function<void()> wake) : wake_(std::move(wake)) {}

FiberPool::~FiberPool() = default;

// True when the fiber's task has ended.
bool FiberPool::enter(Fiber& fiber) {
  Waiter* previous = Waiter::install(&fiber);
  fiber.annotations_.beforeEntering();
  const context::transfer_t back = context::jump_fcontext(fiber.inside_, &fiber);
  fiber.inside_ = back.fctx;
  fiber.annotations_.outsideAgain();
  Waiter::install(previous);
  return fiber.task == nullptr;
}

bool FiberPool::start(FiberTask& task) {
  std::unique_ptr<Fiber> fiber;
  if (idle_.empty()) {
    fiber = std::make_unique<Fiber>(*this);
  } else {
    fiber = std::move(idle_.back());
    idle_.pop_back();
  }
  fiber->task = &task;
  if (enter(*fiber)) {
    release(std::move(fiber));
    return true;
  }
  parked_.fetch_add(1, std::memory_order_relaxed);
  Fiber& parked = *fiber;
  parked.self = std::move(fiber);
  return false;
}

void FiberPool::resumeReady() {
  {
    std::lock_guard lock(readyMutex_);
    resuming_.swap(ready_);
  }
  for (Fiber* fiber : resuming_) {
    FiberTask* task = fiber->task;
    if (!enter(*fiber)) continue;
    parked_.fetch_sub(1, std::memory_order_relaxed);
    release(std::move(fiber->self));
    task->ended();
  }
  resuming_.clear();
}

void FiberPool::release(std::unique_ptr<Fiber> fiber) {
  if (idle_.size() < idleFibersKept) idle_.push_back(std::move(fiber));
}

void FiberPool::ready(Fiber& fiber) {
  bool first = false;
  {
    std::lock_guard lock(readyMutex_);
    first = ready_.empty();
    ready_.push_back(&fiber);
  }
  if (first) wake_();
}

}  // namespace qodly::http
