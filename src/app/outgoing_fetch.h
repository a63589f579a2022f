// Requests of the server itself to identity providers and certificate authorities, over the HTTP client of the
// language's library.
#pragma once

#include <memory>
#include <mutex>

#include "security/fetch.h"

namespace qodly::app {

// Blocks, or parks the fiber that calls it. Redirections are not followed.
Result<security::FetchAnswer> fetchOverHttp(const security::FetchRequest& request);

class AnswerGatherer;

// The same for one thread, whose requests another may end: the one that runs, and at once all that follow.
class AbortableFetch {
 public:
  Result<security::FetchAnswer> operator()(const security::FetchRequest& request);
  void abort();  // any thread

 private:
  std::mutex mutex_;
  std::weak_ptr<AnswerGatherer> running_;
  bool aborted_ = false;
};

}  // namespace qodly::app
