#include "rest/rest_server.h"

#include <algorithm>
#include <array>
#include <atomic>

#include <fmt/format.h>

#include "base/text.h"
#include "rest/address.h"
#include "rest/batch.h"
#include "rest/call.h"
#include "rest/catalog.h"
#include "rest/delete.h"
#include "rest/describe/openapi.h"
#include "rest/directory.h"
#include "rest/entity_set.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/function_call.h"
#include "rest/function_page.h"
#include "rest/idempotency.h"
#include "rest/info.h"
#include "rest/live/answer.h"
#include "rest/live/hub.h"
#include "rest/lock.h"
#include "rest/login_memory.h"
#include "rest/media.h"
#include "rest/origin.h"
#include "rest/read.h"
#include "rest/web_exchange.h"
#include "rest/write.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::rest {

namespace {

using http::Method;

Error wrongVerb(Call& call, std::string_view allowed) {
  call.response.setHeader("Allow", allowed);
  return refused(405, fmt::format("{} is not allowed here: expected {}", call.request.methodName(), allowed));
}

// $catalog: anything that is posted is a function of the datastore (rest.md 16).
Result<> answerCatalogRequest(Call& call) {
  if (call.request.isRead()) {
    const auto& segments = call.address.segments;
    const bool named = segments.size() == 1 && visibleClass(call.model(), segments.front()) != model::noIndex;
    if (!named) {
      if (auto answered = answerDatastoreFunction(call)) return *answered;
    }
    return answerCatalog(call);
  }
  if (call.request.method() == Method::Post && !call.address.segments.empty() &&
      call.address.segments.front() == "__logout") {
    return answerLogout(call);
  }
  if (call.request.method() == Method::Post && !call.address.segments.empty()) {
    if (auto answered = answerDatastoreFunction(call)) return *answered;
    return std::unexpected(methodNotFound(call.address.segments.front()));
  }
  return std::unexpected(wrongVerb(call, "GET, HEAD, POST"));
}

Result<> answerInfoRequest(Call& call) {
  return call.request.isRead() ? answerInfo(call) : std::unexpected(wrongVerb(call, "GET, HEAD"));
}

Result<> answerUploadRequest(Call& call) {
  return call.request.method() == Method::Post ? answerUpload(call) : std::unexpected(wrongVerb(call, "POST"));
}

Result<> answerOpenApiRequest(Call& call) {
  return call.request.isRead() ? answerOpenApi(call) : std::unexpected(wrongVerb(call, "GET, HEAD"));
}

Result<> answerPageRequest(Call& call) {
  if (!call.request.isRead()) return std::unexpected(wrongVerb(call, "GET, HEAD"));
  const std::string_view name = call.parameters.text(Parameter::name);
  const auto& pages = call.services.options.page;
  auto page = pages ? pages(name) : std::unexpected(refused(404, fmt::format("There is no page \"{}\"", name)));
  if (!page) return std::unexpected(page.error());
  call.json() += *page;
  return {};
}

struct Service {
  std::string_view name;
  Result<> (*answer)(Call&);
};
constexpr std::array services{
    Service{"$batch", answerBatch},
    Service{"$catalog", answerCatalogRequest},
    Service{"$changes", live::answerChanges},
    Service{"$directory", answerDirectory},
    Service{"$getWebForm", answerPageRequest},
    Service{"$info", answerInfoRequest},
    Service{"$openapi", answerOpenApiRequest},
    Service{"$upload", answerUploadRequest},
    Service{"$singleton", answerSingletonFunction},
};

Result<> answerService(Call& call) {
  for (const Service& service : services) {
    if (service.name == call.address.service) return service.answer(call);
  }
  return std::unexpected(refused(404, fmt::format("There is no service \"{}\" under /rest", call.address.service)));
}

Result<> answerPost(Call& call, std::uint32_t dataClass) {
  if (const auto media = namedMedia(call, dataClass)) return answerDirectUpload(call, dataClass, *media);
  return answerUpdate(call, dataClass);
}

// $method first, then the verb (rest.md 10.6, 12.1).
Result<> answerData(Call& call, std::uint32_t dataClass) {
  const Method verb = call.request.method();
  const bool readable = call.request.isRead() || verb == Method::Post;
  const bool writable = verb == Method::Post || verb == Method::Put || verb == Method::Patch;
  const CallMethod method = call.method();
  if (verb == Method::Delete || method == CallMethod::remove) return answerDelete(call, dataClass);
  if (!readable && !writable) return std::unexpected(wrongVerb(call, "GET, HEAD, POST, PUT, PATCH, DELETE"));
  if (readable && call.parameters.has(Parameter::lock) && call.address.isEntity()) return answerLock(call, dataClass);
  if (call.hasScripts() && method != CallMethod::update && method != CallMethod::validate) {
    if (auto answered = answerDataFunction(call, dataClass)) return *answered;
  }
  switch (method) {
    case CallMethod::release:
      if (readable && call.address.hasEntitySet) return releaseEntitySet(call, dataClass);
      break;
    case CallMethod::entitySet:
    case CallMethod::subEntitySet:
      if (readable) return answerRead(call, dataClass);
      break;
    case CallMethod::update:
      if (writable) return answerPost(call, dataClass);
      break;
    case CallMethod::validate:
      if (verb == Method::Post) return answerValidate(call, dataClass);
      break;
    default:
      break;
  }
  return call.request.isRead() ? answerRead(call, dataClass) : answerPost(call, dataClass);
}

Result<> answerCall(Call& call) {
  if (auto allowed = checkRestOrigin(call); !allowed) return allowed;
  if (auto established = establishRights(call); !established) return established;
  return answerOnce(call, answerAddressed);
}

void answerEarly(http::Response& response, const Error& error) {
  response.json(httpStatus(error)) += errorBody(error);
  response.setHeader("Cache-Control", "no-store");
}

bool answerTooLarge(const RestOptions& options, const http::Request& request, http::Response& response) {
  if (request.body().size() <= options.maximumRequestSize) return false;
  answerEarly(response, refused(413, fmt::format("The body is larger than the {} bytes that maxRequestSize allows",
                                                 options.maximumRequestSize)));
  return true;
}

// Every visitor gets the cookie, so that what a later request stores has a session to belong to. True: no session may
// begin any more, which is answered. A key has a session of its own.
bool answerTooManySessions(http::Request& request, http::Response& response) {
  if (request.hasHeader("api-key")) return false;
  (void)request.visit().known();
  if (!request.visit().isRefused()) return false;
  answerEarly(response, refused(402, "The maximum number of sessions is reached"));
  return true;
}

// What the options leave open.
RestOptions completed(RestOptions options) {
  if (!options.access) options.access = std::make_shared<security::AccessControl>();
  return options;
}

}  // namespace

Result<> answerAddressed(Call& call) {
  if (call.address.isService()) return answerService(call);
  const std::uint32_t dataClass = visibleClass(call.model(), call.address.dataClass);
  if (dataClass == model::noIndex) return std::unexpected(dataClassNotFound(call.address.dataClass));
  return answerData(call, dataClass);
}

RestServer::RestServer(orda::Datastore& datastore, std::string applicationName, security::SessionTable& sessions,
                       RestOptions options)
    : services_(std::make_shared<Services>(datastore, sessions, std::move(applicationName), randomHex(16),
                                           completed(std::move(options)))) {
  services_->live = std::make_shared<live::Hub>(*services_);
  const auto& runtime = services_->options.scripts;
  if (const LoginMemory* memory = runtime ? runtime->service<LoginMemory>() : nullptr)
    memory->recall(services_->loginAttempts, LoginMemory::Clock::now(), LoginAttempts::Clock::now());
  sessions.onEnd([weak = std::weak_ptr<Services>(services_)](security::Session& session) {
    const auto alive = weak.lock();
    const auto data = session.find<SessionData>();
    if (alive && data) alive->datastore.engine().locks().releaseAll(data->owner());
    if (alive) alive->live->sessionEnded(session);
  });
  changes_ =
      datastore.engine().listen([weak = std::weak_ptr<Services>(services_)](std::span<const orda::ChangeEvent> events) {
        const auto alive = weak.lock();
        if (!alive) return;
        alive->writeCounters.count(alive->datastore.schema(), events);
        const bool removed = std::ranges::any_of(
            events, [](const orda::ChangeEvent& event) { return event.kind == storage::Change::Kind::remove; });
        if (removed) alive->knownKeys.forget();
      });
}

RestServer::~RestServer() { services_->live->stop(); }

void RestServer::sweep() {
  for (const auto& session : services_->sessions.all()) {
    if (const auto data = session->find<SessionData>()) data->uploads().dropExpired();
  }
}

void RestServer::apply(bool getDelete, bool apiKeyRequired) {
  std::atomic_ref(services_->options.getDelete).store(getDelete, std::memory_order_relaxed);
  std::atomic_ref(services_->options.apiKeyRequired).store(apiKeyRequired, std::memory_order_relaxed);
}

bool RestServer::handleCustom(http::Request& request, http::Response& response) {
  const RestOptions& options = services_->options;
  if (!options.handlers || !options.scripts) return false;
  const auto table = options.handlers();
  const RequestHandler* handler = table ? table->find(request.path(), request.methodName()) : nullptr;
  if (handler == nullptr) return false;
  if (!answerTooLarge(options, request, response) && !answerTooManySessions(request, response)) {
    Call call(*services_, request, response, {}, Parameters::parse({}));
    answerHandler(call, *handler);
  }
  return true;
}

void RestServer::handleAction(http::Request& request, http::Response& response) {
  if (answerTooLarge(services_->options, request, response) || answerTooManySessions(request, response)) return;
  Call call(*services_, request, response, {}, Parameters::parse({}));
  answerWebMethod(call);
}

bool RestServer::handleConnection(http::Request& request, http::Response& response) {
  if (!services_->options.scripts) return false;
  const auto program = services_->options.scripts->program();
  if (!program || program->databaseMethod(connectionMethod) == nullptr) return false;
  if (answerTooLarge(services_->options, request, response) || answerTooManySessions(request, response)) return true;
  Call call(*services_, request, response, {}, Parameters::parse({}));
  return answerConnection(call);
}

void RestServer::handle(http::Request& request, http::Response& response) {
  if (answerTooLarge(services_->options, request, response) || answerTooManySessions(request, response)) return;
  auto address = parseAddress(pathBehindPrefix(request.rawPath()));
  if (!address) return answerEarly(response, address.error());
  Call call(*services_, request, response, std::move(*address), Parameters::parse(request.query()));
  if (auto answered = answerCall(call); !answered) call.answerError(answered.error());
  tellPrivilegesStamp(call);
}

}  // namespace qodly::rest
