// Our server answering one constant body: what the HTTP layer itself costs, beside bare_beast.
//
//   http_constant PORT [THREADS [BODY_BYTES]]    path /session asks for the web session as well
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "http/server.h"

int main(int count, char** arguments) {
  using namespace qodly;
  if (count < 2) {
    std::cerr << "http_constant PORT [THREADS [BODY_BYTES]]\n";
    return 2;
  }
  const std::string body(count > 3 ? static_cast<std::size_t>(std::atoi(arguments[3])) : 300, 'x');
  http::Router router;
  router.add("/", [&body](http::Request&, http::Response& response) { response.json().append(body); });
  router.add("/session", [&body](http::Request& request, http::Response& response) {
    (void)request.visit().known();
    response.json().append(body);
  });
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
  if (count > 2) options.threads = static_cast<unsigned>(std::atoi(arguments[2]));
  if (count > 5) options.tls.certificates = {{arguments[4], arguments[5]}};
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  security::SessionTable sessions({.applicationName = "Bench"});
  http::Server server(options, std::ref(router), &sessions);
  if (const auto started = server.start(); !started) {
    std::cerr << started.error().text() << '\n';
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}
