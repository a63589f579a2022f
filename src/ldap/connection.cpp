#include "ldap/connection.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/text.h"
#include "ldap/digest_md5.h"
#include "ldap/library.h"
#include "ldap/socket.h"

namespace qodly::ldap {

namespace {

static_assert(fault::noSuchObject == LDAP_NO_SUCH_OBJECT && fault::invalidCredentials == LDAP_INVALID_CREDENTIALS);
static_assert(fault::busy == LDAP_BUSY && fault::serverUnavailable == LDAP_UNAVAILABLE);
static_assert(fault::serverDown == LDAP_SERVER_DOWN && fault::timeout == LDAP_TIMEOUT);
static_assert(fault::badArgument == LDAP_PARAM_ERROR && fault::connectError == LDAP_CONNECT_ERROR);

constexpr int pageSize = 500;
constexpr std::size_t mostPages = 100'000;
// Where distributions keep the certificates that are trusted.
constexpr std::array systemAuthorities{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"};

std::unexpected<Error> refuse(int code, std::string message) {
  return std::unexpected(Error(code, "ldap", std::move(message)));
}

struct Place {
  std::string url;
  std::string host;  // without brackets
  int port = 0;
  bool secure = false;
};

// One server, nothing but its name and port: the library would take lists, sockets and searches as well.
Result<Place> readUrl(std::string_view url) {
  const std::string_view whole = url;
  Place place;
  place.secure = lowerAscii(url.substr(0, 8)) == "ldaps://";
  if (!place.secure && lowerAscii(url.substr(0, 7)) != "ldap://") {
    return refuse(fault::badArgument, fmt::format("\"{}\" is no URL of a directory: ldap://host[:port] or "
                                                  "ldaps://host[:port] is expected.",
                                                  whole));
  }
  url.remove_prefix(place.secure ? 8 : 7);
  if (url.ends_with('/')) url.remove_suffix(1);
  const bool bracketed = url.starts_with('[');
  const std::size_t end = bracketed ? url.find(']') : url.find(':');
  const std::string_view host = url.substr(0, bracketed && end != url.npos ? end + 1 : end);
  std::string_view rest = url.substr(host.size());
  const bool plainHost = std::ranges::all_of(host, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_' || (bracketed && (c == ':' || c == '[' || c == ']'));
  });
  std::int64_t port = place.secure ? 636 : 389;
  bool good = plainHost && !host.empty() && (!bracketed || (end != url.npos && end > 1));
  if (!rest.empty()) {
    const auto number = rest.front() == ':' ? parseInteger(rest.substr(1)) : std::nullopt;
    good = good && number && *number > 0 && *number < 65536;
    port = number.value_or(0);
  }
  if (!good) {
    return refuse(fault::badArgument, fmt::format("\"{}\" is no URL of a directory: a host name, and perhaps a port, "
                                                  "is expected after {}.",
                                                  whole, place.secure ? "ldaps://" : "ldap://"));
  }
  place.host = bracketed ? host.substr(1, host.size() - 2) : host;
  place.port = static_cast<int>(port);
  place.url = fmt::format("{}://{}:{}", place.secure ? "ldaps" : "ldap", host, port);
  return place;
}

timeval toTimeval(std::chrono::milliseconds time) {
  const auto positive = std::max<std::int64_t>(time.count(), 1);
  return {.tv_sec = static_cast<time_t>(positive / 1000), .tv_usec = static_cast<suseconds_t>(positive % 1000 * 1000)};
}

struct FreeMessage {
  const Library* library;
  void operator()(LDAPMessage* message) const { library->freeMessage(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

berval toBytes(std::string_view text) {
  return {.bv_len = text.size(), .bv_val = const_cast<char*>(text.data())};  // NOLINT: the library does not change it
}

}  // namespace

bool isUnreachable(const Error& error) {
  constexpr std::array codes{fault::serverDown,        fault::timeout, fault::connectError,
                             fault::serverUnavailable, fault::busy,    fault::libraryMissing};
  return std::ranges::find(codes, error.code()) != codes.end();
}

const Attribute* Entry::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(attributes, [&](const Attribute& one) { return equalsIgnoringAsciiCase(one.name, name); });
  return found == attributes.end() ? nullptr : &*found;
}

std::string escapeFilter(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  static constexpr std::string_view safe = "-_.@+ ";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || safe.find(c) != safe.npos) {
      out += c;
    } else {
      out += '\\';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

struct Connection::State {
  const Library* library = nullptr;
  LDAP* handle = nullptr;
  std::string host, url;
  bool secure = false;
  std::chrono::milliseconds timeout{};

  ~State() {
    if (handle != nullptr) library->close(handle, nullptr, nullptr);
  }

  Error error(int code, std::string_view doing) const {
    char* detail = nullptr;
    library->option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &detail);
    std::string message =
        fmt::format("{}: {} ({}{}{}).", url, doing, library->message(code),
                    detail != nullptr && *detail != '\0' ? ": " : "", detail == nullptr ? "" : detail);
    library->free(detail);
    return {code, "ldap", repairUtf8(message)};
  }
  std::unexpected<Error> fail(int code, std::string_view doing) const { return std::unexpected(error(code, doing)); }

  bool set(int option, const void* value) const { return library->set(handle, option, value) == LDAP_OPT_SUCCESS; }
  bool set(int option, int value) const { return set(option, static_cast<const void*>(&value)); }

  Result<> configure(const ConnectionOptions& options);
  Result<> setTrust(const std::string& file) const;
  Result<> encrypt(int socket, bool startTls);
  // The next message that belongs to `id`. Nothing within the time: the operation is abandoned.
  Result<Message> await(int id, std::chrono::steady_clock::time_point deadline) const;
  // One step of binding; the server's answer to it.
  struct Step {
    int code = 0;
    std::string credentials;
  };
  Result<Step> bindStep(std::string_view dn, const char* mechanism, const std::string_view* credentials) const;
  Entry readEntry(LDAPMessage* message) const;
};

// No option may come from files or variables of the machine: each one that matters is set.
Result<> Connection::State::configure(const ConnectionOptions& options) {
  const timeval limit = toTimeval(options.timeout);
  const int version = LDAP_VERSION3, on = 1;
  bool done = set(LDAP_OPT_PROTOCOL_VERSION, version) && set(LDAP_OPT_TIMEOUT, &limit) && set(LDAP_OPT_RESTART, &on) &&
              set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF) && set(LDAP_OPT_SIZELIMIT, 0) && set(LDAP_OPT_TIMELIMIT, 0) &&
              set(LDAP_OPT_DEREF, LDAP_DEREF_NEVER);
  Sockbuf* socket = nullptr;
  ber_len_t largest = maximumMessageBytes;
  if (done && library->option(handle, LDAP_OPT_SOCKBUF, &socket) == LDAP_OPT_SUCCESS && socket != nullptr) {
    done = library->socketControl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &largest) >= 0;
  }
  if (!done) return refuse(fault::badArgument, "The OpenLDAP library refuses its settings.");
  return url.starts_with("ldaps:") || options.startTls ? setTrust(options.authorityFile) : Result<>();
}

Result<> Connection::State::setTrust(const std::string& given) const {
  std::string file = given;
  std::error_code failed;
  for (const char* known : systemAuthorities) {
    if (file.empty() && std::filesystem::exists(known, failed)) file = known;
  }
  if (!std::filesystem::is_regular_file(file, failed)) {
    return refuse(fault::badArgument, fmt::format("The file of trusted certificates \"{}\" does not exist.", file));
  }
  constexpr int tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  if (!set(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_HARD) || !set(LDAP_OPT_X_TLS_PROTOCOL_MIN, tls12) ||
      !set(LDAP_OPT_X_TLS_CACERTFILE, file.c_str()) || !set(LDAP_OPT_X_TLS_NEWCTX, 0)) {
    return refuse(fault::badArgument, fmt::format("The trusted certificates of \"{}\" cannot be used.", file));
  }
  return {};
}

Result<Connection> Connection::open(const ConnectionOptions& options) {
  auto library = Library::get();
  if (!library) return std::unexpected(library.error());
  auto place = readUrl(options.url);
  if (!place) return std::unexpected(place.error());
  if (place->secure && options.startTls) {
    return refuse(fault::badArgument, "StartTLS belongs to ldap://; ldaps:// is encrypted from the beginning.");
  }
  auto state = std::make_unique<State>();
  state->library = *library;
  state->host = place->host;
  state->url = place->url;
  state->timeout = options.timeout;
  auto socket = connectSocket(place->host, place->port, options.timeout);
  if (!socket) return std::unexpected(socket.error());
  if (const int code = (*library)->initialize(*socket, LDAP_PROTO_TCP, place->url.c_str(), &state->handle);
      code != LDAP_SUCCESS) {
    state->handle = nullptr;
    ::close(*socket);
    return refuse(code, fmt::format("\"{}\" cannot be used: {}.", options.url, (*library)->message(code)));
  }
  if (auto done = state->configure(options); !done) return std::unexpected(done.error());
  if (place->secure || options.startTls) {
    if (auto done = state->encrypt(*socket, options.startTls); !done) return std::unexpected(done.error());
  }
  return Connection(std::move(state));
}

// Whatever keeps TLS from being used counts as a server that cannot be reached.
Result<> Connection::State::encrypt(int socket, bool startTls) {
  int code = LDAP_SUCCESS;
  {
    const Watchdog watchdog(socket, timeout);
    code = startTls ? library->startTls(handle, nullptr, nullptr) : library->installTls(handle);
  }
  if (code == LDAP_SUCCESS) {
    secure = true;
    return {};
  }
  return refuse(code == LDAP_TIMEOUT ? fault::timeout : fault::serverDown,
                error(code, "no encrypted connection").message());
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

bool Connection::isSecure() const { return state_->secure; }

Result<Message> Connection::State::await(int id, std::chrono::steady_clock::time_point deadline) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  timeval limit = toTimeval(left);
  LDAPMessage* received = nullptr;
  const int type = library->result(handle, id, LDAP_MSG_ONE, &limit, &received);
  if (type > 0) return Message(received, FreeMessage{library});
  library->abandon(handle, id, nullptr, nullptr);
  if (type == 0) return fail(LDAP_TIMEOUT, fmt::format("no answer within {} ms", timeout.count()));
  int code = LDAP_SERVER_DOWN;
  library->option(handle, LDAP_OPT_RESULT_CODE, &code);
  return fail(code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code, "the connection broke");
}

Result<Connection::State::Step> Connection::State::bindStep(std::string_view dn, const char* mechanism,
                                                            const std::string_view* credentials) const {
  const std::string name(dn);
  berval given = toBytes(credentials == nullptr ? std::string_view() : *credentials);
  int id = 0;
  int code =
      library->bind(handle, name.c_str(), mechanism, credentials == nullptr ? nullptr : &given, nullptr, nullptr, &id);
  if (code != LDAP_SUCCESS) return fail(code, "it cannot be reached");
  auto answer = await(id, std::chrono::steady_clock::now() + timeout);
  if (!answer) return std::unexpected(answer.error());
  Step step;
  code = library->parseResult(handle, answer->get(), &step.code, nullptr, nullptr, nullptr, nullptr, 0);
  if (code != LDAP_SUCCESS) return fail(code, "the answer to the login cannot be read");
  // A step of several is an answer, too.
  if (step.code != LDAP_SUCCESS && step.code != LDAP_SASL_BIND_IN_PROGRESS) {
    return fail(step.code, "the login is refused");
  }
  berval* told = nullptr;
  if (library->parseBind(handle, answer->get(), &told, 0) == LDAP_SUCCESS && told != nullptr) {
    step.credentials.assign(told->bv_val, told->bv_len);
    library->freeBytes(told);
  }
  return step;
}

Result<> Connection::bind(std::string_view login, std::string_view password) {
  if (login.empty() || password.empty()) {
    return refuse(fault::invalidCredentials, "A login and a password are needed: an empty one would be no check.");
  }
  if (login.find('\0') != login.npos) return refuse(fault::badArgument, "The login has a character 0.");
  auto done = state_->bindStep(login, LDAP_SASL_SIMPLE, &password);
  if (!done) return std::unexpected(done.error());
  return done->code == LDAP_SUCCESS ? Result<>() : state_->fail(done->code, "the login is refused");
}

Result<> Connection::bindAnonymously() {
  const std::string_view nothing;
  auto done = state_->bindStep("", LDAP_SASL_SIMPLE, &nothing);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<> Connection::bindDigest(std::string_view login, std::string_view password) {
  if (login.empty() || password.empty()) {
    return refuse(fault::invalidCredentials, "A login and a password are needed: an empty one would be no check.");
  }
  constexpr const char* mechanism = "DIGEST-MD5";
  auto challenge = state_->bindStep("", mechanism, nullptr);
  if (!challenge) return std::unexpected(challenge.error());
  auto answer = answerDigest(challenge->credentials, {.login = std::string(login),
                                                      .password = std::string(password),
                                                      .host = state_->host,
                                                      .clientNonce = randomHex(16)});
  if (!answer) return std::unexpected(answer.error());
  const std::string_view sent = answer->text;
  auto proof = state_->bindStep("", mechanism, &sent);
  if (!proof) return std::unexpected(proof.error());
  if (proof->credentials != answer->expected) {
    return refuse(fault::serverDown, fmt::format("{}: the server does not know the password itself.", state_->url));
  }
  if (proof->code == LDAP_SUCCESS) return {};
  const std::string_view nothing;
  auto last = state_->bindStep("", mechanism, &nothing);
  if (!last) return std::unexpected(last.error());
  return {};
}

Entry Connection::State::readEntry(LDAPMessage* message) const {
  Entry entry;
  if (char* dn = library->dn(handle, message)) {
    entry.dn = dn;
    library->free(dn);
  }
  BerElement* place = nullptr;
  for (char* name = library->firstAttribute(handle, message, &place); name != nullptr;
       name = library->nextAttribute(handle, message, place)) {
    Attribute& attribute = entry.attributes.emplace_back();
    attribute.name = name;
    if (berval** values = library->values(handle, message, name)) {
      for (berval** value = values; *value != nullptr; ++value) {
        attribute.values.emplace_back((*value)->bv_val, (*value)->bv_len);
      }
      library->freeValues(values);
    }
    library->free(name);
  }
  if (place != nullptr) library->freeElement(place, 0);
  return entry;
}

namespace {

std::size_t sizeOf(const Entry& entry) {
  std::size_t size = entry.dn.size();
  for (const Attribute& attribute : entry.attributes) {
    size += attribute.name.size() + sizeof(Attribute);
    for (const std::string& value : attribute.values) size += value.size() + sizeof(std::string);
  }
  return size;
}

}  // namespace

// One search after another as long as the server has a further page.
class PagedSearch {
 public:
  PagedSearch(const Library* library, LDAP* handle, const Query& query) : library_(library), handle_(handle) {
    for (const std::string& name : query.attributes) names_.push_back(const_cast<char*>(name.c_str()));  // NOLINT
    names_.push_back(nullptr);
    paged_ = query.scope != Scope::base && query.maximumEntries > pageSize;
  }
  PagedSearch(const PagedSearch&) = delete;  // cookie_ points into it
  PagedSearch& operator=(const PagedSearch&) = delete;

  int start(const Query& query, int& id) {
    static constexpr std::array scopes{LDAP_SCOPE_BASE, LDAP_SCOPE_ONELEVEL, LDAP_SCOPE_SUBTREE};
    LDAPControl* page = nullptr;
    if (paged_) library_->createPage(handle_, pageSize, cookie_, 0, &page);
    std::array<LDAPControl*, 2> controls{page, nullptr};
    const int most = paged_ ? 0 : static_cast<int>(std::min<std::size_t>(query.maximumEntries, INT32_MAX));
    const int code = library_->search(handle_, query.base.c_str(), scopes[static_cast<std::size_t>(query.scope)],
                                      query.filter.c_str(), query.attributes.empty() ? nullptr : names_.data(), 0,
                                      page == nullptr ? nullptr : controls.data(), nullptr, nullptr, most, &id);
    if (page != nullptr) library_->freeControl(page);
    return code;
  }

  // Reads the last message of a page: its code; `more` says whether another page follows.
  int finish(LDAPMessage* message, bool& more) {
    int code = LDAP_OTHER;
    LDAPControl** controls = nullptr;
    const int parsed = library_->parseResult(handle_, message, &code, nullptr, nullptr, nullptr, &controls, 0);
    more = false;
    cookie_ = nullptr;
    if (parsed != LDAP_SUCCESS) return parsed;
    if (controls != nullptr) {
      LDAPControl* page = library_->findControl(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
      ber_int_t estimate = 0;
      berval cookie{};
      if (page != nullptr && library_->parsePage(handle_, page, &estimate, &cookie) == LDAP_SUCCESS) {
        text_.assign(cookie.bv_val == nullptr ? "" : cookie.bv_val, cookie.bv_len);
        if (cookie.bv_val != nullptr) library_->freeMemory(cookie.bv_val);
        held_ = toBytes(text_);
        cookie_ = &held_;
        more = !text_.empty() && ++pages_ < mostPages;
      }
      library_->freeControls(controls);
    }
    return code;
  }

 private:
  const Library* library_;
  LDAP* handle_;
  std::vector<char*> names_;
  bool paged_ = false;
  std::size_t pages_ = 0;
  std::string text_;
  berval held_{};
  berval* cookie_ = nullptr;
};

Result<std::vector<Entry>> Connection::search(const Query& query) {
  if (query.base.find('\0') != std::string::npos || query.filter.find('\0') != std::string::npos) {
    return refuse(fault::badArgument, "The place or the filter of the search has a character 0.");
  }
  std::vector<Entry> entries;
  std::size_t bytes = 0;
  const auto end = std::chrono::steady_clock::now() + query.limit;
  PagedSearch pages(state_->library, state_->handle, query);
  for (bool more = true; more;) {
    int id = 0;
    if (const int code = pages.start(query, id); code != LDAP_SUCCESS) {
      if (code != LDAP_FILTER_ERROR) return state_->fail(code, "the search cannot be sent");
      return refuse(fault::badArgument, fmt::format("\"{}\" is no filter as RFC 4515 has it, for example "
                                                    "(&(objectClass=person)(mail=a@b.example)).",
                                                    query.filter));
    }
    for (bool last = false; !last;) {
      auto message = state_->await(id, std::min(end, std::chrono::steady_clock::now() + state_->timeout));
      if (!message) return std::unexpected(message.error());
      const int type = state_->library->messageType(message->get());
      last = type == LDAP_RES_SEARCH_RESULT;
      if (last) {
        const int code = pages.finish(message->get(), more);
        if (code == LDAP_SIZELIMIT_EXCEEDED) more = false;
        if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED) return state_->fail(code, "the search failed");
      } else if (type == LDAP_RES_SEARCH_ENTRY) {
        if (entries.size() >= query.maximumEntries) {
          state_->library->abandon(state_->handle, id, nullptr, nullptr);
          return entries;
        }
        entries.push_back(state_->readEntry(message->get()));
        bytes += sizeOf(entries.back());
        if (bytes > maximumAnswerBytes) {
          state_->library->abandon(state_->handle, id, nullptr, nullptr);
          return refuse(fault::answerTooLarge,
                        fmt::format("The search finds more than {} MB.", maximumAnswerBytes / (1024 * 1024)));
        }
      }
    }
  }
  return entries;
}

}  // namespace qodly::ldap
