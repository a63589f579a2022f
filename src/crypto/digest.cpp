#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace qodly::crypto {

std::string sha256(std::string_view content) {
  std::string digest(32, '\0');
  unsigned length = 0;
  EVP_Digest(content.data(), content.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_sha256(),
             nullptr);
  return digest;
}

bool equalSecrets(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace qodly::crypto
