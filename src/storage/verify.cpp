#include "storage/embedded_store.h"
namespace qodly::storage {
VerifyReport EmbeddedStore::verify(const std::function<void(std::uint64_t, std::uint64_t)>&) const { return {}; }
Result<std::uint64_t> EmbeddedStore::collectBlobs() { return 0; }
}  // namespace qodly::storage
