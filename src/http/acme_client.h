// Certificates that the server asks an authority for by itself (RFC 8555, admin.md 9.1): account, order, proof by
// HTTP-01, certificate. When that is done, and where the result is kept, is the caller's to decide.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/acme_key.h"
#include "http/message.h"
#include "security/fetch.h"
#include "value/value.h"

namespace qodly::http {

// What proves to the authority that a host name leads to this server: texts that it asks for over plain HTTP, below
// /.well-known/acme-challenge/. Thread-safe.
class AcmeChallenges {
 public:
  void add(std::string token, std::string proof);
  void remove(std::string_view token);
  // False: no challenge of ours is asked for.
  bool answer(const Request& request, Response& response) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> proofs_;  // by token
};

struct AcmeAuthority {
  std::string directory;             // URL
  std::string authorityFile;         // PEM of those whose certificates are trusted there; "": those of the system
  std::vector<std::string> contact;  // "mailto:ops@example.org"
  bool termsAgreed = false;
  std::string externalId, externalKey;  // of the account that a person has there (RFC 8555, 7.3.4); "": none
};

// One conversation with an authority, on one thread.
class AcmeClient {
 public:
  // Waits; false: do not go on, the server stops.
  using Pause = std::function<bool(std::chrono::milliseconds)>;
  // accountUrl: what the authority called the account of `key` before; "": not asked yet. Everything must outlive it.
  AcmeClient(AcmeAuthority authority, const AcmeKey& key, std::string accountUrl, security::Fetch fetch,
             AcmeChallenges& challenges, Pause pause);

  // A certificate for one host name with a new key: PEM of the certificate, its chain and the key. Errors say what the
  // authority said.
  Result<std::string> obtain(const std::string& host);
  const std::string& accountUrl() const { return accountUrl_; }
  // How long the authority wants to be left alone, from its last answer; 0: it did not say.
  std::chrono::seconds retryAfter() const { return retryAfter_; }

 private:
  struct Answer {
    std::string body, location;
    Value json;
  };
  struct Problem {
    std::string type;  // "badNonce"
    Error error;
  };
  using Asked = std::expected<Answer, Problem>;

  Result<> readDirectory();
  Result<> openAccount();
  Result<std::string> order(const std::string& host, const AcmeKey& key, bool again);
  Result<> prove(const std::string& host, const std::string& authorization);
  // Asks for the object at `url` until `done` says so.
  Result<Value> poll(const std::string& url, std::string_view what, const std::function<bool(std::string_view)>& done);

  Result<security::FetchAnswer> fetch(security::FetchRequest request);
  Result<std::string> nonce();
  // payload: JSON, "" to read what is there (POST-as-GET).
  Asked post(const std::string& url, const std::string& payload);
  Problem problemOf(const std::string& url, const security::FetchAnswer& answer) const;
  // The absolute URL in a member. Error: none, or one that is less safe than the directory's.
  Result<std::string> urlIn(const Value& object, std::string_view member) const;

  const AcmeAuthority authority_;
  const AcmeKey& key_;
  std::string accountUrl_;
  const security::Fetch fetch_;
  AcmeChallenges& challenges_;
  const Pause pause_;
  std::string newNonce_, newAccount_, newOrder_, terms_, nonce_;
  std::chrono::seconds retryAfter_{0};
};

}  // namespace qodly::http
