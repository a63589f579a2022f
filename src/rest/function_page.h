// Calls made by a page (rest.md 15.9, pages.md 9).
#pragma once

#include <string>

#include "orda/entity.h"
#include "rest/call.h"
#include "rest/function_result.h"

namespace qodly::rest {

// When a page makes the request (header X-Page-Context), its code can use `webForm` and `webEvent` from now on. False
// for any other request; a malformed header is none.
bool beginPage(Call& call);
// Adds what the code asked the page to show, and `entity` (a member "__THIS":{...}, or ""), to the answer: at the top
// level of the JSON, else in the header X-Page-Effects. Nothing when beginPage() was false.
void finishPage(Call& call, AnswerForm form, std::string entity = {});
// The answer to a page tells the stamp of the session's privileges, whatever was asked (roles.md 11).
void tellPrivilegesStamp(Call& call);

// What a function did to the entity that a page called it on: the entity before and after the function.
class EntityEffects {
 public:
  // The state that the page knows. Error: a value that could not be read.
  Result<> begin(Call& call, orda::EntityRef entity);
  // After the function: `"__THIS":{...}`, "" when nothing differs.
  Result<std::string> member(Call& call);

 private:
  Result<Value> shown(Call& call) const;
  orda::EntityRef entity_;
  Value before_;
};

}  // namespace qodly::rest
