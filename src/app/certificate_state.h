// What is remembered about the certificates that authorities give: <instance>/acme/state.json. The server writes it,
// commands read it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/error.h"
#include "security/instance.h"
#include "value/value.h"

namespace qodly::app {

struct CertificateState {
  unsigned failures = 0;                                // in a row
  Instant lastAttempt{}, nextAttempt{}, lastWarning{};  // 0: never
  std::string lastError;                                // "" after a success
  bool operator==(const CertificateState&) const = default;
};

struct CertificateStates {
  std::string settings;  // a hash of those that the attempts were made with
  std::map<std::string, CertificateState, std::less<>> hosts;
};

// A file that is missing or damaged remembers nothing.
CertificateStates readCertificateStates(const security::Instance& instance);
Result<> writeCertificateStates(const security::Instance& instance, const CertificateStates& states);

// As JSON has it; null: never.
Value timeValue(Instant time);

// When a certificate that is valid from and until then (seconds) is renewed: 30 days before its end, one of a short
// life after two thirds of it. And when somebody is told that this has not happened: 14 days before the end.
Instant renewalOf(std::int64_t from, std::int64_t until);
Instant warningOf(std::int64_t from, std::int64_t until);
// How long to wait after so many failures in a row: 5 minutes, doubling to a day, at least what the authority asked.
std::int64_t pauseSeconds(unsigned failures, std::int64_t asked);

}  // namespace qodly::app
