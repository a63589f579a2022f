#include "http/certificate.h"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "crypto/openssl.h"
#include "http/ascii.h"

namespace qodly::http {

namespace {

using crypto::Bio;
using crypto::Certificate;
using crypto::Key;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

constexpr long selfSignedDays = 825;  // longer ones are refused by some systems
constexpr long clockTolerance = 3600;

std::vector<Certificate> readChain(std::string_view pem) {
  const Bio bio = crypto::readerOf(pem);
  std::vector<Certificate> chain;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, crypto::noPassPhrase, nullptr)) chain.emplace_back(next);
  return chain;
}

bool addExtension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string alternativeNames(const std::vector<std::string>& names) {
  std::string text = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& name : names) {
    in6_addr address{};
    if (::inet_pton(AF_INET, name.c_str(), &address) == 1 || ::inet_pton(AF_INET6, name.c_str(), &address) == 1) {
      text += ",IP:" + name;
    } else if (isHostName(name) && name != "localhost") {
      text += ",DNS:" + name;
    }
  }
  return text;
}

Result<> write(const std::filesystem::path& file, mode_t mode, std::string_view text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  const bool written =
      descriptor >= 0 && ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written) return {};
  return std::unexpected(Error(code::inputOutput, "http",
                               fmt::format("The file {} cannot be written: {}", file.string(), std::strerror(reason))));
}

Certificate selfSigned(EVP_PKEY* key, const std::vector<std::string>& names) {
  Certificate certificate(X509_new());
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1 | 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -clockTolerance);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), selfSignedDays * 86'400L);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const std::string name = names.empty() || !isHostName(names.front()) ? "localhost" : names.front();
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), subject);
  const bool complete = addExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                        addExtension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                        addExtension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
                        addExtension(certificate.get(), NID_subject_alt_name, alternativeNames(names)) &&
                        X509_sign(certificate.get(), key, EVP_sha256()) > 0;
  return complete ? std::move(certificate) : nullptr;
}

}  // namespace

bool isHostName(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.size() > 253) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i <= host.size(); ++i) {
    if (i == host.size() || host[i] == '.') {
      if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-') return false;
      label = 0;
      continue;
    }
    const char c = ascii::lower(host[i]);
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') return false;
    ++label;
  }
  return true;
}

Result<> makeSelfSigned(const std::filesystem::path& certificateFile, const std::filesystem::path& keyFile,
                        const std::vector<std::string>& names) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? selfSigned(key.get(), names) : nullptr;
  const Bio keyText = crypto::writer(), text = crypto::writer();
  if (!certificate || PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(text.get(), certificate.get()) != 1) {
    return std::unexpected(Error(code::inputOutput, "http", "A certificate could not be made"));
  }
  if (auto written = write(keyFile, 0600, crypto::textOf(keyText)); !written) return written;
  return write(certificateFile, 0644, crypto::textOf(text));
}

std::vector<CertificateFault> checkCertificate(std::string_view certificatePem, std::string_view keyPem,
                                               std::string_view host) {
  std::vector<CertificateFault> faults;
  const auto fault = [&faults](std::string_view code, std::string_view message) {
    faults.push_back({std::string(code), std::string(message)});
  };
  if (!host.empty() && !isHostName(host)) fault("E_DOMAIN", fmt::format("\"{}\" is not a host name", host));
  const std::vector<Certificate> chain = readChain(certificatePem);
  if (chain.empty()) {
    fault("E_CERT_CHAIN",
          "The certificate is not readable: a text that begins with -----BEGIN CERTIFICATE----- is expected");
    return faults;
  }
  const Key key = crypto::readPrivateKey(keyPem);
  if (!key) {
    fault("E_CERT_KEY", "The private key is not readable: an unencrypted PEM text is expected");
  } else if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    fault("E_CERT_KEY", "The private key does not belong to the certificate");
  }
  if (!host.empty() && X509_check_host(chain.front().get(), host.data(), host.size(), 0, nullptr) != 1)
    fault("E_CERT_NAME", fmt::format("The certificate does not cover {}", host));
  if (X509_cmp_current_time(X509_get0_notAfter(chain.front().get())) <= 0)
    fault("E_CERT_EXPIRED", "The certificate has expired");
  if (X509_cmp_current_time(X509_get0_notBefore(chain.front().get())) > 0)
    fault("E_CERT_EXPIRED", "The certificate is not valid yet");
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    EVP_PKEY* issuer = X509_get0_pubkey(chain[i + 1].get());
    if (X509_check_issued(chain[i + 1].get(), chain[i].get()) == X509_V_OK && issuer != nullptr &&
        X509_verify(chain[i].get(), issuer) == 1)
      continue;
    fault("E_CERT_CHAIN", fmt::format("Certificate {} of the chain is not the issuer of the one before it", i + 2));
  }
  return faults;
}

std::optional<Validity> validityOf(std::string_view certificatePem) {
  const std::vector<Certificate> chain = readChain(certificatePem);
  const auto seconds = [](const ASN1_TIME* time) -> std::optional<std::int64_t> {
    tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return ::timegm(&parts);
  };
  if (chain.empty()) return std::nullopt;
  const auto from = seconds(X509_get0_notBefore(chain.front().get()));
  const auto until = seconds(X509_get0_notAfter(chain.front().get()));
  return from && until ? std::optional(Validity{*from, *until}) : std::nullopt;
}

std::vector<std::string> namesOf(std::string_view certificatePem) {
  std::vector<std::string> names;
  const std::vector<Certificate> chain = readChain(certificatePem);
  if (chain.empty()) return names;
  const auto add = [&names](const unsigned char* data, int size) {
    std::string name(reinterpret_cast<const char*>(data), static_cast<std::size_t>(std::max(0, size)));
    for (char& c : name) c = ascii::lower(c);
    if (isHostName(name)) names.push_back(std::move(name));
  };
  const Names alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(chain.front().get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; alternatives && i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const GENERAL_NAME* each = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (each->type != GEN_DNS) continue;
    add(ASN1_STRING_get0_data(each->d.dNSName), ASN1_STRING_length(each->d.dNSName));
  }
  if (alternatives) return names;
  X509_NAME* subject = X509_get_subject_name(chain.front().get());
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) {
    const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    add(ASN1_STRING_get0_data(text), ASN1_STRING_length(text));
  }
  return names;
}

}  // namespace qodly::http
