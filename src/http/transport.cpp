#include "http/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace qodly::http {

namespace {

Transport::Step systemOutcome(ssize_t count, Transport::Outcome wait) {
  if (count > 0) return {Transport::Outcome::Moved, static_cast<std::size_t>(count)};
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {wait};
  return {Transport::Outcome::Closed};
}

int boundedSize(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

Transport::Transport(int descriptor, const TlsContext* tls) : descriptor_(descriptor) {
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls->native());
  if (ssl_ == nullptr) throw std::bad_alloc();
  SSL_set_fd(ssl_, descriptor);
  SSL_set_accept_state(ssl_);
}

Transport::~Transport() { SSL_free(ssl_); }

bool Transport::choseHttp2() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  if (ssl_ != nullptr) SSL_get0_alpn_selected(ssl_, &name, &length);
  return length == 2 && name[0] == 'h' && name[1] == '2';
}

Transport::Step Transport::outcomeOf(int result) {
  if (result > 0) return {Outcome::Moved, static_cast<std::size_t>(result)};
  const int error = SSL_get_error(ssl_, result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return {Outcome::WantRead};
  if (error == SSL_ERROR_WANT_WRITE) return {Outcome::WantWrite};
  return {Outcome::Closed};
}

Transport::Step Transport::handshake() { return outcomeOf(SSL_accept(ssl_)); }

Transport::Step Transport::read(std::span<char> into) {
  if (ssl_ != nullptr) return outcomeOf(SSL_read(ssl_, into.data(), boundedSize(into.size())));
  return systemOutcome(::recv(descriptor_, into.data(), into.size(), 0), Outcome::WantRead);
}

Transport::Step Transport::peek() {
  char byte = 0;
  if (ssl_ != nullptr) return outcomeOf(SSL_peek(ssl_, &byte, 1));
  return systemOutcome(::recv(descriptor_, &byte, 1, MSG_PEEK), Outcome::WantRead);
}

Transport::Step Transport::writeTls(std::string_view bytes) {
  return outcomeOf(SSL_write(ssl_, bytes.data(), boundedSize(bytes.size())));
}

Transport::Step Transport::write(std::string_view head, std::string_view body) {
  if (ssl_ != nullptr) return writeTls(head.empty() ? body : head);
  if (body.empty()) {
    return systemOutcome(::send(descriptor_, head.data(), head.size(), MSG_NOSIGNAL), Outcome::WantWrite);
  }
  std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                             iovec{const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  return systemOutcome(::sendmsg(descriptor_, &message, MSG_NOSIGNAL), Outcome::WantWrite);
}

Transport::Step Transport::writeFile(const FileBody& file, std::uint64_t sent) {
  constexpr std::uint64_t piece = 1024 * 1024;
  const std::uint64_t left = file.length() - sent;
  auto offset = static_cast<off_t>(file.offset() + sent);
  if (ssl_ == nullptr) {
    return systemOutcome(::sendfile(descriptor_, file.descriptor(), &offset, std::min(left, piece)),
                         Outcome::WantWrite);
  }
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ::pread(file.descriptor(), buffer.data(), std::min<std::uint64_t>(left, buffer.size()), offset);
  if (count <= 0) return {Outcome::Closed};
  return writeTls({buffer.data(), static_cast<std::size_t>(count)});
}

void Transport::shutdown() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) {
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
  ::shutdown(descriptor_, SHUT_WR);
}

}  // namespace qodly::http
