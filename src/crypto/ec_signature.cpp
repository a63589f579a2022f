#include "crypto/ec_signature.h"

#include "crypto/openssl.h"

namespace qodly::crypto {

namespace {

using Signature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

}  // namespace

std::optional<std::string> rawOfDer(std::string_view der, std::size_t half) {
  const unsigned char* at = bytes(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return std::nullopt;
  std::string raw(2 * half, '\0');
  const int size = static_cast<int>(half);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes(raw), size) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes(raw) + half, size) < 0) {
    return std::nullopt;
  }
  return raw;
}

std::optional<std::string> derOfRaw(std::string_view raw, std::size_t half) {
  if (raw.size() != 2 * half) return std::nullopt;
  const Signature signature(ECDSA_SIG_new());
  Number r = numberOf(raw.substr(0, half)), s = numberOf(raw.substr(half));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  static_cast<void>(r.release());  // now the signature's
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace qodly::crypto
