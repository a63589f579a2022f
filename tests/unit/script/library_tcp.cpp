#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "library_loopback.h"
#include "script/library/tcp_socket.h"

namespace qodly::script::library {
namespace {

using test::Connection;
using test::LoopbackServer;

class Recorder final : public TcpListener {
 public:
  void connected() override { add("connected "); }
  void data(std::string bytes) override { add(bytes); }
  void closed() override { add(" closed"); }
  void failed(Error) override { add("failed"); }
  void ended() override {
    std::lock_guard lock(mutex_);
    ended_ = true;
    ready_.notify_all();
  }
  std::string wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return ended_; });
    return told_;
  }

 private:
  void add(const std::string& text) {
    std::lock_guard lock(mutex_);
    told_ += text;
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::string told_;
  bool ended_ = false;
};

TEST(TcpSocket, SendsReceivesAndCloses) {
  LoopbackServer server([](Connection& connection) { connection.write("got " + connection.readUntil("\n")); });
  auto recorder = std::make_shared<Recorder>();
  auto socket = TcpSocket::open("localhost", server.port(), true, recorder);
  ASSERT_TRUE(socket);
  EXPECT_TRUE((*socket)->send("hel"));
  EXPECT_TRUE((*socket)->send("lo\n"));
  (*socket)->shutdown();
  EXPECT_FALSE((*socket)->send("late"));
  EXPECT_EQ(recorder->wait(), "connected got hello\n closed");
}

TEST(TcpSocket, LargeAmountsBothWays) {
  const std::string large(5'000'000, 'x');
  LoopbackServer server([&](Connection& connection) { connection.write(connection.read(large.size())); });
  auto recorder = std::make_shared<Recorder>();
  auto socket = TcpSocket::open("127.0.0.1", server.port(), false, recorder);
  ASSERT_TRUE(socket);
  (*socket)->send(large);
  EXPECT_EQ(recorder->wait().size(), large.size() + std::string("connected  closed").size());
}

TEST(TcpSocket, ReportsFailure) {
  int port = 0;
  {
    LoopbackServer gone([](Connection&) {});
    port = gone.port();
  }
  auto recorder = std::make_shared<Recorder>();
  auto socket = TcpSocket::open("127.0.0.1", port, false, recorder);
  EXPECT_EQ(recorder->wait(), "failed");
  auto nowhere = std::make_shared<Recorder>();
  auto unknown = TcpSocket::open("no-such-host.invalid", 1, false, nowhere);
  EXPECT_EQ(nowhere->wait(), "failed");
}

TEST(TcpSocket, DroppingItCloses) {
  LoopbackServer server([](Connection& connection) { connection.readUntil("never"); });
  auto recorder = std::make_shared<Recorder>();
  auto socket = TcpSocket::open("127.0.0.1", server.port(), false, recorder);
  socket->reset();
  EXPECT_FALSE(recorder->wait().contains("failed"));
}

}  // namespace
}  // namespace qodly::script::library
