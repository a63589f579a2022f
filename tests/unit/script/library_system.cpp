#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "script/library/io_error.h"
#include "script/library/system_process.h"

namespace qodly::script::library {
namespace {

std::vector<std::string> words(std::string_view line) { return *commandWords(line); }
using Words = std::vector<std::string>;

TEST(CommandWords, AreSplitAsByTheShell) {
  EXPECT_EQ(words("ls -l  /tmp"), (Words{"ls", "-l", "/tmp"}));
  EXPECT_EQ(words("  a\tb\n"), (Words{"a", "b"}));
  EXPECT_EQ(words(R"(a "b c" 'd "e')"), (Words{"a", "b c", "d \"e"}));
  EXPECT_EQ(words(R"(a b\ c "x\"y\\z\n" '\n')"), (Words{"a", "b c", "x\"y\\z\\n", "\\n"}));
  EXPECT_EQ(words(R"(a "" ''b"c")"), (Words{"a", "", "bc"}));
  EXPECT_EQ(words("echo $HOME | cat > x; *"), (Words{"echo", "$HOME", "|", "cat", ">", "x;", "*"}));
  EXPECT_FALSE(commandWords(""));
  EXPECT_FALSE(commandWords("  "));
  EXPECT_FALSE(commandWords("a 'b"));
  EXPECT_FALSE(commandWords("a \"b"));
  EXPECT_FALSE(commandWords(std::string_view("a\0b", 3)));
}

class Recorder final : public ProcessListener {
 public:
  void output(std::string bytes) override { out += bytes; }
  void errorOutput(std::string bytes) override { err += bytes; }
  void ended(End how) override {
    std::lock_guard lock(mutex_);
    end = std::move(how);
    ready_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return end.has_value(); });
  }
  std::string out, err;
  std::optional<End> end;

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
};

TEST(ChildProcess, GivesItsOutputAndExitCode) {
  auto recorder = std::make_shared<Recorder>();
  auto child = ChildProcess::start({.words = {"/bin/sh", "-c", "pwd; echo $A; echo bad >&2; exit 7"},
                                    .variables = {{"A", "b"}},
                                    .folder = "/usr",
                                    .timeout = {}},
                                   recorder);
  ASSERT_TRUE(child);
  EXPECT_GT((*child)->pid(), 0);
  recorder->wait();
  EXPECT_EQ(recorder->out, "/usr\nb\n");
  EXPECT_EQ(recorder->err, "bad\n");
  EXPECT_EQ(recorder->end->exitCode, 7);
  EXPECT_FALSE((*child)->post("late"));
}

TEST(ChildProcess, TakesInput) {
  auto recorder = std::make_shared<Recorder>();
  auto child = ChildProcess::start({.words = {"cat"}, .variables = {}, .folder = "", .timeout = {}}, recorder);
  ASSERT_TRUE(child);
  const std::string large(3'000'000, 'x');
  EXPECT_TRUE((*child)->post(large));
  EXPECT_TRUE((*child)->post("end"));
  (*child)->closeInput();
  EXPECT_FALSE((*child)->post("late"));
  recorder->wait();
  EXPECT_EQ(recorder->out.size(), large.size() + 3);
  EXPECT_TRUE(recorder->out.ends_with("end"));
}

TEST(ChildProcess, ThatDoesNotReadIsNoTrouble) {
  auto recorder = std::make_shared<Recorder>();
  auto child = ChildProcess::start({.words = {"true"}, .variables = {}, .folder = "", .timeout = {}}, recorder);
  ASSERT_TRUE(child);
  (*child)->post(std::string(1'000'000, 'x'));
  recorder->wait();
  EXPECT_EQ(recorder->end->exitCode, 0);
}

TEST(ChildProcess, IsEndedByTerminateAndByTimeout) {
  auto ended = std::make_shared<Recorder>();
  auto child = ChildProcess::start({.words = {"sleep", "100"}, .variables = {}, .folder = "", .timeout = {}}, ended);
  ASSERT_TRUE(child);
  (*child)->terminate();
  ended->wait();
  EXPECT_FALSE(ended->end->exitCode);
  EXPECT_FALSE(ended->end->timedOut);
  auto late = std::make_shared<Recorder>();
  auto stubborn = ChildProcess::start({.words = {"/bin/sh", "-c", "sleep 100 & sleep 100"},
                                       .variables = {},
                                       .folder = "",
                                       .timeout = std::chrono::milliseconds(50)},
                                      late);
  ASSERT_TRUE(stubborn);
  late->wait();
  EXPECT_TRUE(late->end->timedOut);
}

TEST(ChildProcess, LeavesGrandchildrenBehindWithoutWaiting) {
  auto recorder = std::make_shared<Recorder>();
  auto child = ChildProcess::start(
      {.words = {"/bin/sh", "-c", "sleep 5 & echo started"}, .variables = {}, .folder = "", .timeout = {}}, recorder);
  ASSERT_TRUE(child);
  recorder->wait();
  EXPECT_EQ(recorder->out, "started\n");
  EXPECT_EQ(recorder->end->exitCode, 0);
}

TEST(ChildProcess, UnknownProgramIsAnError) {
  auto recorder = std::make_shared<Recorder>();
  auto child =
      ChildProcess::start({.words = {"/no/such/program"}, .variables = {}, .folder = "", .timeout = {}}, recorder);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code(), fault::wrongSettings);
}

}  // namespace
}  // namespace qodly::script::library
