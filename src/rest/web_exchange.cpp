#include "rest/web_exchange.h"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "http/body_file.h"
#include "orda/entity.h"
#include "rest/answer_pieces.h"
#include "rest/code_settings.h"
#include "rest/errors.h"
#include "rest/function_result.h"
#include "rest/function_rights.h"
#include "rest/origin.h"
#include "script/data/data_process.h"
#include "script/library/web_commands.h"
#include "script/vm/class.h"
#include "script/vm/function.h"
#include "script/vm/process.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::rest {

namespace {

using script::data::DataProcess;
using script::library::IncomingRequest;
using script::library::OutgoingAnswer;
using script::library::WebExchange;
using script::vm::Class;

IncomingRequest incoming(const Call& call) {
  const http::Request& request = call.request;
  IncomingRequest whole{.verb = std::string(request.methodName()),
                        .target = std::string(request.target()),
                        .headers = {},
                        .body = {.text = {}, .file = http::bodyFileOf(request)}};
  if (!whole.body.file) whole.body.text = request.body();
  if (const auto set = characterSetOf(call)) whole.characterSet = *set;
  for (const http::Header& header : request.headers()) whole.headers.emplace_back(header.name, header.value);
  return whole;
}

// The session's privileges count; API keys and the demand to log in belong to REST.
Result<> establish(Call& call) {
  if (auto allowed = checkOrigin(call); !allowed) return allowed;
  (void)call.request.visit().known();
  establishSession(call);
  return {};
}

// Where the error happened, for the log.
std::string placeOf(Call& call) {
  const auto& errors = call.scripts().errors().errors();
  if (errors.empty() || errors.back().trace.empty()) return "";
  std::string place;
  for (const script::vm::TraceLine& line : errors.back().trace) {
    place += fmt::format("\n    {} ({}:{})", line.name, line.file, line.line);
  }
  return place;
}

}  // namespace

// The visitor learns that it failed and a reference; the administrator finds the rest under it in the log.
void answerFailure(Call& call, std::string_view what, const Error& error) {
  const std::string reference = randomHex(8);
  if (!call.response.isStream()) {
    call.response.clear();
    call.answerError(refused(500, fmt::format("The request could not be answered (reference {})", reference)));
  }
  const auto& log = call.services.options.scripts->log;
  if (!log) return;
  log(fmt::format("{} {}: {} failed (reference {}): {}{}", call.request.methodName(), repairUtf8(call.request.path()),
                  what, reference, error.text(), placeOf(call)));
}

namespace {

// --- Handlers

// Other than a message: typed by what it is (rest.md 24.6).
Result<OutgoingAnswer> answerOf(Call& call, const Value& value) {
  const bool isData = orda::Entity::from(value) != nullptr || orda::EntitySelection::from(value) != nullptr ||
                      value.isCollection() || (value.isObject() && value.type() != Type::handle);
  if (!isData) return script::library::handlerAnswer(call.scripts(), value);
  OutgoingAnswer answer{.status = 200, .headers = {{"Content-Type", std::string(http::jsonType)}}, .body = {}};
  if (auto done = appendResultValue(call, value, answer.body); !done) return std::unexpected(done.error());
  return answer;
}

struct HandlerCode {
  Value function, instance;
};

// Errors: 500 when there is no such function; noPermission; what the constructor of the singleton raised.
Result<HandlerCode> handlerCode(Call& call, const RequestHandler& handler) {
  auto& data = DataProcess::of(call.scripts());
  const auto program = data.program();
  const Class* owner = program ? program->userClass(handler.singleton) : nullptr;
  if (owner == nullptr || owner->singleton != script::vm::SingletonScope::application) {
    return std::unexpected(refused(500, "Cannot find singleton"));
  }
  const Class::Member* member = owner->find(handler.function);
  if (member == nullptr || member->function == nullptr) {
    return std::unexpected(refused(500, "Cannot find singleton function"));
  }
  const auto right = demandExecute(call, {.dataClass = {}, .singleton = handler.singleton, .name = handler.function});
  if (!right) return std::unexpected(right.error());
  return HandlerCode{.function = data.function(member->owner != nullptr ? *member->owner : *owner, *member->function),
                     .instance = program->classValue(handler.singleton)};
}

Result<OutgoingAnswer> runHandler(Call& call, const HandlerCode& code) {
  auto& process = call.scripts();
  process.url = repairUtf8(call.request.target());
  auto& exchange = process.extension<WebExchange>();
  exchange = script::library::webExchange(incoming(call), {});
  exchange.readsOnly = true;
  const auto instance = process.property(code.instance, "me");
  if (!instance) return std::unexpected(instance.error());
  const Value message = script::library::incomingMessage(process, incoming(call));
  const auto result = process.call(code.function, *instance, std::span(&message, 1));
  if (!result) return std::unexpected(result.error());
  return answerOf(call, *result);
}

std::string_view versionOf(const http::Request& request) { return request.http11() ? "HTTP/1.1" : "HTTP/1.0"; }

// --- The database method onWebConnection

constexpr std::size_t maximumMessage = 32 * 1024;

// The request as it came: its headers and the beginning of its body.
std::string messageOf(const http::Request& request, const WebExchange& exchange) {
  std::string text = fmt::format("{} {} {}\r\n", request.methodName(), request.target(), versionOf(request));
  for (const http::Header& header : request.headers()) text += fmt::format("{}: {}\r\n", header.name, header.value);
  text += "\r\n";
  const std::string_view body = exchange.request.body.view();
  if (text.size() < maximumMessage) text += body.substr(0, maximumMessage - text.size());
  return repairUtf8(text);
}

// Address, message, address of the browser, of the server, and the user name and password of a log-in that this server
// does not have.
Result<Value> runConnection(Call& call, script::vm::Process& process, const WebExchange& exchange) {
  const auto program = DataProcess::of(process).program();
  const script::compile::Code* code = program->databaseMethod(connectionMethod);
  if (code == nullptr) return Value();
  const auto function = script::vm::Function::user(program->unitOf(*code), *code, nullptr);
  const Value called = Value::handle(Ref<Handle>::sharing(function.get()));
  const std::array arguments{Value::text(std::string_view(repairUtf8(call.request.target()))),
                             Value::text(std::string_view(messageOf(call.request, exchange))),
                             Value::text(std::string_view(call.request.remoteAddress())),
                             Value::text(std::string_view(repairUtf8(call.request.host()))),
                             Value::text(""),
                             Value::text("")};
  return process.call(called, Value::null(), arguments);
}

// --- Published methods

struct ActionAddress {
  std::string method;
  std::string text;  // with its slash, as these methods expect it in their first parameter; "" when there is none
};

// What is left of a path behind its first `count` segments.
std::string_view behindSegments(std::string_view path, int count) {
  for (; count > 0; --count) {
    const std::size_t segment = std::min(path.find_first_not_of('/'), path.size());
    path.remove_prefix(std::min(path.find('/', segment), path.size()));
  }
  return path;
}

ActionAddress actionAddress(http::Request& request) {
  const auto segments = request.segments();
  if (segments.size() < 2) return {};
  return {.method = std::string(segments[1]), .text = repairUtf8(percentDecode(behindSegments(request.rawPath(), 2)))};
}

// Named like a function of the datastore in roles.json.
Result<> checkMethodRight(const Call& call, std::string_view method) {
  const Rights& rights = call.rights;
  const bool loggedIn = rights.privileges && rights.privileges->isLoggedIn();
  if (rights.roles->forceLogin() && !loggedIn && !rights.roles->grantsToGuest("ds", method)) {
    return std::unexpected(refused(401, "You need to be logged in to perform this request."));
  }
  if (rights.roles->allowsFunction("ds", method, rights.held)) return {};
  return std::unexpected(
      Error(code::noPermission, "dbmg", fmt::format("No permission to execute the method \"{}\"", method)));
}

// Runs code that answers with the WEB commands. What it returns is not sent: only the commands answer.
Result<WebExchange*> exchangeWith(Call& call, const auto& run) {
  auto& process = call.scripts();
  process.url = repairUtf8(call.request.target());
  auto& exchange = process.extension<WebExchange>();
  exchange = script::library::webExchange(incoming(call), call.services.options.webFolder);
  exchange.version = versionOf(call.request);
  const Result<Value> result = run(process);
  if (!result) return std::unexpected(result.error());
  if (!exchange.answered) {
    exchange.answer.body.clear();
    exchange.answer.file.reset();
  }
  return &exchange;
}

// Text types say which characters they have. Texts of code are UTF-8: they are sent in the set of the settings, but for
// those that go out in pieces. What setBody() calls a text by itself names no set of the application's choice.
std::string withCharset(const Call& call, std::string type, OutgoingAnswer& answer) {
  constexpr std::string_view ofSetBody = "text/plain; charset=UTF-8";
  const bool whole = !answer.body.empty() || answer.file;
  const auto set = whole ? characterSetOf(call) : nullptr;
  const std::string lower = lowerAscii(type);
  if (set && type == ofSetBody) type = "text/plain";
  if (!lower.starts_with("text/") || lowerAscii(type).contains("charset")) return type;
  if (set && isValidUtf8(answer.body)) answer.body = set->encode(answer.body);
  return type + "; charset=" + (set ? set->name() : "UTF-8");
}

// A file of the application is the same as long as it was not written or exchanged. "" of a nameless one, which is new
// each time.
std::string versionOf(const FilePart& part) {
  struct stat found {};
  if (::fstat(part.file->descriptor(), &found) != 0 || found.st_nlink == 0) return "";
  return fmt::format("\"{:x}-{:x}-{:x}{:08x}\"", found.st_ino, found.st_size, found.st_mtim.tv_sec,
                     found.st_mtim.tv_nsec);
}

}  // namespace

void sendWhole(Call& call, OutgoingAnswer answer) {
  const std::optional<FilePart> file = answer.file;
  sendAnswer(call, std::move(answer));
  if (call.response.header("Cache-Control").empty()) call.response.setHeader("Cache-Control", "no-cache");
  if (!file || call.response.status() != 200 || !call.response.header("Content-Range").empty()) return;
  std::string version(call.response.header("ETag"));
  if (version.empty()) version = versionOf(*file);
  if (!version.empty() && call.response.notModified(call.request, version)) return;
  call.response.applyRange(call.request);
}

void confine(http::Response& response) {
  if (!lowerAscii(response.contentType()).starts_with("image/svg")) return;
  if (!response.header("Content-Security-Policy").empty()) return;
  response.setHeader("Content-Security-Policy",
                     "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
}

void sendAnswer(Call& call, OutgoingAnswer answer) {
  http::Response& response = call.response;
  // An interim status (1xx) is no answer: the client would wait for the real one.
  response.setStatus(answer.status < 200 ? 500 : answer.status);
  for (const auto& [name, value] : answer.headers) {
    if (equalsIgnoringAsciiCase(name, "Content-Type")) {
      response.setHeader(name, withCharset(call, value, answer));
    } else {
      response.addHeader(name, value);
    }
  }
  confine(response);
  if (answer.file) return sendFile(response, *answer.file);
  response.body() = std::move(answer.body);
}

void sendFile(http::Response& response, const FilePart& part) {
  const int copy = ::fcntl(part.file->descriptor(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return response.error(503, "The server has too many files open; try again");
  response.setFile(std::make_unique<http::FileBody>(copy, part.offset, part.length));
}

void answerHandler(Call& call, const RequestHandler& handler) {
  if (auto established = establish(call); !established) return call.answerError(established.error());
  const auto code = handlerCode(call, handler);
  if (!code) return call.answerError(code.error());
  call.scripts().beginTask();
  AnswerPieces pieces(call);
  auto answer = runHandler(call, *code);
  if (!answer) {
    return answerFailure(call, fmt::format("{}.{}", handler.singleton, handler.function), answer.error());
  }
  if (pieces.begun()) return pieces.finish();
  sendWhole(call, std::move(*answer));
}

void answerWebMethod(Call& call) {
  const auto notFound = [&call] {
    call.answerError(refused(404, "There is no method of that name that is published on the web"));
  };
  if (!call.hasScripts() || !call.services.options.publishedOnWeb) return notFound();
  if (auto established = establish(call); !established) return call.answerError(established.error());
  const auto [given, text] = actionAddress(call.request);
  const auto program = DataProcess::of(call.scripts()).program();
  const script::compile::Code* code = program ? program->method(given) : nullptr;
  if (code == nullptr || !call.services.options.publishedOnWeb(code->unit->file)) return notFound();
  const std::string& method = code->unit->name;
  if (auto right = checkMethodRight(call, method); !right) return call.answerError(right.error());
  call.scripts().beginTask();
  const Value argument = Value::text(std::string_view(text));
  const auto done = exchangeWith(
      call, [&](script::vm::Process& process) { return process.callMethod(method, std::span(&argument, 1)); });
  if (!done) return answerFailure(call, method, done.error());
  sendWhole(call, std::move((*done)->answer));
}

bool answerConnection(Call& call) {
  if (!call.hasScripts()) return false;
  if (auto established = establish(call); !established) {
    call.answerError(established.error());
    return true;
  }
  call.scripts().beginTask();
  const auto done = exchangeWith(call, [&](script::vm::Process& process) {
    return runConnection(call, process, process.extension<WebExchange>());
  });
  if (!done) {
    answerFailure(call, connectionMethod, done.error());
    return true;
  }
  if ((*done)->answered) sendWhole(call, std::move((*done)->answer));
  return (*done)->answered;
}

}  // namespace qodly::rest
