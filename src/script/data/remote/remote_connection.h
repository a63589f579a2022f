// A datastore of another application, reached over its REST interface (orda.md 22, rest.md 27.3).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::data {

struct RemoteAttribute {
  enum class Kind : std::uint8_t { scalar, entity, selection };
  std::string name = {}, kind = {},
              type = {};  // as the catalog says: "storage", "relatedEntity"...; "long", "Author"...
  Kind value = Kind::scalar;
  std::uint32_t related = 0;  // class of an entity or selection
  bool readOnly = false, dateOnly = false;
  Value catalog = {};  // the object of the catalog
};

struct RemoteClass {
  std::string name, selectionName, key;
  double tableNumber = 0;
  std::vector<RemoteAttribute> attributes;
  std::set<std::string, std::less<>> classMethods, entityMethods, selectionMethods;

  const RemoteAttribute* find(std::string_view attribute) const;
};

// What the other side exposes. Immutable.
struct RemoteCatalog {
  std::vector<RemoteClass> classes;
  std::set<std::string, std::less<>> methods;  // of the datastore
  std::optional<std::uint32_t> indexOf(std::string_view dataClass) const;
};

struct RemoteReply {
  int status = 0;
  std::string contentType, body;
  bool isJson() const { return contentType.starts_with("application/json"); }
};

struct RemoteOptions {
  std::string host;     // as given: address and port, or a URL
  std::string apiKey;   // "" none: a session of its own
  std::string localId;  // the name that ds() knows it by
  double idleTimeout = 60;
  bool tls = false;
};

// One session with the other side. Thread-safe. A request parks the process that makes it.
class RemoteConnection {
 public:
  static constexpr int requestFailed = 1610;

  explicit RemoteConnection(RemoteOptions options) : options_(std::move(options)) {}
  const RemoteOptions& options() const { return options_; }

  // `target`: path and query, from "/rest" on. Error 1610: no answer.
  Result<RemoteReply> send(vm::Process& process, std::string_view method, std::string_view target,
                           const std::string& body = {});
  // The JSON answer. Errors: 1610, and those that the other side tells (the first of __ERROR).
  Result<Value> ask(vm::Process& process, std::string_view method, std::string_view target,
                    const std::string& body = {});
  // Read when first needed and when asked anew: a login may show more.
  Result<std::shared_ptr<const RemoteCatalog>> catalog(vm::Process& process, bool anew = false);

 private:
  Error failed() const;
  std::string baseUrl() const;
  void keepCookies(const std::vector<std::pair<std::string, std::string>>& headers);

  const RemoteOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> cookies_;
  std::shared_ptr<const RemoteCatalog> catalog_;
};

// The error that an answer tells; nullopt when it tells none.
std::optional<Error> remoteError(const Value& answer, int status);

// The datastores that openDatastore has opened, by local ID: a service of the runtime. Thread-safe.
class RemoteDatastores {
 public:
  std::shared_ptr<RemoteConnection> find(std::string_view localId) const;
  // The one that is kept under that ID: `connection`, or the one that was there before.
  std::shared_ptr<RemoteConnection> keep(std::shared_ptr<RemoteConnection> connection);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RemoteConnection>, std::less<>> connections_;
};

}  // namespace qodly::script::data
