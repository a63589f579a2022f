#include "rest/idempotency.h"

#include <algorithm>

#include <fmt/format.h>

#include "crypto/digest.h"
#include "rest/call.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

constexpr std::string_view header = "Idempotency-Key";
constexpr std::size_t maximumKeyLength = 255;

bool isWrite(const http::Request& request) {
  using enum http::Method;
  const http::Method method = request.method();
  return method == Post || method == Put || method == Patch || method == Delete;
}

bool isKey(std::string_view key) {
  return key.size() <= maximumKeyLength && std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

// Only what was done is kept: a refusal to do it (no login, no permission, too many requests) may end.
bool isKept(int status) { return status < 400 || status == 500; }

std::vector<std::string> privilegesOf(const Call& call) {
  const auto& granted = call.rights.privileges;
  return granted ? granted->names(*call.rights.roles) : std::vector<std::string>();
}

bool mayHave(const StoredAnswer& stored, const Call& call) {
  const auto held = privilegesOf(call);
  return std::ranges::all_of(stored.privileges,
                             [&](const std::string& each) { return std::ranges::find(held, each) != held.end(); });
}

void repeat(const StoredAnswer& stored, http::Response& response) {
  response.setStatus(stored.status);
  response.setContentType(stored.contentType);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Idempotent-Replayed", "true");
  if (!stored.etag.empty()) response.setHeader("ETag", stored.etag);
  if (!stored.effects.empty()) response.setHeader("X-Page-Effects", stored.effects);
  response.body() = stored.body;
}

}  // namespace

IdempotentAnswers::Found IdempotentAnswers::begin(const std::string& key, const std::string& fingerprint,
                                                  std::shared_ptr<const StoredAnswer>& answer) {
  std::lock_guard lock(mutex_);
  const Instant now = Instant::now();
  evict(now);
  if (const auto known = entries_.find(key); known != entries_.end()) {
    if (known->second.fingerprint != fingerprint) return Found::differs;
    answer = known->second.answer;
    return answer ? Found::answered : Found::underWay;
  }
  entries_[key] = {.fingerprint = fingerprint, .begun = now, .answer = nullptr};
  order_.push_back(key);
  return Found::isNew;
}

void IdempotentAnswers::finish(const std::string& key, StoredAnswer answer) {
  std::lock_guard lock(mutex_);
  const auto known = entries_.find(key);
  if (known == entries_.end()) return;
  if (answer.body.size() > maximumBytes) return erase(key);
  bytes_ += answer.body.size();
  known->second.answer = std::make_shared<const StoredAnswer>(std::move(answer));
}

void IdempotentAnswers::forget(const std::string& key) {
  std::lock_guard lock(mutex_);
  erase(key);
}

void IdempotentAnswers::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  order_.clear();
  bytes_ = 0;
}

void IdempotentAnswers::erase(const std::string& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end()) return;
  if (known->second.answer) bytes_ -= known->second.answer->body.size();
  entries_.erase(known);
  std::erase(order_, key);
}

void IdempotentAnswers::evict(Instant now) {
  while (!order_.empty()) {
    const Entry& oldest = entries_.at(order_.front());
    if (order_.size() < maximumKeys && bytes_ <= maximumBytes && now.ms - oldest.begun.ms < life) return;
    erase(std::string(order_.front()));
  }
}

Result<> answerOnce(Call& call, Result<> (*answer)(Call&)) {
  const std::string key(call.request.header(header));
  if (key.empty() || !isWrite(call.request)) return answer(call);
  if (!isKey(key)) {
    return std::unexpected(malformed("Idempotency-Key is a text of 1 to 255 visible ASCII characters"));
  }
  const auto session = call.session();
  if (!session) return std::unexpected(session.error());
  IdempotentAnswers& answers = (*session)->idempotentAnswers();
  const std::string fingerprint =
      crypto::sha256(fmt::format("{}\n{}\n{}", call.request.methodName(), call.request.target(), call.request.body()));
  std::shared_ptr<const StoredAnswer> stored;
  switch (answers.begin(key, fingerprint, stored)) {
    case IdempotentAnswers::Found::answered:
      if (!mayHave(*stored, call)) {
        return std::unexpected(
            refused(409, "The first request with this Idempotency-Key had privileges that the session has no more"));
      }
      repeat(*stored, call.response);
      return {};
    case IdempotentAnswers::Found::underWay:
      return std::unexpected(refused(409, "The first request with this Idempotency-Key is still under way"));
    case IdempotentAnswers::Found::differs:
      return std::unexpected(refused(409, "This Idempotency-Key was used for another request"));
    case IdempotentAnswers::Found::isNew:
      break;
  }
  if (auto answered = answer(call); !answered) call.answerError(answered.error());
  const http::Response& response = call.response;
  if (isKept(response.status()) && response.isInMemory()) {
    answers.finish(key, {.status = response.status(),
                         .contentType = std::string(response.contentType()),
                         .etag = std::string(response.header("ETag")),
                         .effects = std::string(response.header("X-Page-Effects")),
                         .body = std::string(response.bodyView()),
                         .privileges = privilegesOf(call)});
  } else {
    answers.forget(key);
  }
  return {};
}

}  // namespace qodly::rest
