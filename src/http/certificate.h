// Certificates in PEM: made for a first start, checked before they are used (admin.md 9).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::http {

// Writes a new key (P-256, mode 0600) and a certificate signed by itself, for localhost, the loopback addresses and
// `names`. Error: a file cannot be written.
Result<> makeSelfSigned(const std::filesystem::path& certificate, const std::filesystem::path& key,
                        const std::vector<std::string>& names);

// What is wrong with a certificate (chain behind it) and its key for a host, as the codes of admin.md 9.1: E_DOMAIN
// (the name is no host name), E_CERT_KEY (not a key, or of another certificate), E_CERT_NAME (does not cover the name),
// E_CERT_EXPIRED (or not valid yet), E_CERT_CHAIN (not readable, or not each the issuer of the one before). Each with a
// sentence. host: "" to leave the name unchecked. Empty: nothing is wrong.
struct CertificateFault {
  std::string code, message;
};
std::vector<CertificateFault> checkCertificate(std::string_view certificatePem, std::string_view keyPem,
                                               std::string_view host);

// Letters, digits and hyphens in parts, "*." in front allowed: "shop.example.org".
bool isHostName(std::string_view host);

// When the first certificate of a PEM text begins and ends to be valid, in seconds since 1970. nullopt: it is none.
struct Validity {
  std::int64_t from = 0, until = 0;
};
std::optional<Validity> validityOf(std::string_view certificatePem);

// The DNS names of a certificate, lower case, "*.example.org" among them; its common name when it lists none.
std::vector<std::string> namesOf(std::string_view certificatePem);

}  // namespace qodly::http
