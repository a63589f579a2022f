#include "library_loopback.h"

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace qodly::script::library::test {

struct Connection::Tls {
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  ~Tls() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
};

Connection::Connection(int descriptor) : descriptor_(descriptor) {}

void Connection::close() { ::shutdown(descriptor_, SHUT_RDWR); }

bool Connection::startTls() {
  auto tls = std::make_shared<Tls>();
  tls->context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate_file(tls->context, certificateFile().c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_use_PrivateKey_file(tls->context, certificateFile().c_str(), SSL_FILETYPE_PEM);
  tls->ssl = SSL_new(tls->context);
  SSL_set_fd(tls->ssl, descriptor_);
  if (SSL_accept(tls->ssl) != 1) return false;
  tls_ = std::move(tls);
  return true;
}

bool Connection::fill() {
  char part[65536];
  const auto got = tls_ ? SSL_read(tls_->ssl, part, sizeof part) : ::recv(descriptor_, part, sizeof part, 0);
  if (got <= 0) return false;
  buffer_.append(part, static_cast<std::size_t>(got));
  return true;
}

std::string Connection::readUntil(std::string_view end) {
  std::size_t found;
  while ((found = buffer_.find(end)) == std::string::npos) {
    if (!fill()) return "";
  }
  std::string part = buffer_.substr(0, found + end.size());
  buffer_.erase(0, part.size());
  return part;
}

std::string Connection::read(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string part = buffer_.substr(0, count);
  buffer_.erase(0, part.size());
  return part;
}

void Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_->ssl, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

LoopbackServer::LoopbackServer(std::function<void(Connection&)> serve)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), serve_(std::move(serve)) {
  ::signal(SIGPIPE, SIG_IGN);  // NOLINT: SSL_write has no other way
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(listener_, 64);
  socklen_t size = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] {
    while (true) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      auto connection = std::make_shared<Connection>(descriptor);
      std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection, descriptor] {
        serve_(*connection);
        ::shutdown(descriptor, SHUT_RDWR);
      });
    }
  });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (const auto& connection : connections_) connection->close();
  threads_.clear();
  ::close(listener_);
}

std::string HttpMessage::header(std::string_view name) const {
  for (std::string_view line : split(headers, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != line.npos && equalsIgnoringAsciiCase(trim(line.substr(0, colon)), name)) {
      return std::string(trim(line.substr(colon + 1)));
    }
  }
  return "";
}

std::function<void(Connection&)> httpServer(std::function<std::string(const HttpMessage&)> answer) {
  return [answer = std::move(answer)](Connection& connection) {
    while (true) {
      std::string head = connection.readUntil("\r\n\r\n");
      if (head.empty()) return;
      HttpMessage message;
      const std::size_t line = head.find("\r\n");
      message.start = head.substr(0, line);
      message.headers = head.substr(line + 2);
      if (const auto length = parseInteger(message.header("Content-Length"))) {
        message.body = connection.read(static_cast<std::size_t>(*length));
      }
      connection.write(answer(message));
    }
  };
}

std::string response(std::string_view status, std::string_view headers, std::string_view body) {
  std::string text = "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers);
  if (!headers.empty() && !headers.ends_with("\r\n")) text += "\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

namespace {

// A certificate and its key in a file that is removed with it.
struct CertificateFile {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("qodly-test-certificate-" + randomHex(6) + ".pem")).string();

  CertificateFile() {
    EVP_PKEY* key = EVP_EC_gen("prime256v1");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION* authority = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "CA:TRUE");
    X509_add_ext(certificate, authority, -1);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* out = std::fopen(path.c_str(), "w");
    PEM_write_X509(out, certificate);
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_EXTENSION_free(names);
    X509_EXTENSION_free(authority);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  CertificateFile(const CertificateFile&) = delete;
  CertificateFile& operator=(const CertificateFile&) = delete;
  ~CertificateFile() {
    std::error_code failed;
    std::filesystem::remove(path, failed);
  }
};

}  // namespace

const std::string& certificateFile() {
  static const CertificateFile file;
  return file.path;
}

}  // namespace qodly::script::library::test
