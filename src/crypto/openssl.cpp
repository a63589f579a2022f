#include "crypto/openssl.h"

#include <openssl/pem.h>

namespace qodly::crypto {

Number numberOf(std::string_view big) { return Number(BN_bin2bn(bytes(big), static_cast<int>(big.size()), nullptr)); }

Bio readerOf(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Bio writer() { return Bio(BIO_new(BIO_s_mem())); }

std::string textOf(const Bio& writer) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &start);
  return size > 0 ? std::string(start, static_cast<std::size_t>(size)) : std::string();
}

int noPassPhrase(char*, int, int, void*) { return -1; }

Key readPrivateKey(std::string_view pem) {
  return Key(PEM_read_bio_PrivateKey(readerOf(pem).get(), nullptr, noPassPhrase, nullptr));
}

}  // namespace qodly::crypto
