// The code of the application inside ORDA: what its classes say about calculated attributes, events, filters and
// constructors, run in a process of the language (orda/behaviour.h).
#pragma once

#include <memory>

#include "orda/behaviour.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::data {

class WebSession;

// For an ORDA process that the language process works for (DataProcess).
std::unique_ptr<orda::Behaviour> behaviourOf(vm::Process& process);
// For an ORDA process that has no language process yet: one is made when code has to run, with that session.
std::unique_ptr<orda::Behaviour> behaviourFor(const std::shared_ptr<vm::Runtime>& runtime, orda::Process& process,
                                              std::shared_ptr<WebSession> session = {});
// For an ORDA process that a language process given elsewhere works for, once `provide` is asked for it.
std::unique_ptr<orda::Behaviour> behaviourWith(std::function<vm::Process&()> provide);

}  // namespace qodly::script::data
