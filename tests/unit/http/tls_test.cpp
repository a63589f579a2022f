// The same server behind TLS, with a certificate made on the spot.
#include <filesystem>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

namespace fs = std::filesystem;

template <class T, void (*release)(T*)>
struct Release {
  void operator()(T* object) const { release(object); }
};
template <class T, void (*release)(T*)>
using Owned = std::unique_ptr<T, Release<T, release>>;

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("qodly_tls_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const Owned<X509, X509_free> certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const std::unique_ptr<FILE, CloseFile> keyFile(std::fopen((folder_ / "key.pem").c_str(), "w"));
    PEM_write_PrivateKey(keyFile.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    const std::unique_ptr<FILE, CloseFile> file(std::fopen((folder_ / "cert.pem").c_str(), "w"));
    PEM_write_X509(file.get(), certificate.get());
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

// Sends one request and returns everything that arrives until the server closes.
std::string exchange(std::uint16_t port, const std::string& request) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_client_method()));
  const Owned<SSL, SSL_free> tls(SSL_new(context.get()));
  SSL_set_fd(tls.get(), descriptor);
  EXPECT_EQ(SSL_connect(tls.get()), 1);
  EXPECT_EQ(SSL_write(tls.get(), request.data(), static_cast<int>(request.size())), static_cast<int>(request.size()));
  std::string answer;
  std::array<char, 16384> buffer;
  for (int count = 0; (count = SSL_read(tls.get(), buffer.data(), buffer.size())) > 0;) {
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(descriptor);
  return answer;
}

TEST_F(TlsTest, AnswersAndMarksCookiesSecure) {
  security::SessionTable sessions({.applicationName = "Biblio"});
  ServerOptions options;
  options.tls.certificates = {{folder_ / "cert.pem", folder_ / "key.pem"}};
  test::TestServer server(
      [](Request& request, Response& response) {
        EXPECT_TRUE(request.tls());
        (void)request.visit().known();
        response.body() = std::string(request.body());
        response.body().append(2'000'000, 'y');
      },
      options, &sessions);
  const std::string body(300'000, 'x');
  const std::string answer = exchange(
      server.port(), "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n" + body);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("; Max-Age=3600; Secure\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body + std::string(2'000'000, 'y')));
}

TEST_F(TlsTest, PlainBytesAreNotAnswered) {
  ServerOptions options;
  options.tls.certificates = {{folder_ / "cert.pem", folder_ / "key.pem"}};
  test::TestServer server([](Request&, Response&) {}, options);
  test::Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().status, 0);
}

}  // namespace
}  // namespace qodly::http
