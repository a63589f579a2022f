// Requests that code of the application answers as a whole: HTTP request handlers (rest.md 24), methods published on
// the web (rest.md 21.2), and the database method that gets what nothing else answers.
#pragma once

#include "rest/call.h"
#include "rest/handler_table.h"
#include "script/library/http_message_class.h"

namespace qodly::rest {

// The database method that gets the requests that nothing else answers.
inline constexpr std::string_view connectionMethod = "onWebConnection";

// Answers the request with the function of the handler.
void answerHandler(Call& call, const RequestHandler& handler);
// /4DACTION/{method}[/{text}]
void answerWebMethod(Call& call);
// Runs the database method onWebConnection with the address of the request. False, with no answer in the response, when
// there is none or it sends nothing.
bool answerConnection(Call& call);

// Code has failed: 500 with a reference, under which `what` failed and why stands in the log. An answer that has begun
// is only logged.
void answerFailure(Call& call, std::string_view what, const Error& error);

// A picture in SVG is somebody's document: it must not run in the name of this server. Once the type is set.
void confine(http::Response& response);

// An answer that code made, sent as it is.
void sendAnswer(Call& call, script::library::OutgoingAnswer answer);
// The same for the answer to `call`: a file may be asked for in parts, and is not sent again while it is the same.
void sendWhole(Call& call, script::library::OutgoingAnswer answer);
// The body of the answer: sent from the file, never loaded.
void sendFile(http::Response& response, const FilePart& part);

}  // namespace qodly::rest
