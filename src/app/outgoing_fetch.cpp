#include "app/outgoing_fetch.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/wait.h"
#include "script/library/http_client.h"

namespace qodly::app {

using Outcome = Result<security::FetchAnswer>;

// Gathers an answer, up to its limit. On the client's thread, but for abort() and wait().
class AnswerGatherer final : public script::library::HttpListener {
 public:
  explicit AnswerGatherer(std::size_t maximum) : maximum_(maximum) {}

  void head(script::library::HttpHead head) override {
    answer_.status = head.status;
    answer_.headers = std::move(head.headers);
  }
  void data(std::string bytes) override {
    if (answer_.body.size() + bytes.size() <= maximum_) {
      answer_.body += bytes;
    } else {
      tell(std::unexpected(
          Error(code::limitReached, "auth", fmt::format("the answer is longer than {} bytes", maximum_))));
    }
  }
  void done(std::optional<Error> problem) override {
    tell(problem ? Outcome(std::unexpected(*problem)) : Outcome(std::move(answer_)));
  }
  void abort() { tell(std::unexpected(Error(code::inputOutput, "auth", "broken off"))); }
  Outcome wait() { return completion_->wait(); }

 private:
  void tell(Outcome outcome) {
    if (!told_.exchange(true)) completion_->set(std::move(outcome));
  }

  const std::size_t maximum_;
  security::FetchAnswer answer_;
  std::atomic<bool> told_ = false;
  std::shared_ptr<Completion<Outcome>> completion_ = std::make_shared<Completion<Outcome>>();
};

namespace {

Outcome fetch(const security::FetchRequest& request, const std::shared_ptr<AnswerGatherer>& gatherer) {
  script::library::HttpSpec spec;
  spec.method = request.body ? "POST" : "GET";
  spec.url = request.url;
  spec.headers = request.headers;
  spec.body = request.body;
  spec.timeout = request.timeout;
  spec.authorityFile = request.authorityFile;
  spec.redirect = false;
  auto transfer = script::library::startHttp(std::move(spec), gatherer);
  if (!transfer) return std::unexpected(transfer.error());
  Outcome outcome = gatherer->wait();
  if (!outcome) (*transfer)->cancel();  // a longer answer goes no further
  return outcome;
}

}  // namespace

Result<security::FetchAnswer> fetchOverHttp(const security::FetchRequest& request) {
  return fetch(request, std::make_shared<AnswerGatherer>(request.maximumAnswer));
}

Result<security::FetchAnswer> AbortableFetch::operator()(const security::FetchRequest& request) {
  auto gatherer = std::make_shared<AnswerGatherer>(request.maximumAnswer);
  {
    std::lock_guard lock(mutex_);
    if (aborted_) gatherer->abort();
    running_ = gatherer;
  }
  return fetch(request, gatherer);
}

void AbortableFetch::abort() {
  std::lock_guard lock(mutex_);
  aborted_ = true;
  if (const auto running = running_.lock()) running->abort();
}

}  // namespace qodly::app
