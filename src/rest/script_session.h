// The web session as scripts see it (`session`, orda.md 21.1).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rest/call.h"
#include "script/data/web_session.h"
#include "script/vm/runtime.h"

namespace qodly::rest {

// Used by the request alone; a guest's session is made when a script looks at it.
std::shared_ptr<script::data::WebSession> scriptSession(Call& call);

// session.storage in packed form (value/packed.h); "" when there is nothing in it. Members that cannot outlive the
// program, such as entity selections, are left out.
std::string packedStorage(const security::Session& session);
// Puts it back; what is no packed object is left out.
void restoreStorage(security::Session& session, std::string_view packed,
                    const std::shared_ptr<script::vm::Runtime>& runtime);

}  // namespace qodly::rest
