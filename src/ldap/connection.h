// Reading LDAP directories (admin.md 10.3): connect with or without TLS, bind, search. Everything waits on the calling
// thread, within the time limits given: call it on a helper thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::ldap {

// Codes of errors of this folder (component "ldap"): results of the server as the protocol numbers them, and below 0
// what happened on the way.
namespace fault {
inline constexpr int noSuchObject = 32;
inline constexpr int invalidCredentials = 49;
inline constexpr int busy = 51;
inline constexpr int serverUnavailable = 52;
inline constexpr int serverDown = -1;  // no connection, or none that can be trusted
inline constexpr int timeout = -5;
inline constexpr int badArgument = -9;  // URL, filter, login
inline constexpr int connectError = -11;
inline constexpr int libraryMissing = -100;
inline constexpr int answerTooLarge = -101;
}  // namespace fault
// The server did not answer, as opposed to "it said no".
bool isUnreachable(const Error& error);

enum class Scope : std::uint8_t { base, one, sub };

struct ConnectionOptions {
  std::string url;                          // ldap://host[:port] or ldaps://host[:port]
  bool startTls = false;                    // with ldap://: change to TLS before anything else is sent
  std::string authorityFile{};              // certificates that are trusted; "" those of the system
  std::chrono::milliseconds timeout{5000};  // for connecting, and for each operation
};

struct Attribute {
  std::string name;
  std::vector<std::string> values;  // bytes
};

struct Entry {
  std::string dn;
  std::vector<Attribute> attributes;
  // Ignoring case; nullptr when absent.
  const Attribute* find(std::string_view name) const;
};

struct Query {
  std::string base;
  std::string filter = "(objectClass=*)";
  Scope scope = Scope::base;
  std::vector<std::string> attributes{};     // empty: all that users may see
  std::size_t maximumEntries = 100'000;      // further ones are not fetched
  std::chrono::milliseconds limit{120'000};  // for the whole; each message has the connection's limit besides
};

inline constexpr std::size_t maximumAnswerBytes = 256 * 1024 * 1024;  // of one search
inline constexpr std::size_t maximumMessageBytes = 16 * 1024 * 1024;  // of one message of the server

// Used by one thread at a time.
class Connection {
 public:
  // Connects, and changes to TLS when that is asked for. Errors: badArgument - no URL of that form, StartTLS over
  // ldaps; isUnreachable() - no connection in time, or a certificate that is not trusted.
  static Result<Connection> open(const ConnectionOptions& options);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // Whether what is sent is encrypted.
  bool isSecure() const;
  // Plain binding. An empty password is refused: servers take it for an anonymous bind, which succeeds for everybody.
  // Error: invalidCredentials and other answers of the server.
  Result<> bind(std::string_view login, std::string_view password);
  Result<> bindAnonymously();
  // DIGEST-MD5 (RFC 2831): the password is not sent.
  Result<> bindDigest(std::string_view login, std::string_view password);
  // Fetches in pages where the server can. The entries as the server sends them. Error: noSuchObject when the base does
  // not exist, badArgument for a malformed filter, answerTooLarge.
  Result<std::vector<Entry>> search(const Query& query);

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A text as a value in a filter (RFC 4515): everything that could mean something else is written \xx.
std::string escapeFilter(std::string_view text);

}  // namespace qodly::ldap
