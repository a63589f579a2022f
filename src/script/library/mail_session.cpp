#include "script/library/mail_session.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <poll.h>

#include "base/text.h"
#include "script/library/http_curl.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t longestLine = 1 << 20;
constexpr std::size_t part = 65536;

struct ProtocolRow {
  const char *clear, *encrypted;
  int encryptedPort;
};
constexpr std::array protocols{ProtocolRow{"smtp", "smtps", 465}, ProtocolRow{"imap", "imaps", 993},
                               ProtocolRow{"pop3", "pop3s", 995}};

// The names of the language and what curl's login options call them, tried in this order.
struct ModeRow {
  std::string_view name;
  std::array<const char*, 2> options;
};
constexpr std::array modes{
    ModeRow{"CRAM-MD5", {"AUTH=CRAM-MD5", nullptr}}, ModeRow{"PLAIN", {"AUTH=PLAIN", nullptr}},
    ModeRow{"LOGIN", {"AUTH=LOGIN", "AUTH=+LOGIN"}}, ModeRow{"OAUTH2", {"AUTH=XOAUTH2", "AUTH=OAUTHBEARER"}},
    ModeRow{"APOP", {"AUTH=+APOP", nullptr}},
};

// Only these may appear in the log as they are; anything else that curl sends may be a secret.
constexpr std::array<std::string_view, 10> harmless{"EHLO", "HELO",       "STARTTLS", "CAPA", "STLS",
                                                    "QUIT", "CAPABILITY", "LOGOUT",   "NOOP", "RSET"};

bool isTlsFailure(CURLcode code) {
  return code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CIPHER;
}

}  // namespace

struct MailSession::State {
  const Curl* curl;
  Curl::Easy easy;
  MailServer server;
  std::string lastReply, buffer;
  std::string greeting, mechanisms;  // of POP3: the first line, and what the capability SASL lists
  std::ofstream log;
  bool encrypted = false;
  curl_socket_t socket = CURL_SOCKET_BAD;
  std::array<char, CURL_ERROR_SIZE> problem{};

  void note(char direction, std::string_view text) {
    if (!log.is_open()) return;
    log << direction << ' ' << trim(text) << '\n';
    log.flush();
  }

  void noteSent(std::string_view line) {
    for (const std::string_view word : split(trim(line), ' ')) {
      const bool known =
          std::ranges::any_of(harmless, [&](std::string_view verb) { return equalsIgnoringAsciiCase(verb, word); });
      if (known) return note('>', line);
    }
    note('>', "*** (authentication)");
  }

  static std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    const std::string_view line = trim(std::string_view(bytes, size * count));
    if (!line.empty()) state.lastReply = repairUtf8(line);
    return size * count;
  }

  static int trace(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
    auto& state = *static_cast<State*>(self);
    if (type == CURLINFO_HEADER_IN) state.hear({bytes, size});
    if (type == CURLINFO_HEADER_OUT) state.noteSent({bytes, size});
    if (type == CURLINFO_TEXT && std::string_view(bytes, size).starts_with("SSL connection using"))
      state.encrypted = true;
    return 0;
  }

  void hear(std::string_view line) {
    note('<', line);
    line = trim(line);
    if (greeting.empty()) greeting = line;
    if (equalsIgnoringAsciiCase(line.substr(0, 5), "SASL ")) mechanisms = lowerAscii(line.substr(5));
  }

  // level: CURLUSESSL_ALL, _TRY or _NONE. withUser false: connects without authenticating.
  void prepare(long level, const char* loginOptions, bool withUser = true) {
    const ProtocolRow& row = protocols[static_cast<std::size_t>(server.protocol)];
    const bool implicit = server.port == row.encryptedPort;
    easy = curl->newEasy();
    encrypted = false;
    lastReply.clear();
    greeting.clear();
    mechanisms.clear();
    const bool isIpv6 = server.host.contains(':') && !server.host.starts_with('[');
    std::string url = fmt::format("{}://{}{}{}:{}/", implicit && level != CURLUSESSL_NONE ? row.encrypted : row.clear,
                                  isIpv6 ? "[" : "", server.host, isIpv6 ? "]" : "", server.port);
    if (server.protocol == MailProtocol::smtp && !server.helloName.empty()) url += percentEncode(server.helloName);
    CURL* handle = easy.get();
    curl->set(handle, CURLOPT_URL, url.c_str());
    curl->set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps,pop3,pop3s");
    curl->set(handle, CURLOPT_NOSIGNAL, 1L);
    curl->set(handle, CURLOPT_CONNECT_ONLY, 1L);
    curl->set(handle, CURLOPT_PROXY, "");
    curl->set(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(server.connectTimeout.count()));
    curl->set(handle, CURLOPT_TIMEOUT, static_cast<long>(server.connectTimeout.count()));
    curl->set(handle, CURLOPT_ERRORBUFFER, problem.data());
    curl->set(handle, CURLOPT_HEADERFUNCTION, &State::receive);
    curl->set(handle, CURLOPT_HEADERDATA, this);
    curl->set(handle, CURLOPT_WRITEFUNCTION, &State::receive);
    curl->set(handle, CURLOPT_WRITEDATA, this);
    curl->set(handle, CURLOPT_DEBUGFUNCTION, &State::trace);
    curl->set(handle, CURLOPT_DEBUGDATA, this);
    curl->set(handle, CURLOPT_VERBOSE, 1L);
    curl->set(handle, CURLOPT_USE_SSL, level);
    if (!server.authorityFile.empty()) curl->set(handle, CURLOPT_CAINFO, server.authorityFile.c_str());
    if (!withUser) return;
    if (!server.user.empty()) curl->set(handle, CURLOPT_USERNAME, server.user.c_str());
    if (!server.token.empty()) {
      curl->set(handle, CURLOPT_XOAUTH2_BEARER, server.token.c_str());
    } else if (!server.user.empty()) {
      curl->set(handle, CURLOPT_PASSWORD, server.password.c_str());
    }
    if (loginOptions != nullptr) curl->set(handle, CURLOPT_LOGIN_OPTIONS, loginOptions);
  }

  CURLcode connect(long level) {
    const bool oauth = !server.token.empty() && server.authentication.empty();
    const std::string_view mode = oauth ? std::string_view("OAUTH2") : std::string_view(server.authentication);
    const auto* row = std::ranges::find(modes, mode, &ModeRow::name);
    // Without a wish: the better ones first, as far as curl lets them be listed.
    constexpr const char* better = "AUTH=CRAM-MD5;AUTH=PLAIN;AUTH=LOGIN";
    const bool lists = server.protocol == MailProtocol::smtp;
    std::array<const char*, 2> options{lists && !server.user.empty() ? better : nullptr, nullptr};
    if (row != modes.end()) options = row->options;
    if (server.protocol == MailProtocol::pop3 && mode.empty() && !server.user.empty()) {
      // curl would take PLAIN before APOP: what the server offers is asked first, on a connection of its own.
      prepare(level, nullptr, false);
      if (const CURLcode outcome = curl->perform(easy.get()); outcome != CURLE_OK) return outcome;
      options[0] = bestOfPop3();
    }
    prepare(level, options[0]);
    CURLcode outcome = curl->perform(easy.get());
    const bool another = options[1] != nullptr && (mode != "LOGIN" || server.protocol != MailProtocol::smtp);
    if (outcome != CURLE_LOGIN_DENIED || !another) return outcome;  // SMTP has no LOGIN command
    prepare(level, options[1]);
    outcome = curl->perform(easy.get());
    if (outcome != CURLE_URL_MALFORMAT) return outcome;
    // An older curl cannot be told to take the LOGIN command of IMAP, but does when nothing better works.
    prepare(level, nullptr);
    return curl->perform(easy.get());
  }

  // nullptr: curl's own choice (PLAIN, LOGIN, USER).
  const char* bestOfPop3() const {
    const auto offered = split(mechanisms, ' ');
    if (std::ranges::find(offered, std::string_view("cram-md5")) != offered.end()) return "AUTH=CRAM-MD5";
    const std::size_t stamp = greeting.find('<');
    const bool hasStamp = stamp != std::string::npos && greeting.find('>', stamp) != std::string::npos;
    return hasStamp ? "AUTH=+APOP" : nullptr;
  }

  Error lost(std::string_view why) const {
    return Error(fault::inputOutput, "host",
                 fmt::format("The connection to the mail server {}:{} is lost: {}.", server.host, server.port, why));
  }

  // Waits until the socket is ready for `events`.
  Result<> ready(short events) {
    pollfd watched{socket, events, 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(server.sendTimeout).count();
    const int count = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(limit, INT32_MAX)));
    if (count > 0) return {};
    return std::unexpected(lost("the server does not answer"));
  }

  // More bytes into the buffer.
  Result<> fill() {
    const std::size_t had = buffer.size();
    buffer.resize(had + part);
    while (true) {
      std::size_t got = 0;
      const CURLcode outcome = curl->receive(easy.get(), buffer.data() + had, part, &got);
      buffer.resize(outcome == CURLE_OK ? had + got : had);
      if (outcome == CURLE_OK && got > 0) return {};
      if (outcome == CURLE_OK) return std::unexpected(lost("the server has closed it"));
      if (outcome != CURLE_AGAIN) return std::unexpected(lost(curl->message(outcome)));
      if (auto waited = ready(POLLIN); !waited) return waited;
      buffer.resize(had + part);
    }
  }
};

MailSession::MailSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
MailSession::~MailSession() = default;

Result<std::unique_ptr<MailSession>> MailSession::open(const MailServer& server, MailRefusal& refusal) {
  const auto curl = Curl::get();
  if (!curl) return std::unexpected(curl.error());
  auto state = std::make_unique<State>(*curl, (*curl)->newEasy(), server);
  if (!server.logFile.empty()) state->log.open(server.logFile, std::ios::app);
  CURLcode outcome = state->connect(server.acceptUnsecure ? CURLUSESSL_TRY : CURLUSESSL_ALL);
  if (isTlsFailure(outcome) && server.acceptUnsecure) outcome = state->connect(CURLUSESSL_NONE);
  if (outcome == CURLE_OK) {
    (*curl)->info(state->easy.get(), CURLINFO_ACTIVESOCKET, &state->socket);
    if (state->socket != CURL_SOCKET_BAD) return std::unique_ptr<MailSession>(new MailSession(std::move(state)));
    outcome = CURLE_COULDNT_CONNECT;
  }
  refusal.text = state->lastReply;
  if (server.protocol == MailProtocol::smtp) {
    refusal.code = static_cast<int>(parseInteger(std::string_view(state->lastReply).substr(0, 3)).value_or(0));
  }
  const std::string_view detail = state->problem[0] != '\0' ? state->problem.data() : (*curl)->message(outcome);
  const bool noTls = isTlsFailure(outcome);
  return fail(static_cast<int>(outcome),
              fmt::format("No connection to the mail server {}:{}: {}{}", server.host, server.port, detail,
                          noTls ? " (acceptUnsecureConnection is false, so an encrypted connection is needed)" : ""));
}

Result<> MailSession::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode outcome = state_->curl->send(state_->easy.get(), bytes.data(), bytes.size(), &sent);
    if (outcome == CURLE_AGAIN) {
      if (auto waited = state_->ready(POLLOUT); !waited) return waited;
      continue;
    }
    if (outcome != CURLE_OK) return std::unexpected(state_->lost(state_->curl->message(outcome)));
    if (bytes.size() < 512) state_->note('>', bytes.substr(0, sent));
    bytes.remove_prefix(sent);
  }
  return {};
}

Result<std::string> MailSession::readLine() {
  std::size_t end;
  while ((end = state_->buffer.find('\n')) == std::string::npos) {
    if (state_->buffer.size() > longestLine) return std::unexpected(state_->lost("it sends an endless line"));
    if (auto filled = state_->fill(); !filled) return std::unexpected(filled.error());
  }
  std::string line = state_->buffer.substr(0, end);
  state_->buffer.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  if (line.size() < 512) state_->note('<', line);
  return line;
}

Result<std::string> MailSession::read(std::size_t count) {
  while (state_->buffer.size() < count) {
    if (auto filled = state_->fill(); !filled) return std::unexpected(filled.error());
  }
  std::string bytes = state_->buffer.substr(0, count);
  state_->buffer.erase(0, count);
  return bytes;
}

const std::string& MailSession::lastReply() const { return state_->lastReply; }
bool MailSession::encrypted() const { return state_->encrypted; }

}  // namespace qodly::script::library
