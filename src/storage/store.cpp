// Opening a store, and the parts of Store that do not depend on how it is kept.
#include "storage/store.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/wait.h"
#include "storage/embedded_store.h"
#include "storage/environment.h"
#include "storage/owner_lock.h"

namespace qodly::storage {

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  try {
    if (!options.readOnly) {
      std::error_code failure;
      std::filesystem::create_directories(options.folder, failure);
      if (failure) return std::unexpected(fileError(failure.value(), "create the data folder", options.folder));
    }
    Result<File> lock = lockDataFolder(options.folder, options.readOnly);
    if (!lock) return std::unexpected(lock.error());
    Result<lmdb::Environment> environment = openEnvironment(options);
    if (!environment) return std::unexpected(environment.error());
    auto store = std::make_unique<EmbeddedStore>(options, std::move(*lock), std::move(*environment));
    store->start();
    return store;
  } catch (const StorageFailure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& failure) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg",
              fmt::format("Cannot open the data in {}: {}", options.folder.string(), failure.what())));
  }
}

Store::Outcome Store::commit(ChangeSet changes) {
  const auto completion = std::make_shared<Completion<Outcome>>();
  submit(std::move(changes), [completion](Outcome outcome) { completion->set(std::move(outcome)); });
  return completion->wait();
}

}  // namespace qodly::storage
