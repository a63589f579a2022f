// Answers that stay open: streams on the wire, their queue, their end.
#include <future>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

using test::Answer;
using test::Client;
using test::TestServer;

// A place for what a handler makes, to be waited for by the test.
template <class T>
class Handed {
 public:
  void give(T value) { promise_.set_value(std::move(value)); }
  T take() {
    auto future = promise_.get_future();
    EXPECT_EQ(future.wait_for(std::chrono::seconds(20)), std::future_status::ready);
    return future.get();
  }

 private:
  std::promise<T> promise_;
};

using Sender = std::shared_ptr<StreamSender>;

TEST(Push, SendsPiecesBehindTheHandler) {
  Handed<Sender> handed;
  TestServer server([&](Request& request, Response& response) {
    if (request.path() != "/events") return response.text(200, "other");
    response.setContentType("text/event-stream");
    response.setHeader("Cache-Control", "no-store");
    handed.give(response.stream());
  });
  Client client(server.port());
  const Answer head = client.get("/events");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  EXPECT_FALSE(head.headers.contains("content-length"));
  const Sender sender = handed.take();
  EXPECT_EQ(sender->send("one"), Pushed::Queued);
  EXPECT_EQ(client.chunk(), "one");
  EXPECT_EQ(sender->send("two"), Pushed::Queued);
  EXPECT_EQ(client.chunk(), "two");
  EXPECT_EQ(server.server().figures().running, 0u);
  sender->finish();
  EXPECT_EQ(sender->send("three"), Pushed::Closed);
  EXPECT_EQ(client.chunk(), "");
  EXPECT_EQ(client.get("/again").body, "other");
}

TEST(Push, TellsWhenTheClientIsGone) {
  Handed<PushEnd> ended;
  TestServer server([&](Request&, Response& response) {
    const Sender sender = response.stream();
    sender->onClose([&ended, sender](PushEnd why) {
      EXPECT_FALSE(sender->isOpen());
      ended.give(why);
    });
  });
  {
    Client client(server.port());
    EXPECT_EQ(client.get("/").status, 200);
  }
  EXPECT_EQ(ended.take(), PushEnd::Client);
}

TEST(Push, EndsAtOnceWhatHasEnded) {
  Handed<Sender> handed;
  TestServer server([&](Request&, Response& response) { handed.give(response.stream()); });
  Client client(server.port());
  client.get("/");
  const Sender sender = handed.take();
  Handed<PushEnd> ended;
  sender->onClose([&](PushEnd why) { ended.give(why); });
  sender->abort();
  EXPECT_EQ(ended.take(), PushEnd::Aborted);
  EXPECT_TRUE(client.closed());
  bool called = false;
  sender->onClose([&](PushEnd why) { called = why == PushEnd::Aborted; });
  EXPECT_TRUE(called);
}

TEST(Push, WritesABodyOfAnySizeFromTheHandler) {
  constexpr std::size_t pieces = 200;
  const std::string piece(100'000, 'x');
  TestServer server([&](Request&, Response& response) {
    response.setContentType("text/plain");
    const Sender sender = response.stream({.queueBytes = 64 * 1024, .heartbeat = {}});
    for (std::size_t i = 0; i < pieces; ++i) {
      if (!sender->write(piece)) return;
      EXPECT_LE(sender->queued(), 64u * 1024);
    }
    sender->finish();
  });
  Client client(server.port());
  EXPECT_EQ(client.get("/big").status, 200);
  std::size_t total = 0;
  for (std::string part = client.chunk(); !part.empty(); part = client.chunk()) total += part.size();
  EXPECT_EQ(total, pieces * piece.size());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer(true).status, 200);
}

TEST(Push, SaysThatASlowClientIsSlow) {
  Handed<Sender> handed;
  TestServer server(
      [&](Request&, Response& response) { handed.give(response.stream({.queueBytes = 1000, .heartbeat = {}})); });
  Client client(server.port());
  client.get("/");
  const Sender sender = handed.take();
  EXPECT_EQ(sender->send(std::string(1001, 'x')), Pushed::Full);
  std::size_t queued = 0;
  Pushed result = Pushed::Queued;
  while ((result = sender->send(std::string(1000, 'x'))) == Pushed::Queued || sender->queued() == 0) {
    if (result == Pushed::Queued) ++queued;
    if (queued > 1'000'000) break;  // the client reads nothing: its window is long full
  }
  EXPECT_EQ(result, Pushed::Full);
  std::size_t received = 0;
  std::thread reader([&] {
    for (std::string part = client.chunk(); !part.empty(); part = client.chunk()) received += part.size();
  });
  sender->finish();
  reader.join();
  EXPECT_EQ(received, queued * 1000);
}

TEST(Push, CutsASlowClient) {
  ServerOptions options;
  options.limits.sendTimeout = std::chrono::milliseconds(200);
  Handed<PushEnd> ended;
  TestServer server(
      [&](Request&, Response& response) {
        const Sender sender = response.stream();
        sender->onClose([&](PushEnd why) { ended.give(why); });
        while (sender->write(std::string(100'000, 'x'))) {
        }
      },
      options);
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(ended.take(), PushEnd::Slow);
}

TEST(Push, BeatsWhenNothingElseIsSent) {
  TestServer server([&](Request&, Response& response) {
    response.stream({.queueBytes = 1000, .heartbeat = ":\n\n", .heartbeatInterval = std::chrono::milliseconds(10)});
  });
  Client client(server.port());
  client.get("/");
  EXPECT_EQ(client.chunk(), ":\n\n");
  EXPECT_EQ(client.chunk(), ":\n\n");
}

TEST(Push, FinishesWhenTheServerStops) {
  Handed<PushEnd> ended;
  auto server = std::make_unique<TestServer>(
      [&](Request&, Response& response) { response.stream()->onClose([&](PushEnd why) { ended.give(why); }); });
  Client client(server->port());
  client.get("/");
  server.reset();
  EXPECT_EQ(client.chunk(), "");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(ended.take(), PushEnd::Finished);
}

TEST(Push, ABodyThatIsStillMadeIsNotEndedByTheStop) {
  Completion<int> go;
  TestServer server([&](Request&, Response& response) {
    const Sender sender = response.stream({.heartbeat = {}});
    sender->write("begun,");
    go.wait();
    sender->write("done");
    sender->finish();
  });
  Client client(server.port()), idle(server.port());
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.chunk(), "begun,");
  std::thread stopping([&] { server.server().stop(); });
  EXPECT_TRUE(idle.closed()) << "the stop has begun";
  go.set(1);
  EXPECT_EQ(client.chunk(), "done");
  EXPECT_EQ(client.bytes(5), "0\r\n\r\n");
  stopping.join();
}

TEST(Push, ABodyWithoutEndIsCutByTheStop) {
  ServerOptions options;
  options.limits.stopTimeout = std::chrono::milliseconds(200);
  TestServer server(
      [&](Request&, Response& response) {
        const Sender sender = response.stream({.heartbeat = {}});
        while (sender->write(std::string(100'000, 'x'))) {
        }
      },
      options);
  Client client(server.port());
  EXPECT_EQ(client.get("/").status, 200);
  server.server().stop();
  std::string last;
  for (std::string part = client.bytes(100'000); !part.empty(); part = client.bytes(100'000)) last = part;
  EXPECT_FALSE(last.ends_with("\r\n0\r\n\r\n"));
}

TEST(Push, HeadAndHttp10HaveNoChunks) {
  TestServer server([&](Request&, Response& response) {
    const Sender sender = response.stream();
    sender->write("body");
    sender->finish();
  });
  Client head(server.port());
  head.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(head.answer(true).status, 200);
  EXPECT_EQ(head.answer().status, 200);
  EXPECT_EQ(head.chunk(), "body");
  Client old(server.port());
  old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer answer = old.answer();
  EXPECT_FALSE(answer.headers.contains("transfer-encoding"));
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(old.bytes(100), "body");
}

TEST(Push, AHandlerThatFailsMidwayCutsTheBody) {
  TestServer server([&](Request& request, Response& response) {
    const Sender sender = response.stream({.queueBytes = 1000, .heartbeat = {}});
    if (request.path() == "/late") {
      for (int i = 0; i < 100; ++i) sender->write(std::string(1000, 'x'));
    }
    throw std::runtime_error("expected by the test");
  });
  Client early(server.port());
  EXPECT_EQ(early.get("/early").status, 500);
  Client late(server.port());
  EXPECT_EQ(late.get("/late").status, 200);
  std::string all;
  for (std::string part = late.bytes(1000); !part.empty(); part = late.bytes(1000)) all += part;
  EXPECT_FALSE(all.ends_with("\r\n0\r\n\r\n"));
}

// How a connection to which HTTP/1.0 was spoken ends: 0, or the error of the last read.
int endOfOldConnection(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  constexpr std::string_view request = "GET / HTTP/1.0\r\n\r\n";
  EXPECT_EQ(::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  std::array<char, 4096> buffer;
  ssize_t count = 1;
  while (count > 0) count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
  const int error = count < 0 ? errno : 0;
  ::close(descriptor);
  return error;
}

TEST(Push, ABodyThatTheConnectionEndsIsNotEndedByACut) {
  TestServer cut([&](Request&, Response& response) { response.stream()->abort(); });
  EXPECT_EQ(endOfOldConnection(cut.port()), ECONNRESET);
  TestServer whole([&](Request&, Response& response) {
    const Sender sender = response.stream();
    sender->write("whole");
    sender->finish();
  });
  EXPECT_EQ(endOfOldConnection(whole.port()), 0);
}

TEST(Push, APaceIsLookedAtAfterHalfAMinute) {
  Pace pace;
  EXPECT_FALSE(pace.isBelow(1'000'000)) << "nothing was waited for";
  pace.waits();
  pace.took(10);
  EXPECT_FALSE(pace.isBelow(1'000'000));
}

TEST(Push, ManySendersFromManyThreads) {
  constexpr int clients = 200, rounds = 50;
  std::mutex mutex;
  std::vector<Sender> senders;
  ServerOptions options;
  options.threads = 2;
  TestServer server(
      [&](Request&, Response& response) {
        std::lock_guard lock(mutex);
        senders.push_back(response.stream());
      },
      options);
  std::vector<std::unique_ptr<Client>> open;
  for (int i = 0; i < clients; ++i) {
    open.push_back(std::make_unique<Client>(server.port()));
    EXPECT_EQ(open.back()->get("/").status, 200);
  }
  const auto broadcast = [&] {
    for (int round = 0; round < rounds; ++round) {
      for (const Sender& sender : senders) EXPECT_EQ(sender->send("event\n"), Pushed::Queued);
    }
  };
  std::thread first(broadcast), second(broadcast);
  first.join();
  second.join();
  for (const Sender& sender : senders) sender->finish();
  for (const auto& client : open) {
    std::string all;
    for (std::string part = client->chunk(); !part.empty(); part = client->chunk()) all += part;
    EXPECT_EQ(all.size(), 2u * rounds * 6);
  }
}

TEST(Push, EventsAreWrittenByTheirRules) {
  EXPECT_EQ(serverSentEvent("a"), "data: a\n\n");
  EXPECT_EQ(serverSentEvent("a\nb\r\nc\rd", "up\ndate", "7"),
            "event: update\nid: 7\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
}

}  // namespace
}  // namespace qodly::http
