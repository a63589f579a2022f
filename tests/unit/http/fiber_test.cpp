// Handlers that wait: the fiber parks, its thread goes on serving others.
#include "http/fiber.h"

#include <atomic>
#include <deque>
#include <thread>

#include <gtest/gtest.h>

#include "base/wait.h"
#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Client;
using test::TestServer;

// Completions that handlers wait for and the test sets, in the order of the handlers' arrival.
class Gate {
 public:
  int wait() {
    auto completion = std::make_shared<Completion<int>>();
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(completion);
    }
    return completion->wait();
  }
  void open(int value) {
    std::shared_ptr<Completion<int>> first;
    for (;;) {
      {
        std::lock_guard lock(mutex_);
        if (!waiting_.empty()) {
          first = waiting_.front();
          waiting_.pop_front();
          break;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    first->set(value);
  }

 private:
  std::mutex mutex_;
  std::deque<std::shared_ptr<Completion<int>>> waiting_;
};

TEST(Fibers, TheThreadServesOthersWhileAHandlerWaits) {
  Gate gate;
  TestServer server([&](Request& request, Response& response) {
    const auto thread = std::this_thread::get_id();
    const std::string target(request.target());
    const int value = request.path() == "/wait" ? gate.wait() : 0;
    EXPECT_EQ(thread, std::this_thread::get_id());
    EXPECT_EQ(request.target(), target);
    response.text(200, std::to_string(value));
  });
  Client waiting(server.port()), other(server.port());
  waiting.send("POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(other.get("/").body, "0");
  gate.open(42);
  EXPECT_EQ(waiting.answer().body, "42");
  EXPECT_EQ(server.server().figures().parked, 0u);
}

TEST(Fibers, APipelineStaysInOrderAndEarlierAnswersDoNotWait) {
  Gate gate;
  TestServer server([&](Request& request, Response& response) {
    if (request.path() == "/wait") gate.wait();
    response.text(200, request.path());
  });
  Client client(server.port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().body, "/1");
  gate.open(0);
  EXPECT_EQ(client.answer().body, "/wait");
  EXPECT_EQ(client.answer().body, "/3");
}

TEST(Fibers, ManyWaitAtOnce) {
  Gate gate;
  constexpr int count = 200;
  ServerOptions options;
  options.threads = 2;
  TestServer server(
      [&](Request&, Response& response) {
        const int first = gate.wait();
        const int second = gate.wait();
        response.text(200, std::to_string(first + second));
      },
      options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  std::thread opener([&] {
    for (int i = 0; i < 2 * count; ++i) gate.open(21);
  });
  for (const auto& client : clients) EXPECT_EQ(client->answer().body, "42");
  opener.join();
}

TEST(Fibers, AWaitThatIsOverBeforeItBegins) {
  TestServer server([](Request&, Response& response) {
    Completion<std::string> completion;
    completion.set("at once");
    response.text(200, completion.wait());
  });
  Client client(server.port());
  EXPECT_EQ(client.get("/").body, "at once");
}

TEST(Fibers, ExceptionsBeingHandledStayWithTheirFiber) {
  Gate gate;
  TestServer server([&](Request& request, Response& response) {
    try {
      throw std::runtime_error(std::string(request.path()));
    } catch (const std::exception&) {
      gate.wait();
      try {
        throw;
      } catch (const std::exception& again) {
        response.text(200, again.what());
      }
    }
  });
  Client first(server.port()), second(server.port());
  first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
  second.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 60'000 && server.server().figures().parked != 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  gate.open(0);
  gate.open(0);
  EXPECT_EQ(first.answer().body, "/first");
  EXPECT_EQ(second.answer().body, "/second");
}

TEST(Fibers, DeepStacksFit) {
  TestServer server([](Request&, Response& response) {
    volatile char deep[200 * 1024];
    deep[0] = 1;
    deep[sizeof deep - 1] = 1;
    response.text(200, std::to_string(deep[0] + deep[sizeof deep - 1]));
  });
  Client client(server.port());
  EXPECT_EQ(client.get("/").body, "2");
}

TEST(Fibers, TooManyRunningRequestsAreRefused) {
  Gate gate;
  ServerOptions options;
  options.live.runningRequests = 1;
  TestServer server([&](Request&, Response& response) { response.text(200, std::to_string(gate.wait())); }, options);
  Client first(server.port()), second(server.port());
  first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 60'000 && server.server().figures().parked == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(second.get("/").status, 503);
  gate.open(7);
  EXPECT_EQ(first.answer().body, "7");
}

TEST(Stop, FinishesRunningRequestsAndClosesIdleConnections) {
  Gate gate;
  TestServer server([&](Request& request, Response& response) {
    response.text(200, request.path() == "/wait" ? std::to_string(gate.wait()) : "0");
  });
  Client running(server.port()), idle(server.port());
  EXPECT_EQ(idle.get("/").status, 200);
  running.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 60'000 && server.server().figures().parked == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::thread stopper([&] { server.server().stop(); });
  EXPECT_TRUE(idle.closed());
  gate.open(5);
  const auto answer = running.answer();
  EXPECT_EQ(answer.body, "5");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(running.closed());
  stopper.join();
}

TEST(Stop, CutsConnectionsButNeverAbandonsAHandler) {
  Gate gate;
  std::atomic<bool> finished = false;
  ServerOptions options;
  options.limits.stopTimeout = std::chrono::milliseconds(100);
  TestServer server(
      [&](Request&, Response& response) {
        gate.wait();
        finished = true;
        response.text(200, "");
      },
      options);
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 60'000 && server.server().figures().parked == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::thread stopper([&] { server.server().stop(); });
  EXPECT_TRUE(client.closed());
  EXPECT_FALSE(finished);
  gate.open(0);
  stopper.join();
  EXPECT_TRUE(finished);
}

TEST(Stop, WithoutStartAndTwice) {
  Server never({}, [](Request&, Response&) {});
  never.stop();
  TestServer server([](Request&, Response&) {});
  server.server().stop();
  server.server().stop();
}

}  // namespace
}  // namespace qodly::http
