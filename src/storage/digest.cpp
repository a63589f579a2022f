#include "storage/digest.h"

#include <openssl/evp.h>

namespace qodly::storage {

std::string sha256(std::string_view content) {
  std::string digest(32, '\0');
  unsigned length = 0;
  EVP_Digest(content.data(), content.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_sha256(),
             nullptr);
  return digest;
}

}  // namespace qodly::storage
