#include "http/tls_context.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/error_codes.h"
#include "http/ascii.h"
#include "http/certificate.h"

namespace qodly::http {

namespace {

constexpr std::array<int, 5> versions{0, TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
// Forward secrecy and authenticated encryption only.
constexpr const char* modernCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr std::uintmax_t largestPem = 1 << 20;

Error tlsError(std::string message) { return Error(code::inputOutput, "http", std::move(message)); }

Result<std::string> readPem(const std::string& file, std::string_view what) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return std::unexpected(tlsError(fmt::format("{} {} cannot be read", what, file)));
  if (text.size() > largestPem) return std::unexpected(tlsError(fmt::format("{} {} is too large", what, file)));
  if (text.find('\r') != std::string::npos && text.find('\n') == std::string::npos)
    return std::unexpected(tlsError(fmt::format("{} {} must end its lines with LF or CR LF", what, file)));
  return text;
}

std::string opensslReason() {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return reason.data();
}

// The server's order: HTTP/2 when the client offers it.
int chooseProtocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                   unsigned int offeredLength, void* http2) {
  static constexpr std::string_view both = "\x02h2\x08http/1.1";
  const std::string_view own = http2 != nullptr ? both : both.substr(3);
  unsigned char* selected = nullptr;
  const int result = SSL_select_next_proto(&selected, length, reinterpret_cast<const unsigned char*>(own.data()),
                                           static_cast<unsigned int>(own.size()), offered, offeredLength);
  *chosen = selected;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int chooseCertificate(SSL* ssl, int*, void* argument) {
  const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
  if (SSL_CTX* other = static_cast<const TlsContext*>(argument)->forName(host)) SSL_set_SSL_CTX(ssl, other);
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContext::TlsContext() = default;

TlsContext::~TlsContext() {
  for (const Entry& entry : entries_) SSL_CTX_free(entry.context);
}

ssl_ctx_st* TlsContext::native() const { return entries_.front().context; }

ssl_ctx_st* TlsContext::forName(std::string_view host) const {
  const std::size_t dot = host.find('.');
  const auto exactly = [host](std::string_view name) { return sameToken(name, host); };
  const auto widely = [host, dot](std::string_view name) {
    return dot != std::string_view::npos && name.starts_with("*.") && sameToken(name.substr(1), host.substr(dot));
  };
  const auto isHost = [](const Entry& entry, const auto& matches) { return matches(entry.host); };
  const auto covers = [](const Entry& entry, const auto& matches) { return std::ranges::any_of(entry.names, matches); };
  const auto find = [this](const auto& fits, const auto& matches) -> ssl_ctx_st* {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return fits(entry, matches); });
    return found == entries_.end() ? nullptr : found->context;
  };
  if (auto* const context = find(isHost, exactly)) return context;
  if (auto* const context = find(covers, exactly)) return context;
  return find(covers, widely);
}

Result<> TlsContext::add(const CertificateFiles& files, const TlsOptions& options, std::vector<std::string>* warnings) {
  const auto certificate = readPem(files.certificate, "The certificate");
  if (!certificate) return std::unexpected(certificate.error());
  const auto key = readPem(files.key, "The private key");
  if (!key) return std::unexpected(key.error());
  for (const CertificateFault& fault : checkCertificate(*certificate, *key, files.host)) {
    std::string text = fmt::format("{}: {} ({})", fault.code, fault.message, files.certificate);
    if (fault.code != "E_CERT_EXPIRED") return std::unexpected(tlsError(std::move(text)));
    if (warnings != nullptr) warnings->push_back(std::move(text));
  }
  SSL_CTX* native = SSL_CTX_new(TLS_server_method());
  if (native == nullptr) return std::unexpected(tlsError(opensslReason()));
  entries_.push_back({native, files.host, namesOf(*certificate)});
  SSL_CTX_set_min_proto_version(native, versions[static_cast<std::size_t>(options.minimumVersion)]);
  if (options.minimumVersion < 3) SSL_CTX_set_security_level(native, 0);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                  SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  const char* ciphers = options.ciphers.empty() ? modernCiphers : options.ciphers.c_str();
  if (options.minimumVersion < 4 && (options.minimumVersion >= 3 || !options.ciphers.empty()) &&
      SSL_CTX_set_cipher_list(native, ciphers) != 1) {
    ERR_clear_error();
    return std::unexpected(
        tlsError(fmt::format("cipherSuite \"{}\" names no cipher that OpenSSL knows", options.ciphers)));
  }
  if (SSL_CTX_use_certificate_chain_file(native, files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(native, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return std::unexpected(tlsError(fmt::format("{} cannot be used: {}", files.certificate, opensslReason())));
  }
  SSL_CTX_set_alpn_select_cb(native, chooseProtocol, options.http2 ? native : nullptr);
  static constexpr std::string_view sessions = "qodly";
  SSL_CTX_set_session_id_context(native, reinterpret_cast<const unsigned char*>(sessions.data()),
                                 static_cast<unsigned int>(sessions.size()));
  return {};
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsOptions& options,
                                                           std::vector<std::string>* warnings) {
  if (options.minimumVersion < 1 || options.minimumVersion > 4)
    return std::unexpected(tlsError("minTLSVersion must be 3 (TLS 1.2) or 4 (TLS 1.3)"));
  if (options.minimumVersion < 3 && !options.allowInsecure) {
    return std::unexpected(
        tlsError("E_TLS_TOO_OLD: minTLSVersion 1 and 2 (TLS 1.0 and 1.1) are not secure; 3 is TLS 1.2, 4 is TLS 1.3. "
                 "--allow-insecure-tls takes them all the same"));
  }
  std::shared_ptr<TlsContext> tls(new TlsContext);
  for (const CertificateFiles& files : options.certificates) {
    std::error_code missing;
    if (files.optional && !std::filesystem::exists(files.certificate, missing)) continue;
    const std::size_t before = tls->entries_.size();
    const Result<> added = tls->add(files, options, warnings);
    if (added) continue;
    if (!files.optional) return std::unexpected(added.error());
    if (warnings != nullptr) warnings->push_back(added.error().text());
    if (tls->entries_.size() == before) continue;
    SSL_CTX_free(tls->entries_.back().context);
    tls->entries_.pop_back();
  }
  if (tls->entries_.empty()) return std::unexpected(tlsError("TLS needs a certificate and its private key"));
  SSL_CTX_callback_ctrl(tls->native(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(&chooseCertificate));
  SSL_CTX_ctrl(tls->native(), SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, tls.get());
  return std::shared_ptr<const TlsContext>(std::move(tls));
}

}  // namespace qodly::http
