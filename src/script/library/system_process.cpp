#include "script/library/system_process.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "script/library/descriptor.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int maximumProcesses = 256;
constexpr std::size_t maximumQueued = 1 << 30;
constexpr std::chrono::seconds killAfter{2};
// How long output is still taken from grandchildren that keep the pipes open after the process has ended.
constexpr std::chrono::milliseconds lingering{200};

std::atomic<int>& processesRunning() {
  static std::atomic<int> count{0};
  return count;
}

struct Pipe {
  Descriptor read, write;
  static std::optional<Pipe> make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

std::vector<std::string> environmentWith(const ProcessSpec& spec) {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::size_t equals = line.find('=');
    if (equals != line.npos) all[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  for (const auto& [name, value] : spec.variables) all[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program with the child's ends of the pipes; gives errno on failure.
int spawn(ProcessSpec& spec, int in, int out, int err, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!spec.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, spec.folder.c_str());
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> environment = environmentWith(spec);
  const int failure = ::posix_spawnp(&pid, spec.words.front().c_str(), &actions, &attributes,
                                     pointersTo(spec.words).data(), pointersTo(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

// What the handle and the watching thread share.
struct Shared {
  std::mutex mutex;
  std::string queued;
  bool inputClosed = false, stopping = false, ended = false;
  Descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  pid_t pid = 0;

  void ring() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake.number(), &one, sizeof one));
  }
};

class Watcher {
 public:
  Watcher(std::shared_ptr<Shared> shared, std::shared_ptr<ProcessListener> listener, Descriptor in, Descriptor out,
          Descriptor err, std::optional<std::chrono::milliseconds> timeout)
      : shared_(std::move(shared)),
        listener_(std::move(listener)),
        in_(std::move(in)),
        out_(std::move(out)),
        err_(std::move(err)) {
    process_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, shared_->pid, 0)));
    if (timeout) deadline_ = Clock::now() + *timeout;
  }

  void run() {
    while (!done()) step();
    finish();
  }

 private:
  bool done() const { return exited_ && ((!out_.isOpen() && !err_.isOpen()) || Clock::now() >= *lingerUntil_); }

  int pause() const {
    auto until = Clock::now() + std::chrono::hours(1);
    for (const auto& moment : {deadline_, killAt_, lingerUntil_}) {
      if (moment) until = std::min(until, *moment);
    }
    // Without a descriptor of the process its end is looked for now and then.
    if (!process_.isOpen() && !exited_) until = std::min(until, Clock::now() + std::chrono::milliseconds(20));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  void step() {
    const bool writing = takeInput();
    std::array<pollfd, 5> watched{pollfd{shared_->wake.number(), POLLIN, 0}, pollfd{out_.number(), POLLIN, 0},
                                  pollfd{err_.number(), POLLIN, 0}, pollfd{writing ? in_.number() : -1, POLLOUT, 0},
                                  pollfd{exited_ ? -1 : process_.number(), POLLIN, 0}};
    ::poll(watched.data(), watched.size(), pause());
    if (watched[0].revents != 0) {
      std::uint64_t count = 0;
      static_cast<void>(!::read(shared_->wake.number(), &count, sizeof count));
    }
    if (watched[1].revents != 0) receive(out_, false);
    if (watched[2].revents != 0) receive(err_, true);
    if (watched[3].revents != 0) sendInput();
    watchTime();
    lookForEnd();
  }

  // Moves what was posted here; true when there is something to write.
  bool takeInput() {
    bool stopping = false;
    {
      std::lock_guard lock(shared_->mutex);
      if (pending_.empty()) pending_.swap(shared_->queued);
      if (pending_.empty() && shared_->inputClosed) in_.close();
      stopping = shared_->stopping;
    }
    if (stopping) beginKilling();
    return in_.isOpen() && !pending_.empty();
  }

  void sendInput() {
    const ssize_t sent = ::write(in_.number(), pending_.data(), pending_.size());
    if (sent > 0) {
      pending_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      in_.close();  // the process does not read any more
      pending_.clear();
      std::lock_guard lock(shared_->mutex);
      shared_->inputClosed = true;
    }
  }

  void receive(Descriptor& from, bool isError) {
    std::array<char, 65536> part;
    const ssize_t got = ::read(from.number(), part.data(), part.size());
    if (got > 0) {
      std::string bytes(part.data(), static_cast<std::size_t>(got));
      isError ? listener_->errorOutput(std::move(bytes)) : listener_->output(std::move(bytes));
      if (lingerUntil_) lingerUntil_ = Clock::now() + lingering;
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      from.close();
    }
  }

  void beginKilling() {
    if (killAt_ || killed_ || exited_) return;
    killAt_ = Clock::now() + killAfter;
    ::kill(-shared_->pid, SIGTERM);
  }

  void watchTime() {
    if (deadline_ && Clock::now() >= *deadline_ && !exited_) {
      deadline_.reset();
      end_.timedOut = true;
      beginKilling();
    }
    if (killAt_ && Clock::now() >= *killAt_) {
      killAt_.reset();
      killed_ = true;
      ::kill(-shared_->pid, SIGKILL);
    }
  }

  // The process is left a zombie until finish(), so that its number and its group's stay its own.
  void lookForEnd() {
    siginfo_t info{};
    if (exited_ || ::waitid(P_PID, static_cast<id_t>(shared_->pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid == 0) {
      return;
    }
    exited_ = true;
    deadline_.reset();
    if (info.si_code == CLD_EXITED) end_.exitCode = info.si_status;
    lingerUntil_ = Clock::now() + lingering;
  }

  void finish() {
    // Whatever the process has started and left behind in its group after terminate() goes as well.
    if (killAt_ || killed_) ::kill(-shared_->pid, SIGKILL);
    {
      std::lock_guard lock(shared_->mutex);
      shared_->ended = true;
      shared_->inputClosed = true;
    }
    int status = 0;
    ::waitpid(shared_->pid, &status, 0);
    listener_->ended(std::move(end_));
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<ProcessListener> listener_;
  Descriptor in_, out_, err_, process_;
  std::string pending_;
  std::optional<Clock::time_point> deadline_, killAt_, lingerUntil_;
  bool exited_ = false, killed_ = false;
  ProcessListener::End end_;
};

class Child final : public ChildProcess {
 public:
  explicit Child(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~Child() override { Child::terminate(); }

  std::int64_t pid() const override { return shared_->pid; }

  bool post(std::string bytes) override {
    {
      std::lock_guard lock(shared_->mutex);
      if (shared_->inputClosed || shared_->queued.size() + bytes.size() > maximumQueued) return false;
      shared_->queued += bytes;
    }
    shared_->ring();
    return true;
  }

  void closeInput() override {
    {
      std::lock_guard lock(shared_->mutex);
      shared_->inputClosed = true;
    }
    shared_->ring();
  }

  void terminate() override {
    {
      std::lock_guard lock(shared_->mutex);
      if (shared_->ended) return;
      shared_->stopping = true;
    }
    shared_->ring();
  }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

Result<std::shared_ptr<ChildProcess>> ChildProcess::start(ProcessSpec spec, std::shared_ptr<ProcessListener> listener) {
  if (++processesRunning() > maximumProcesses) {
    --processesRunning();
    return fail(fault::limitReached, "256 system workers are running already.");
  }
  auto in = Pipe::make(), out = Pipe::make(), err = Pipe::make();
  auto shared = std::make_shared<Shared>();
  int failure = in && out && err ? 0 : errno;
  if (failure == 0) {
    failure = spawn(spec, in->read.number(), out->write.number(), err->write.number(), shared->pid);
  }
  if (failure != 0) {
    --processesRunning();
    return fail(fault::wrongSettings, fmt::format("\"{}\" cannot be started: {}.", spec.words.front(),
                                                  std::generic_category().message(failure)));
  }
  for (const int number : {in->write.number(), out->read.number(), err->read.number()}) {
    ::fcntl(number, F_SETFL, O_NONBLOCK);
  }
  std::thread([shared, listener = std::move(listener), toChild = std::move(in->write), fromChild = std::move(out->read),
               errors = std::move(err->read), timeout = spec.timeout]() mutable {
    // Writing to a process that has closed its input gives an error, no signal.
    sigset_t broken;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken, nullptr);
    Watcher(std::move(shared), std::move(listener), std::move(toChild), std::move(fromChild), std::move(errors),
            timeout)
        .run();
    --processesRunning();
  }).detach();
  return std::make_shared<Child>(std::move(shared));
}

}  // namespace qodly::script::library
