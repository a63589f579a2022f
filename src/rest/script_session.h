// The web session as scripts see it (`session`, orda.md 21.1).
#pragma once

#include <memory>

#include "rest/call.h"
#include "script/data/web_session.h"

namespace qodly::rest {

// Used by the request alone; a guest's session is made when a script looks at it.
std::shared_ptr<script::data::WebSession> scriptSession(Call& call);

}  // namespace qodly::rest
