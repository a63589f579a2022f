#include "app/command_secret.h"

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/instance_folder.h"
#include "app/typed_secret.h"
#include "security/secrets.h"
#include "value/json.h"

namespace qodly::app {

namespace {

// What a command does with the secrets; its error is told.
template <class Work>
int withSecrets(const SecretOptions& options, Work work) {
  auto instance = openInstance(options.project, options.data);
  if (!instance) {
    printError(instance.error());
    return exitCodeOf(instance.error());
  }
  security::Secrets secrets(*instance);
  Result<> done = work(secrets);
  if (done) return exit_code::done;
  printError(done.error());
  return exitCodeOf(done.error());
}

}  // namespace

int runSecretSet(const SecretOptions& options) {
  return withSecrets(options, [&](security::Secrets& secrets) -> Result<> {
    auto value = readTypedSecret(options.file, fmt::format("Value of {}", options.name));
    if (!value) return std::unexpected(value.error());
    return secrets.set(options.name, *value);
  });
}

int runSecretList(const SecretOptions& options) {
  return withSecrets(options, [&](security::Secrets& secrets) -> Result<> {
    auto names = secrets.names();
    if (!names) return std::unexpected(names.error());
    if (options.json) {
      const Ref<Collection> all = Collection::make();
      for (const std::string& name : *names) all->push(Value::text(std::string_view(name)));
      fmt::print("{}\n", json::text(Value::collection(all)));
      return {};
    }
    for (const std::string& name : *names) fmt::print("{}\n", name);
    return {};
  });
}

int runSecretRemove(const SecretOptions& options) {
  return withSecrets(options, [&](security::Secrets& secrets) { return secrets.remove(options.name); });
}

}  // namespace qodly::app
