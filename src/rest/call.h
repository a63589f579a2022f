// One REST request while it is answered: what was asked, the session and process it works for, and the answer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "orda/datastore.h"
#include "rest/address.h"
#include "rest/describe/openapi_documents.h"
#include "rest/known_keys.h"
#include "rest/login_attempts.h"
#include "rest/parameters.h"
#include "rest/picture_cache.h"
#include "rest/rest_options.h"
#include "rest/rights.h"
#include "rest/session_data.h"
#include "rest/write_counters.h"
#include "rest/writer_cache.h"
#include "security/session.h"

namespace qodly::script::vm {
class Process;
}

namespace qodly::rest::live {
class Hub;
}

namespace qodly::rest {

// What all requests share. Thread-safe.
struct Services {
  orda::Datastore& datastore;
  security::SessionTable& sessions;
  std::string applicationName;
  std::string openingId;  // __UNIQID: 32 hexadecimal digits, new at each start
  RestOptions options;
  KeySessions keySessions;
  WriterCache writers;
  KnownKeys knownKeys;
  OpenApiDocuments documents;
  WriteCounters writeCounters;
  PictureCache pictures;
  LoginAttempts loginAttempts;
  std::shared_ptr<live::Hub> live{};  // live updates; set before the first request
};

// `$method` (rest.md 10.6).
enum class CallMethod : std::uint8_t { none, update, validate, remove, entitySet, subEntitySet, release };

class Call {
 public:
  Call(Services& services, http::Request& request, http::Response& response, Address address, Parameters parameters);
  // A part of `whole`, which must outlive it: works for the same process, in its transaction, with its rights.
  Call(Call& whole, http::Request& request, http::Response& response, Address address, Parameters parameters);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call();

  Services& services;
  http::Request& request;
  http::Response& response;
  const Address address;
  const Parameters parameters;
  const std::shared_ptr<const orda::Schema> schema;  // the model during the whole request

 private:
  struct Standing {
    Rights rights;
    security::PrivilegeSet promoted;
  };
  Call* const whole_ = nullptr;
  Standing own_;

 public:
  Rights& rights;                    // who asks; established before anything is answered
  security::PrivilegeSet& promoted;  // what the function that runs adds, closed (roles.md 7)

  // What came over the connection: of a part of a batch, the whole. Its visit tells the cookie, its address is the
  // client's.
  http::Request& outer() { return whole_ != nullptr ? whole_->outer() : request; }
  const std::string& clientAddress() const {
    return whole_ != nullptr ? whole_->clientAddress() : request.remoteAddress();
  }
  const model::Model& model() const { return *schema->model; }
  orda::Engine& engine() const { return services.datastore.engine(); }
  CallMethod method() const;
  // Of a whole (a part of $batch): its answer goes into another one.
  bool isPart() const { return whole_ != nullptr; }
  bool storesEntitySet() const { return method() == CallMethod::entitySet || method() == CallMethod::subEntitySet; }

  // What the session keeps; nullptr when it keeps nothing yet.
  SessionData* knownSession();
  // Made when there is none yet. Error: 402, no more sessions.
  Result<SessionData*> session();

  // Made on first use, with the session's locks as its own.
  orda::Process& process();
  bool hasScripts() const { return services.options.scripts != nullptr; }
  // The language process of the request, made on first use; hasScripts() must be true. It works for process().
  script::vm::Process& scripts();
  // How long the code that this call runs may take; five minutes when not said.
  void limitScripts(std::chrono::milliseconds time) { scriptTime_ = time; }
  // What the session holds or what is promoted has changed: in force from now on.
  void refreshRights();
  // Changes of open transactions; nullptr outside.
  const orda::Overlay* overlay() const {
    if (whole_ != nullptr) return whole_->overlay();
    return process_ ? process_->overlay() : nullptr;
  }
  std::unique_ptr<orda::Reader> read() const { return engine().read(overlay()); }

  // Buffer for a JSON answer; sets type and caching.
  std::string& json(int status = 200);
  void answerError(const Error& error);
  void answerOk() { json() += R"({"ok":true})"; }

  // The entity writer for the attributes that the URL and the parameters name. `lists`: attribute lists of the path.
  Result<std::shared_ptr<const EntityWriter>> writer(std::uint32_t dataClass, std::vector<std::string_view> lists,
                                                     std::string_view expand, bool flat = false);

 private:
  std::shared_ptr<SessionData> sessionData_;
  std::chrono::milliseconds scriptTime_ = std::chrono::minutes(5);
  std::optional<orda::Process> process_;
  std::unique_ptr<script::vm::Process> scripts_;  // ends before the process it works for
};

// A Reader with what entity writers need besides, opened in the right order.
class AnswerScope {
 public:
  explicit AnswerScope(Call& call, const Gathered* gathered = nullptr)
      : known_(call.overlay() == nullptr ? call.services.knownKeys.current(call.schema) : nullptr),
        reader_(call.read()),
        scope(call.engine(), *reader_, gathered, known_.get()) {}

  orda::Reader& reader() { return *reader_; }

 private:
  std::shared_ptr<KnownKeys::Generation> known_;
  std::unique_ptr<orda::Reader> reader_;

 public:
  WriteScope scope;
};

}  // namespace qodly::rest
