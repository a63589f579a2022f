// Who looks at live data, and REST calls made for them inside the server: so that what is pushed follows the same rules
// as what is read.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "rest/call.h"

namespace qodly::rest::live {

struct Viewer {
  std::shared_ptr<security::Session> session;
  Rights rights;
};

// A call that no client made. Lives on the thread that made it.
class InternalCall {
 public:
  // `query`: as in a URL.
  InternalCall(Services& services, const Viewer& viewer, Address address, std::string_view query) {
    request_.visit().use(viewer.session, false);
    call_.emplace(services, request_, response_, std::move(address), Parameters::parse(query));
    call_->rights = viewer.rights;
    call_->limitScripts(std::chrono::seconds(2));  // everybody waits for the code of one
  }
  Call& operator*() { return *call_; }
  Call* operator->() { return &*call_; }
  const Call* operator->() const { return &*call_; }

 private:
  http::Request request_;
  http::Response response_;
  std::optional<Call> call_;
};

}  // namespace qodly::rest::live
