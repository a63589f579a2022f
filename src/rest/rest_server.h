// The REST API (rest.md): routes a request under /rest to what answers it. The HTTP server calls handle() for every
// request of that prefix.
#pragma once

#include <memory>
#include <string>

#include "http/message.h"
#include "orda/datastore.h"
#include "rest/rest_options.h"
#include "security/session.h"

namespace qodly::rest {

struct Services;
class Call;

// What a request under /rest is answered with, rights and errors aside: routes by the address. For the server, and for
// the parts of a batch.
Result<> answerAddressed(Call& call);

// Thread-safe: handle() runs for many requests at once. Must outlive the sessions' end, since it releases their locks.
class RestServer {
 public:
  RestServer(orda::Datastore& datastore, std::string applicationName, security::SessionTable& sessions,
             RestOptions options = {});
  ~RestServer();
  RestServer(const RestServer&) = delete;
  RestServer& operator=(const RestServer&) = delete;

  // Answers every request, errors included; never throws for what a client sent.
  void handle(http::Request& request, http::Response& response);
  // Outside /rest: answers with the HTTP request handler that takes the request (rest.md 24). False, with the response
  // untouched, when there is none.
  bool handleCustom(http::Request& request, http::Response& response);
  // /4DACTION/{method} (rest.md 21.2).
  void handleAction(http::Request& request, http::Response& response);
  // Drops uploads that have expired. Call it about once a minute.
  void sweep();
  // What neither a file nor a handler takes: the database method onWebConnection may answer it. False, with no answer
  // in the response, when there is none or it sends nothing.
  bool handleConnection(http::Request& request, http::Response& response);
  // Puts these options in force for the next requests. Any thread.
  void apply(bool getDelete, bool apiKeyRequired);

 private:
  // Shared with the callback that the session table calls when a session ends, which may be after the server has gone.
  std::shared_ptr<Services> services_;
  std::shared_ptr<void> changes_;  // subscription: what is known of keys and pages ends with a change
};

}  // namespace qodly::rest
