// What the settings of the server say of the code that answers requests (admin.md 12): a service of the language's
// runtime. Without it the defaults hold.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "script/library/charset.h"

namespace qodly::rest {

class Call;

// Thread-safe.
class CodeSettings {
 public:
  using Charset = script::library::Charset;
  static constexpr std::chrono::minutes usualProcessTime{480};

  // classicSessions: scalableSession off. The code of a session runs one request after the other, with the process
  // variables of the one before.
  explicit CodeSettings(bool classicSessions) : classicSessions_(classicSessions) {}
  // Of the runtime that the call's code runs in; nullptr: there is none.
  static const CodeSettings* of(const Call& call);

  bool classicSessions() const { return classicSessions_; }
  // When no request comes for so long, the process variables of a session are forgotten.
  std::chrono::minutes processTime() const { return processTime_.load(std::memory_order_relaxed); }
  // Of texts that code sends and takes where nothing else is said; nullptr: UTF-8.
  std::shared_ptr<const Charset> characterSet() const { return characterSet_.load(std::memory_order_acquire); }

  // For the next requests. characterSet: an IANA name; "" or one that is not known: UTF-8.
  void apply(std::chrono::minutes processTime, const std::string& characterSet);

 private:
  const bool classicSessions_;
  std::atomic<std::chrono::minutes> processTime_{usualProcessTime};
  std::atomic<std::shared_ptr<const Charset>> characterSet_{};
};

// The character set of the call; nullptr: UTF-8.
std::shared_ptr<const script::library::Charset> characterSetOf(const Call& call);

}  // namespace qodly::rest
