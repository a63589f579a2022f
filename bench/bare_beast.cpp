// The peer of the HTTP benchmarks: a server as any user of Boost.Beast writes it, which answers every request with one
// constant body. One I/O context a thread, asynchronous, keep-alive.
//
//   bare_beast PORT [THREADS [BODY_BYTES]]
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const std::string& body) : stream_(std::move(socket)), body_(body) {}

  void read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->answer();
    });
  }

 private:
  void answer() {
    response_ = {http::status::ok, request_.version()};
    response_.set(http::field::server, "beast");
    response_.set(http::field::content_type, "application/json; charset=UTF-8");
    response_.keep_alive(request_.keep_alive());
    response_.body() = body_;
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return;
      if (self->response_.need_eof()) {
        self->stream_.socket().shutdown(tcp::socket::shutdown_send, error);
      } else {
        self->read();
      }
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  const std::string& body_;
};

// Every thread has its context and its own listening socket on the shared port.
class Listener {
 public:
  Listener(unsigned short port, const std::string& body) : acceptor_(context_), body_(body) {
    using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    const tcp::endpoint endpoint(asio::ip::make_address("127.0.0.1"), port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.set_option(ReusePort(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    accept();
  }
  void run() { context_.run(); }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) {
        socket.set_option(tcp::no_delay(true));
        std::make_shared<Session>(std::move(socket), body_)->read();
      }
      accept();
    });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  const std::string& body_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "bare_beast PORT [THREADS [BODY_BYTES]]\n";
    return 2;
  }
  const auto port = static_cast<unsigned short>(std::atoi(arguments[1]));
  const int threads = count > 2 ? std::atoi(arguments[2]) : static_cast<int>(std::thread::hardware_concurrency());
  const std::string body(count > 3 ? static_cast<std::size_t>(std::atoi(arguments[3])) : 300, 'x');
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) listeners.push_back(std::make_unique<Listener>(port, body));
  for (const auto& listener : listeners) running.emplace_back([&listener] { listener->run(); });
  for (std::thread& thread : running) thread.join();
}
