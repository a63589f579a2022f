// What the transporters of mail boxes have in common: a client with one dialogue, used by helper threads in turn.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "script/library/helper_threads.h"
#include "script/library/mail_transporter.h"

namespace qodly::script::library {

namespace transporter {

// The status object of checkConnection(): what connecting anew gave. codeName: as errorCollection.
Result<Value> connectionStatus(vm::Process& process, const Result<std::string>& connected,
                               std::string_view codeName = {});

}  // namespace transporter

template <class Client>
class MailBoxTransporter : public TransporterObject {
 public:
  template <class... Arguments>
  explicit MailBoxTransporter(TransporterSettings read, Arguments... arguments)
      : TransporterObject(std::move(read)), box_(std::make_shared<Box>(settings.server, arguments...)) {}
  ~MailBoxTransporter() override {
    // Taking leave of the server (which makes the deletions of POP3 effective) may wait for it.
    runOnHelper([box = std::move(box_)]() mutable { box.reset(); });
  }

  // Runs `work(client)` on a helper thread and gives its result.
  template <class Work>
  auto run(vm::Process& process, Work work) const {
    return offThread(process, [box = box_, work = std::move(work)] {
      const std::lock_guard lock(box->mutex);
      return work(box->client);
    });
  }

 private:
  struct Box {
    template <class... Arguments>
    explicit Box(const MailServer& server, Arguments... arguments) : client(server, arguments...) {}
    std::mutex mutex;
    Client client;
  };
  std::shared_ptr<Box> box_;
};

}  // namespace qodly::script::library
