// Messages of live updates, and what is waiting for a slow client.
#include <gtest/gtest.h>

#include "rest/errors.h"
#include "rest/live/client.h"
#include "rest/live/message.h"

namespace qodly::rest::live {
namespace {

TEST(LiveMessage, ReadsOneOrSeveral) {
  const auto one =
      readRequests(R"({"subscribe":1,"dataclass":"Book","key":7,"attributes":["a","b.c"],"window":[5,20]})");
  ASSERT_TRUE(one.has_value());
  const auto& wanted = std::get<Subscribe>(one->front());
  EXPECT_EQ(wanted.id, "1");
  EXPECT_EQ(wanted.key, "7");
  EXPECT_EQ(wanted.attributes, "a,b.c");
  EXPECT_EQ(wanted.first, 5U);
  EXPECT_EQ(wanted.count, 20U);
  const auto several = readRequests(R"([{"resume":12},{"unsubscribe":"x"},{"privileges":["a","b"]}])");
  ASSERT_TRUE(several.has_value());
  EXPECT_EQ(std::get<Resume>((*several)[0]).sequence, 12U);
  EXPECT_EQ(std::get<Unsubscribe>((*several)[1]).id, R"("x")");
  EXPECT_EQ(std::get<Holding>((*several)[2]).privileges, (std::vector<std::string>{"a", "b"}));
}

TEST(LiveMessage, RefusesTooMany) {
  std::string text = "[";
  for (std::size_t i = 0; i <= maximumMessagesAtOnce; ++i) text += R"({"unsubscribe":1},)";
  text.back() = ']';
  EXPECT_FALSE(readRequests(text).has_value());
}

std::string told(const PendingEvents& events) {
  std::string out;
  events.append("1", out);
  return out;
}

TEST(PendingEvents, KeepTheLastStateOfAnEntity) {
  PendingEvents events;
  EXPECT_TRUE(events.empty());
  events.update("7", R"("stamp":2,"values":{})");
  events.update("7", R"("stamp":3,"values":{})");
  EXPECT_EQ(told(events), R"({"id":1,"type":"update","key":"7","stamp":3,"values":{}},)");
  events.remove("7", "dropped");
  EXPECT_EQ(told(events), R"({"id":1,"type":"remove","key":"7","why":"dropped"},)");
}

TEST(PendingEvents, WhatComesBackIsAnAddition) {
  PendingEvents events;
  events.remove("7", "left");
  events.add(3, {"7"});
  EXPECT_EQ(told(events), R"({"id":1,"type":"add","count":3,"keys":["7"]},)");
  events.remove("7", "left");
  EXPECT_EQ(told(events), R"({"id":1,"type":"remove","key":"7","why":"left"},{"id":1,"type":"add","count":3},)");
}

TEST(PendingEvents, TooManyBecomeOneRefresh) {
  PendingEvents events;
  for (std::size_t i = 0; i <= PendingEvents::maximumEntities; ++i) events.update(std::to_string(i), R"("stamp":1)");
  EXPECT_EQ(told(events), R"({"id":1,"type":"refresh"},)");
  events.update("7", R"("stamp":1)");
  events.add(5, {"7"});
  EXPECT_EQ(told(events), R"({"id":1,"type":"refresh"},)");
}

TEST(LiveClient, TellsOnceAndBoundsWhatWaits) {
  Client client;
  EXPECT_FALSE(client.take().has_value());
  client.change("1", 5, [](PendingEvents& events) { events.update("7", R"("stamp":2)"); });
  EXPECT_EQ(client.take(), R"({"sequence":5,"events":[{"id":1,"type":"update","key":"7","stamp":2}]})");
  EXPECT_FALSE(client.take().has_value());
  const std::string large(Client::maximumPendingBytes, 'x');
  client.change("1", 6, [&](PendingEvents& events) { events.update("7", large); });
  EXPECT_EQ(client.take(), R"({"sequence":6,"events":[{"id":1,"type":"refresh"}]})");
}

TEST(LiveClient, WakesWhoeverWaits) {
  Client client;
  int woken = 0;
  client.onReady([&] { ++woken; });
  EXPECT_EQ(woken, 0);
  client.change("1", 1, [](PendingEvents& events) { events.refresh(); });
  client.wake();
  EXPECT_EQ(woken, 1);
  client.end("session");
  client.wake();
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(client.take(), R"({"end":"session"})");
  EXPECT_FALSE(client.take().has_value());
  client.change("1", 2, [](PendingEvents& events) { events.refresh(); });
  EXPECT_FALSE(client.take().has_value());
}

}  // namespace
}  // namespace qodly::rest::live
