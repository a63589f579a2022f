// Bodies of all sizes, in whatever pieces they come, and where they are kept.
#include <algorithm>
#include <cstdio>

#include <gtest/gtest.h>

#include "http/message_reader.h"

namespace qodly::http {
namespace {

constexpr std::uint64_t limit = 64 * 1024 * 1024;

std::string content(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

// Feeds the bytes in pieces; the state after the last one.
MessageReader::State feed(MessageReader& reader, Request& request, std::string_view bytes, std::size_t piece) {
  auto state = MessageReader::State::NeedHead;
  while (!bytes.empty()) {
    const std::string_view next = bytes.substr(0, piece);
    const auto room = reader.input().room(next.size());
    std::ranges::copy(next, room.begin());
    reader.input().received(next.size());
    bytes.remove_prefix(next.size());
    state = reader.advance(request);
    if (state == MessageReader::State::Refused) return state;
  }
  return state;
}

std::string withLength(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string inChunks(const std::string& body, std::size_t size) {
  std::string message = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  char digits[20];
  for (std::size_t at = 0; at < body.size(); at += size) {
    const std::string chunk = body.substr(at, size);
    std::snprintf(digits, sizeof digits, "%zx\r\n", chunk.size());
    message.append(digits).append(chunk).append("\r\n");
  }
  return message + "0\r\n\r\n";
}

TEST(Body, SmallOnesAreInMemoryLargeOnesInAFile) {
  for (const std::uint64_t size :
       {BodyStore::inMemory - 1, BodyStore::inMemory, BodyStore::inMemory + 1, BodyStore::inMemory * 3}) {
    const std::string body = content(size);
    for (const std::string& message : {withLength(body), inChunks(body, 5000)}) {
      MessageReader reader(16 * 1024, 16 * 1024, limit);
      Request request;
      ASSERT_EQ(feed(reader, request, message, 16 * 1024), MessageReader::State::Ready);
      EXPECT_TRUE(request.body() == body) << size;
      EXPECT_EQ(reader.bodyFile() != nullptr, size > BodyStore::inMemory) << size;
      if (reader.bodyFile()) {
        EXPECT_EQ(reader.bodyFile()->size(), size);
      }
    }
  }
}

TEST(Body, TheFileOutlivesTheRequestAndTheNextOneIsClean) {
  const std::string body = content(BodyStore::inMemory + 17);
  MessageReader reader(16 * 1024, 16 * 1024, limit);
  std::shared_ptr<const FileBytes> kept;
  {
    Request request;
    ASSERT_EQ(feed(reader, request, withLength(body), 4096), MessageReader::State::Ready);
    kept = reader.bodyFile();
    reader.next();
    EXPECT_EQ(reader.bodyFile(), nullptr);
    ASSERT_EQ(feed(reader, request, withLength("small"), 7), MessageReader::State::Ready);
    EXPECT_EQ(request.body(), "small");
    EXPECT_EQ(reader.bodyFile(), nullptr);
  }
  EXPECT_TRUE(kept->view() == body);
}

TEST(Body, LimitsCountWhereverItIsKept) {
  const std::string body = content(BodyStore::inMemory + 2);
  for (const std::string& message : {withLength(body), inChunks(body, 100'000)}) {
    MessageReader reader(16 * 1024, 16 * 1024, BodyStore::inMemory + 1);
    Request request;
    ASSERT_EQ(feed(reader, request, message, 16 * 1024), MessageReader::State::Refused);
    EXPECT_EQ(reader.refusal().status, 413);
  }
}

}  // namespace
}  // namespace qodly::http
