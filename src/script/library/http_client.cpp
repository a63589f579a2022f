#include "script/library/http_client.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/http_curl.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr int maximumRedirections = 5;
constexpr std::size_t maximumHeaderBytes = 1 << 20;
constexpr std::size_t maximumTransfers = 10'000;
constexpr std::string_view clientName = "Qodly";

bool isToken(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || others.contains(c);
  });
}

bool hasHeader(const HttpHeaders& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& header) { return equalsIgnoringAsciiCase(header.first, name); });
}

Result<> check(const HttpSpec& spec) {
  if (!isToken(spec.method)) {
    return fail(fault::wrongSettings, fmt::format("\"{}\" cannot be an HTTP method.", repairUtf8(spec.method)));
  }
  for (const auto& [name, value] : spec.headers) {
    if (!isToken(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
      return fail(
          fault::wrongSettings,
          fmt::format("The header \"{}\" cannot be sent: its name or value has a character that is not allowed.",
                      repairUtf8(name)));
    }
  }
  return {};
}

class Client;

class Transfer final : public HttpTransfer, public std::enable_shared_from_this<Transfer> {
 public:
  Transfer(const Curl* curl, HttpSpec spec, std::shared_ptr<HttpListener> listener)
      : curl_(curl),
        spec_(std::move(spec)),
        listener_(std::move(listener)),
        easy_(curl->newEasy()),
        lines_(curl->newList()) {
    if (spec_.timeout) deadline_ = std::chrono::steady_clock::now() + *spec_.timeout;
  }

  void cancel() override;

  // --- On the client's thread
  CURL* easy() const { return easy_.get(); }
  void prepare();
  // What follows the end of one exchange: true when another one follows.
  bool next(CURLcode outcome);
  void finish(std::optional<Error> problem) {
    if (auto listener = std::exchange(listener_, nullptr)) listener->done(std::move(problem));
  }
  void drop() { listener_ = nullptr; }

 private:
  static std::size_t receiveHeader(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->headerLine({bytes, size * count}) ? size * count : 0;
  }
  static std::size_t receiveBody(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->bodyPart({bytes, size * count}) ? size * count : 0;
  }
  bool headerLine(std::string_view line);
  bool bodyPart(std::string_view bytes);
  void setBody();
  void setHeaders();
  void setCredentials();
  void setTls();
  bool follows() const;  // the redirection that head_ asks for is followed
  bool retriedByCurl() const { return (head_.status == 401 && spec_.server) || (head_.status == 407 && spec_.proxy); }
  void deliverHead();
  void redirect(const std::string& target);
  Error describe(CURLcode outcome) const;

  const Curl* curl_;
  HttpSpec spec_;
  std::shared_ptr<HttpListener> listener_;
  Curl::Easy easy_;
  Curl::List lines_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  HttpHead head_;
  bool delivered_ = false;
  std::size_t headerBytes_ = 0;
  std::uint64_t bodyBytes_ = 0;
  int redirections_ = 0;
  std::array<char, CURL_ERROR_SIZE> problem_{};
};

// One multi handle and its thread.
class Client {
 public:
  static Client& get(const Curl* curl) {
    static Client client(curl);
    return client;
  }

  Result<> add(const std::shared_ptr<Transfer>& transfer) {
    {
      std::lock_guard lock(mutex_);
      if (count_ >= maximumTransfers) return fail(fault::limitReached, "10000 HTTP requests are under way already.");
      ++count_;
      inbox_.push_back(transfer);
      if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    curl_->multiWakeup(multi_);
    return {};
  }

  void cancel(std::shared_ptr<Transfer> transfer) {
    {
      std::lock_guard lock(mutex_);
      cancelled_.push_back(std::move(transfer));
    }
    curl_->multiWakeup(multi_);
  }

  ~Client() {
    thread_.request_stop();
    curl_->multiWakeup(multi_);
    if (thread_.joinable()) thread_.join();
    for (const auto& [easy, transfer] : running_) curl_->multiRemove(multi_, easy);
    running_.clear();
    curl_->multiCleanup(multi_);
  }

 private:
  explicit Client(const Curl* curl) : curl_(curl), multi_(curl->multiInit()) {}

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      takeInbox();
      int running = 0;
      curl_->multiPerform(multi_, &running);
      collect();
      constexpr int longestPause = 1000;
      curl_->multiPoll(multi_, nullptr, 0, longestPause, nullptr);
    }
  }

  void takeInbox() {
    std::vector<std::shared_ptr<Transfer>> fresh, ended;
    {
      std::lock_guard lock(mutex_);
      fresh.swap(inbox_);
      ended.swap(cancelled_);
    }
    for (auto& transfer : fresh) {
      transfer->prepare();
      curl_->multiAdd(multi_, transfer->easy());
      running_.emplace(transfer->easy(), transfer);
    }
    for (const auto& transfer : ended) {
      transfer->drop();
      release(transfer->easy());
    }
  }

  void release(CURL* easy) {
    const auto found = running_.find(easy);
    if (found == running_.end()) return;
    curl_->multiRemove(multi_, easy);
    running_.erase(found);
    std::lock_guard lock(mutex_);
    --count_;
  }

  void collect() {
    int left = 0;
    while (const CURLMsg* message = curl_->multiInfo(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode outcome = message->data.result;  // the message is gone once the handle is removed
      const auto found = running_.find(message->easy_handle);
      if (found == running_.end()) continue;
      const std::shared_ptr<Transfer> transfer = found->second;
      if (transfer->next(outcome)) {
        curl_->multiRemove(multi_, transfer->easy());
        curl_->multiAdd(multi_, transfer->easy());
      } else {
        release(transfer->easy());
      }
    }
  }

  const Curl* curl_;
  CURLM* multi_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Transfer>> inbox_, cancelled_;
  std::size_t count_ = 0;
  std::unordered_map<CURL*, std::shared_ptr<Transfer>> running_;  // of the thread
  std::jthread thread_;
};

void Transfer::cancel() { Client::get(curl_).cancel(shared_from_this()); }

void Transfer::prepare() {
  CURL* easy = easy_.get();
  curl_->set(easy, CURLOPT_URL, spec_.url.c_str());
  curl_->set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_->set(easy, CURLOPT_NOSIGNAL, 1L);
  curl_->set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_->set(easy, CURLOPT_ERRORBUFFER, problem_.data());
  curl_->set(easy, CURLOPT_HEADERFUNCTION, &Transfer::receiveHeader);
  curl_->set(easy, CURLOPT_HEADERDATA, this);
  curl_->set(easy, CURLOPT_WRITEFUNCTION, &Transfer::receiveBody);
  curl_->set(easy, CURLOPT_WRITEDATA, this);
  curl_->set(easy, CURLOPT_USERAGENT, clientName.data());
  curl_->set(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_->set(easy, CURLOPT_HTTP_CONTENT_DECODING, spec_.decoded ? 1L : 0L);
  if (!spec_.proxyUrl.empty()) curl_->set(easy, CURLOPT_PROXY, spec_.proxyUrl.c_str());
  if (deadline_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - std::chrono::steady_clock::now());
    curl_->set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left.count(), 1)));
  }
  setTls();
  setCredentials();
  setBody();
  setHeaders();
}

void Transfer::setTls() {
  CURL* easy = easy_.get();
  curl_->set(easy, CURLOPT_SSLVERSION,
             spec_.minimumTls != 0 ? spec_.minimumTls : static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!spec_.certificateFile.empty()) curl_->set(easy, CURLOPT_SSLCERT, spec_.certificateFile.c_str());
  if (!spec_.keyFile.empty()) curl_->set(easy, CURLOPT_SSLKEY, spec_.keyFile.c_str());
  if (!spec_.authorityFile.empty()) curl_->set(easy, CURLOPT_CAINFO, spec_.authorityFile.c_str());
}

void Transfer::setCredentials() {
  static constexpr std::array methods{static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST),
                                      static_cast<long>(CURLAUTH_BASIC), static_cast<long>(CURLAUTH_DIGEST)};
  CURL* easy = easy_.get();
  if (spec_.server) {
    curl_->set(easy, CURLOPT_USERNAME, spec_.server->name.c_str());
    curl_->set(easy, CURLOPT_PASSWORD, spec_.server->password.c_str());
    curl_->set(easy, CURLOPT_HTTPAUTH, methods[static_cast<std::size_t>(spec_.server->method)]);
  } else {
    curl_->set(easy, CURLOPT_USERNAME, nullptr);
    curl_->set(easy, CURLOPT_PASSWORD, nullptr);
  }
  if (spec_.proxy) {
    curl_->set(easy, CURLOPT_PROXYUSERNAME, spec_.proxy->name.c_str());
    curl_->set(easy, CURLOPT_PROXYPASSWORD, spec_.proxy->password.c_str());
    curl_->set(easy, CURLOPT_PROXYAUTH, methods[static_cast<std::size_t>(spec_.proxy->method)]);
  }
}

void Transfer::setBody() {
  CURL* easy = easy_.get();
  const bool isPost = spec_.method == "POST";
  curl_->set(easy, CURLOPT_NOBODY, 0L);
  if (spec_.method == "HEAD") {
    curl_->set(easy, CURLOPT_NOBODY, 1L);
    curl_->set(easy, CURLOPT_CUSTOMREQUEST, nullptr);
    return;
  }
  if (spec_.body || isPost || spec_.method == "PUT" || spec_.method == "PATCH") {
    const std::string& body = spec_.body ? *spec_.body : spec_.body.emplace();
    curl_->set(easy, CURLOPT_POST, 1L);
    curl_->set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_->set(easy, CURLOPT_POSTFIELDS, body.data());
  } else {
    curl_->set(easy, CURLOPT_HTTPGET, 1L);
  }
  curl_->set(easy, CURLOPT_CUSTOMREQUEST, spec_.method.c_str());
}

void Transfer::setHeaders() {
  lines_ = curl_->newList();
  for (const auto& [name, value] : spec_.headers) {
    curl_->append(lines_, value.empty() ? name + ";" : name + ": " + value);
  }
  // What curl would add by itself and nobody asked for.
  for (const char* unwanted : {"Content-Type", "Expect"}) {
    if (!hasHeader(spec_.headers, unwanted)) curl_->append(lines_, std::string(unwanted) + ":");
  }
  curl_->set(easy_.get(), CURLOPT_HTTPHEADER, lines_.get());
}

bool Transfer::headerLine(std::string_view line) {
  headerBytes_ += line.size();
  if (headerBytes_ > maximumHeaderBytes) return false;
  line = trim(line);
  if (line.starts_with("HTTP/")) {
    head_ = {};
    long status = 0;
    curl_->info(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    const std::size_t first = line.find(' ');
    const std::string_view rest = first == line.npos ? std::string_view() : trim(line.substr(first));
    const std::size_t second = rest.find(' ');
    head_.status = static_cast<int>(parseInteger(rest.substr(0, second)).value_or(status));
    head_.statusText = second == rest.npos ? std::string() : repairUtf8(trim(rest.substr(second)));
    return true;
  }
  if (line.empty()) {
    if (head_.status >= 200 && !follows() && !retriedByCurl()) deliverHead();
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon != line.npos) {
    head_.headers.emplace_back(repairUtf8(trim(line.substr(0, colon))), repairUtf8(trim(line.substr(colon + 1))));
  }
  return true;
}

void Transfer::deliverHead() {
  if (delivered_ || !listener_) return;
  delivered_ = true;
  listener_->head(head_);
}

bool Transfer::bodyPart(std::string_view bytes) {
  if (!listener_) return false;
  if (follows()) return true;
  deliverHead();
  bodyBytes_ += bytes.size();
  if (bodyBytes_ > maximumHttpBody) return false;
  listener_->data(std::string(bytes));
  return true;
}

bool Transfer::follows() const {
  if (!spec_.redirect || redirections_ >= maximumRedirections || !hasHeader(head_.headers, "Location")) return false;
  const bool reads = spec_.method == "GET" || spec_.method == "HEAD";
  switch (head_.status) {
    case 301:
    case 302:
      return reads;
    case 303:
    case 307:
    case 308:
      return true;
    default:
      return false;
  }
}

bool Transfer::next(CURLcode outcome) {
  if (!listener_) return false;
  if (outcome != CURLE_OK) {
    finish(describe(outcome));
    return false;
  }
  char* target = nullptr;
  if (follows() && curl_->info(easy_.get(), CURLINFO_REDIRECT_URL, &target) == CURLE_OK && target != nullptr) {
    redirect(target);
    return true;
  }
  deliverHead();
  finish(std::nullopt);
  return false;
}

void Transfer::redirect(const std::string& target) {
  const auto origin = [](std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::string_view rest = scheme == url.npos ? url : url.substr(scheme + 3);
    std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    host = host.substr(host.rfind('@') == host.npos ? 0 : host.rfind('@') + 1);
    return lowerAscii(url.substr(0, scheme)) + "://" + lowerAscii(host);
  };
  if (origin(spec_.url) != origin(target)) {
    spec_.server.reset();
    std::erase_if(spec_.headers, [](const auto& header) {
      return equalsIgnoringAsciiCase(header.first, "Authorization") || equalsIgnoringAsciiCase(header.first, "Cookie");
    });
  }
  if (head_.status == 303 && spec_.method != "HEAD") {
    spec_.method = "GET";
    spec_.body.reset();
    std::erase_if(spec_.headers, [](const auto& header) {
      return equalsIgnoringAsciiCase(header.first, "Content-Type") ||
             equalsIgnoringAsciiCase(header.first, "Content-Length");
    });
  }
  ++redirections_;
  spec_.url = target;
  head_ = {};
  headerBytes_ = 0;
  prepare();
}

Error Transfer::describe(CURLcode outcome) const {
  const std::string_view detail = problem_[0] != '\0' ? std::string_view(problem_.data()) : curl_->message(outcome);
  const bool tooLarge = outcome == CURLE_WRITE_ERROR;
  return Error(static_cast<int>(outcome), "host",
               fmt::format("The request to {} failed: {}", spec_.url,
                           tooLarge ? "the answer has more than 2 GB or its headers more than 1 MB." : detail));
}

}  // namespace

Result<std::shared_ptr<HttpTransfer>> startHttp(HttpSpec spec, std::shared_ptr<HttpListener> listener) {
  const auto curl = Curl::get();
  if (!curl) return std::unexpected(curl.error());
  if (auto valid = check(spec); !valid) return std::unexpected(valid.error());
  auto transfer = std::make_shared<Transfer>(*curl, std::move(spec), std::move(listener));
  if (auto added = Client::get(*curl).add(transfer); !added) return std::unexpected(added.error());
  return transfer;
}

}  // namespace qodly::script::library
