// The server's side of TLS: certificates by name, protocols, ciphers (admin.md 9.2).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

struct ssl_ctx_st;

namespace qodly::http {

struct CertificateFiles {
  std::string certificate, key;  // PEM; the chain behind the certificate
  std::string host = {};         // this one before any other certificate that covers it; "": by its names alone
  bool optional = false;         // left out as long as it is not there or cannot be used
  bool operator==(const CertificateFiles&) const = default;
};

struct TlsOptions {
  // The first one is for clients that name no host, or one that no certificate covers.
  std::vector<CertificateFiles> certificates;
  int minimumVersion = 3;  // minTLSVersion: 1 = 1.0, 2 = 1.1, 3 = 1.2, 4 = 1.3; below 3 only with allowInsecure
  bool allowInsecure = false;
  std::string ciphers;  // OpenSSL's list for TLS 1.2 and below, colon separated; "": the modern ones
  bool http2 = true;    // offered by ALPN
  bool operator==(const TlsOptions&) const = default;
};

// Thread-safe once loaded; connections keep what they were begun with.
class TlsContext {
 public:
  // Errors with the codes of admin.md 9: E_TLS_TOO_OLD, E_CERT_KEY, E_CERT_CHAIN; a cipher list that names none; a file
  // that cannot be read. An expired certificate is used all the same: `warnings` tells.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsOptions& options,
                                                        std::vector<std::string>* warnings = nullptr);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* native() const;
  // The one for a host name: that of a host before one that covers the name, exact before "*."; nullptr: the default.
  ssl_ctx_st* forName(std::string_view host) const;

 private:
  struct Entry {
    ssl_ctx_st* context;
    std::string host;
    std::vector<std::string> names;
  };
  TlsContext();
  Result<> add(const CertificateFiles& files, const TlsOptions& options, std::vector<std::string>* warnings);
  std::vector<Entry> entries_;
};

}  // namespace qodly::http
