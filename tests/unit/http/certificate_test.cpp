// Certificates: made, checked, chosen by name, exchanged while the server runs.
#include "http/certificate.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/http/client.h"

namespace qodly::http {
namespace {

namespace fs = std::filesystem;

class Certificates : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  CertificateFiles make(const std::string& name, const std::vector<std::string>& hosts) {
    const CertificateFiles files{folder_ / (name + ".crt"), folder_ / (name + ".key")};
    EXPECT_TRUE(makeSelfSigned(files.certificate, files.key, hosts));
    return files;
  }
  static std::string contentOf(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static std::vector<std::string> faults(const std::string& certificate, const std::string& key,
                                         std::string_view host) {
    std::vector<std::string> codes;
    for (const CertificateFault& fault : checkCertificate(certificate, key, host)) codes.push_back(fault.code);
    return codes;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("qodly_certificates_" + std::to_string(::getpid()));
};

struct Handshake {
  bool done = false;
  std::string commonName, protocol, version;
};

// Shakes hands naming `host` ("" for none), with at most the TLS version given.
Handshake shake(std::uint16_t port, const std::string& host, int most = TLS1_3_VERSION, bool h2 = false) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_max_proto_version(context, most);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, descriptor);
  if (!host.empty())
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
  if (h2) SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  Handshake result;
  result.done = SSL_connect(ssl) == 1;
  if (result.done) {
    X509* certificate = SSL_get1_peer_certificate(ssl);
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    result.commonName = name.data();
    result.version = SSL_get_version(ssl);
    const unsigned char* chosen = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(ssl, &chosen, &length);
    result.protocol.assign(chosen, chosen + length);
    X509_free(certificate);
  }
  ERR_clear_error();
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(descriptor);
  return result;
}

void answer(Request& request, Response& response) { response.text(200, request.tls() ? "tls" : "plain"); }

TEST_F(Certificates, SelfSignedOnesAreSound) {
  const CertificateFiles files = make("own", {"shop.example", "10.0.0.7"});
  const std::string certificate = contentOf(files.certificate), key = contentOf(files.key);
  EXPECT_TRUE(faults(certificate, key, "shop.example").empty());
  EXPECT_TRUE(faults(certificate, key, "localhost").empty());
  EXPECT_EQ(namesOf(certificate), (std::vector<std::string>{"localhost", "shop.example"}));
  struct stat facts {};
  ::stat(files.key.c_str(), &facts);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(Certificates, FaultsHaveTheirCodes) {
  const CertificateFiles own = make("own", {"shop.example"}), other = make("other", {"b.example"});
  const std::string certificate = contentOf(own.certificate), key = contentOf(own.key);
  EXPECT_EQ(faults(certificate, contentOf(other.key), ""), std::vector<std::string>{"E_CERT_KEY"});
  EXPECT_EQ(faults(certificate, "nonsense", ""), std::vector<std::string>{"E_CERT_KEY"});
  EXPECT_EQ(faults(certificate, key, "b.example"), std::vector<std::string>{"E_CERT_NAME"});
  EXPECT_EQ(faults(certificate, key, "-bad-"), (std::vector<std::string>{"E_DOMAIN", "E_CERT_NAME"}));
  EXPECT_EQ(faults("nonsense", key, ""), std::vector<std::string>{"E_CERT_CHAIN"});
  EXPECT_EQ(faults(certificate + contentOf(other.certificate), key, ""), std::vector<std::string>{"E_CERT_CHAIN"});
}

TEST_F(Certificates, AreChosenByName) {
  ServerOptions options;
  options.tls.certificates = {make("first", {"first.example"}), make("second", {"second.example", "*.wild.example"})};
  test::TestServer server(answer, options);
  EXPECT_EQ(shake(server.port(), "").commonName, "first.example");
  EXPECT_EQ(shake(server.port(), "unknown.example").commonName, "first.example");
  EXPECT_EQ(shake(server.port(), "SECOND.example").commonName, "second.example");
  EXPECT_EQ(shake(server.port(), "a.wild.example").commonName, "second.example");
  EXPECT_EQ(shake(server.port(), "a.b.wild.example").commonName, "first.example");
  // The client is done before the server has read its last message.
  while (server.server().metrics().handshakes < 5) std::this_thread::yield();
}

TEST_F(Certificates, AreExchangedWhileTheServerRuns) {
  ServerOptions options;
  options.tls.certificates = {make("first", {"first.example"})};
  test::TestServer server(answer, options);
  EXPECT_EQ(shake(server.port(), "").commonName, "first.example");
  options.tls.certificates = {make("next", {"next.example"})};
  auto loaded = TlsContext::load(options.tls);
  ASSERT_TRUE(loaded);
  server.server().apply(std::move(*loaded));
  // Each of the server's threads takes it over when it comes to it.
  std::string shown;
  for (int tries = 0; tries < 500 && shown != "next.example"; ++tries) shown = shake(server.port(), "").commonName;
  EXPECT_EQ(shown, "next.example");
}

TEST_F(Certificates, VersionsAndProtocols) {
  ServerOptions options;
  options.tls.certificates = {make("own", {"own.example"})};
  test::TestServer server(answer, options);
  EXPECT_FALSE(shake(server.port(), "", TLS1_1_VERSION).done);
  EXPECT_EQ(shake(server.port(), "", TLS1_2_VERSION).version, "TLSv1.2");
  EXPECT_EQ(shake(server.port(), "").version, "TLSv1.3");
  EXPECT_EQ(shake(server.port(), "", TLS1_3_VERSION, true).protocol, "h2");
  EXPECT_EQ(shake(server.port(), "").protocol, "");
  options.tls.minimumVersion = 4;
  options.tls.http2 = false;
  test::TestServer strict(answer, options);
  EXPECT_FALSE(shake(strict.port(), "", TLS1_2_VERSION).done);
  EXPECT_EQ(shake(strict.port(), "", TLS1_3_VERSION, true).protocol, "http/1.1");
}

TEST_F(Certificates, OptionsThatCannotBeAreRefused) {
  TlsOptions options;
  EXPECT_FALSE(TlsContext::load(options));
  options.certificates = {make("own", {"own.example"})};
  options.minimumVersion = 2;
  const auto tooOld = TlsContext::load(options);
  ASSERT_FALSE(tooOld);
  EXPECT_NE(tooOld.error().message().find("E_TLS_TOO_OLD"), std::string::npos);
  options.allowInsecure = true;
  EXPECT_TRUE(TlsContext::load(options));
  options.minimumVersion = 3;
  options.ciphers = "nonsense";
  EXPECT_FALSE(TlsContext::load(options));
  options.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  EXPECT_TRUE(TlsContext::load(options));
  options.certificates.push_back({options.certificates.front().certificate, make("b", {"b"}).key});
  EXPECT_FALSE(TlsContext::load(options));
}

TEST_F(Certificates, PlainAndTlsAtOnce) {
  ServerOptions options;
  options.tls.certificates = {make("own", {"own.example"})};
  options.listeners = {{.port = 0}, {.port = 0, .tls = true}};
  test::TestServer server(answer, options);
  const auto listeners = server.server().listeners();
  ASSERT_EQ(listeners.size(), 2u);
  test::Client client(listeners[0].port);
  EXPECT_EQ(client.get("/").body, "plain");
  EXPECT_TRUE(shake(listeners[1].port, "").done);
}

TEST_F(Certificates, ListeningSocketsAreHandedOver) {
  std::vector<ListenerOptions> sockets;
  {
    test::TestServer first([](Request&, Response& response) { response.text(200, "first"); });
    test::Client client(first.port());
    EXPECT_EQ(client.get("/").body, "first");
    sockets = first.server().handOver();
    EXPECT_TRUE(client.closed());
  }
  test::Client waiting(sockets.front().port);  // nobody accepts, nobody refuses
  waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ServerOptions options;
  options.listeners = sockets;
  test::TestServer second([](Request&, Response& response) { response.text(200, "second"); }, options);
  EXPECT_EQ(waiting.answer().body, "second");
}

}  // namespace
}  // namespace qodly::http
