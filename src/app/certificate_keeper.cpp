#include "app/certificate_keeper.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "http/certificate.h"
#include "security/json_members.h"
#include "security/secrets.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::int64_t hour = 3'600'000, day = 24 * hour;

std::filesystem::path folderOf(const security::Instance& instance) { return instance.folder() / "acme"; }

// Only its owner looks into it.
void makeFolder(const security::Instance& instance) {
  std::error_code failed;
  std::filesystem::create_directories(folderOf(instance), failed);
  ::chmod(folderOf(instance).c_str(), S_IRWXU);
}

std::string dayOf(std::int64_t seconds) {
  std::string text;
  appendInstant({seconds * 1000}, text);
  return text.substr(0, 10);
}

std::string hashOf(const AcmeSettings& settings) {
  std::string all = settings.directory;
  for (const std::string& text : {settings.email, settings.authorityFile, settings.externalId, settings.externalKey,
                                  settings.externalSecret, std::string(settings.termsAgreed ? "agreed" : "")}) {
    all.append("\n").append(text);
  }
  return security::sha256Hex(all);
}

struct Account {
  http::AcmeKey key;
  std::string url;
};

std::filesystem::path accountFile(const security::Instance& instance, const AcmeSettings& settings) {
  return folderOf(instance) / fmt::format("account-{}.json", security::sha256Hex(settings.directory).substr(0, 16));
}

// One that is not readable is made anew: the authority opens another account for another key.
Result<Account> readAccount(const std::filesystem::path& file) {
  const auto content = security::readFile(file);
  const auto parsed = content ? json::parse(*content) : Result<Value>(Value());
  if (parsed && parsed->isObject()) {
    auto key = http::AcmeKey::read(security::textMember(parsed->asObject(), "key"));
    if (key) return Account{std::move(*key), security::textMember(parsed->asObject(), "url")};
  }
  auto key = http::AcmeKey::make();
  if (!key) return std::unexpected(key.error());
  return Account{std::move(*key), {}};
}

Result<> writeAccount(const std::filesystem::path& file, const AcmeSettings& settings, const Account& account,
                      const std::string& url) {
  const Ref<Object> object = Object::make();
  object->set("directory", Value::text(std::string_view(settings.directory)));
  object->set("url", Value::text(std::string_view(url)));
  object->set("key", Value::text(account.key.pem()));
  return security::writePrivateFile(file, json::text(Value::object(object), {.pretty = true}) + "\n");
}

// Up to a tenth more, so that servers that failed together do not come back together.
std::int64_t spread(std::int64_t seconds) {
  std::random_device random;
  return seconds + std::uniform_int_distribution<std::int64_t>(0, seconds / 10)(random);
}

}  // namespace

CertificateKeeper::CertificateKeeper(SettingsFiles files, const security::Instance& instance, Options options)
    : files_(std::move(files)), instance_(instance), options_(std::move(options)) {}

CertificateKeeper::~CertificateKeeper() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  options_.abort();
  if (thread_.joinable()) thread_.join();
}

void CertificateKeeper::apply(const AcmeSettings& settings) {
  {
    std::lock_guard lock(mutex_);
    if (wanted_ == settings || ending_) return;
    wanted_ = settings;
    renewed_ = true;
    if (settings.enabled && !thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_all();
}

std::vector<CertificateKeeper::Status> CertificateKeeper::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

// False: the server stops, or the settings are others now.
bool CertificateKeeper::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return ending_ || renewed_; });
}

void CertificateKeeper::run() {
  makeFolder(instance_);
  states_ = readCertificateStates(instance_);
  for (;;) {
    AcmeSettings settings;
    {
      std::lock_guard lock(mutex_);
      if (ending_) return;
      renewed_ = false;
      settings = *wanted_;
    }
    const Instant next = settings.enabled ? attend(settings) : Instant{Instant::now().ms + day};
    const std::int64_t wait = std::clamp<std::int64_t>(next.ms - Instant::now().ms, 1000, hour);
    (void)pause(std::chrono::milliseconds(wait));
  }
}

Instant CertificateKeeper::attend(const AcmeSettings& settings) {
  if (const std::string hash = hashOf(settings); hash != states_.settings) {
    states_.settings = hash;
    for (auto& [host, state] : states_.hosts) state.nextAttempt = {};
  }
  std::erase_if(states_.hosts, [&settings](const auto& entry) {
    return std::ranges::find(settings.domains, entry.first) == settings.domains.end();
  });
  Instant next{Instant::now().ms + day};
  std::vector<Status> status;
  for (const std::string& host : settings.domains) {
    CertificateState& state = states_.hosts[host];
    if (dueOf(host, state).attempt <= Instant::now()) attempt(settings, host, state);
    const Due due = dueOf(host, state);
    warn(host, state, due);
    next = std::min(next, due.attempt);
    status.push_back({host, due.until, state.failures});
    std::lock_guard lock(mutex_);
    if (ending_ || renewed_) return {};
  }
  std::lock_guard lock(mutex_);
  status_ = std::move(status);
  return next;
}

CertificateKeeper::Due CertificateKeeper::dueOf(const std::string& host, const CertificateState& state) const {
  const auto content = security::readFile(files_.acmeFile(host));
  const bool usable = content && http::checkCertificate(*content, *content, host).empty();
  const auto validity = usable ? http::validityOf(*content) : std::nullopt;
  if (!validity) return {state.nextAttempt, Instant{INT64_MAX}};
  const Instant renewal = renewalOf(validity->from, validity->until);
  return {std::max(renewal, state.nextAttempt), warningOf(validity->from, validity->until), validity->until};
}

void CertificateKeeper::attempt(const AcmeSettings& settings, const std::string& host, CertificateState& state) {
  std::chrono::seconds asked{0};
  auto obtained = obtain(settings, host, asked);
  if (obtained) {
    if (auto written = security::writePrivateFile(files_.acmeFile(host), *obtained); !written)
      obtained = std::unexpected(written.error());
  }
  {
    std::lock_guard lock(mutex_);
    if (!obtained && (ending_ || renewed_)) return;  // broken off: no failure of the authority's
  }
  state.lastAttempt = Instant::now();
  if (obtained) {
    state = {.lastAttempt = state.lastAttempt, .lastError = {}};
    const auto validity = http::validityOf(*obtained);
    options_.tell(fmt::format("A certificate for {} has come from {}; it is valid until {}", host, settings.directory,
                              dayOf(validity ? validity->until : 0)));
    options_.log(host, true, {});
  } else {
    state.lastError = obtained.error().text();
    ++state.failures;
    const std::int64_t wait = spread(pauseSeconds(state.failures, asked.count()));
    state.nextAttempt = {state.lastAttempt.ms + wait * 1000};
    options_.tell(fmt::format("No certificate for {}: {}. The next attempt is in {} minutes", host, state.lastError,
                              (wait + 59) / 60));
    options_.log(host, false, state.lastError);
  }
  store();
}

void CertificateKeeper::warn(const std::string& host, CertificateState& state, const Due& due) {
  const Instant now = Instant::now();
  if (due.warning > now || state.lastWarning.ms + day > now.ms) return;
  state.lastWarning = now;
  options_.tell(fmt::format("The certificate of {} ends on {} and has not been renewed: {}", host, dayOf(due.until),
                            state.lastError));
  options_.log(host, false, fmt::format("ends on {}", dayOf(due.until)));
  store();
}

Result<http::AcmeAuthority> CertificateKeeper::authorityOf(const AcmeSettings& settings) const {
  http::AcmeAuthority authority{.directory = settings.directory,
                                .authorityFile = settings.authorityFile,
                                .contact = {},
                                .termsAgreed = settings.termsAgreed,
                                .externalId = settings.externalId,
                                .externalKey = {}};
  if (!settings.email.empty()) authority.contact.push_back("mailto:" + settings.email);
  if (settings.externalId.empty()) return authority;
  Result<std::string> text = settings.externalKey;
  if (!settings.externalSecret.empty()) text = security::Secrets(instance_).get(settings.externalSecret);
  if (!text) return std::unexpected(text.error());
  const auto key = fromBase64Url(*text);
  if (!key) {
    return std::unexpected(
        Error(code::wrongArgument, "http", "http.acme.externalAccount: the hmacKey is no text in base64url"));
  }
  authority.externalKey = *key;
  return authority;
}

Result<std::string> CertificateKeeper::obtain(const AcmeSettings& settings, const std::string& host,
                                              std::chrono::seconds& retryAfter) {
  const auto file = accountFile(instance_, settings);
  const auto authority = authorityOf(settings);
  if (!authority) return std::unexpected(authority.error());
  const auto account = readAccount(file);
  if (!account) return std::unexpected(account.error());
  // The key is kept before the authority knows it: an account is never lost.
  if (account->url.empty()) {
    if (auto written = writeAccount(file, settings, *account, {}); !written) return std::unexpected(written.error());
  }
  http::AcmeClient client(*authority, account->key, account->url, options_.fetch, challenges_,
                          [this](std::chrono::milliseconds time) { return pause(time); });
  auto obtained = client.obtain(host);
  retryAfter = client.retryAfter();
  if (client.accountUrl() != account->url) {
    if (auto written = writeAccount(file, settings, *account, client.accountUrl()); !written && obtained)
      return std::unexpected(written.error());
  }
  return obtained;
}

void CertificateKeeper::store() {
  if (auto written = writeCertificateStates(instance_, states_); !written) options_.tell(written.error().text());
}

}  // namespace qodly::app
