#include "rest/call.h"

#include <array>
#include <utility>

#include "rest/classic_process.h"
#include "rest/code_settings.h"
#include "rest/errors.h"
#include "rest/function_rights.h"
#include "rest/refusals.h"
#include "rest/script_session.h"
#include "script/data/data_process.h"
#include "script/data/script_behaviour.h"

namespace qodly::rest {

namespace {

constexpr std::array methods{
    std::pair<std::string_view, CallMethod>{"update", CallMethod::update},
    std::pair<std::string_view, CallMethod>{"insert", CallMethod::update},
    std::pair<std::string_view, CallMethod>{"validate", CallMethod::validate},
    std::pair<std::string_view, CallMethod>{"delete", CallMethod::remove},
    std::pair<std::string_view, CallMethod>{"entityset", CallMethod::entitySet},
    std::pair<std::string_view, CallMethod>{"subentityset", CallMethod::subEntitySet},
    std::pair<std::string_view, CallMethod>{"release", CallMethod::release},
};

}  // namespace

// The variables of the process go on to the next request of the session.
Call::~Call() {
  const auto* entry = scripts_ ? scripts_->findExtension<ClassicEntry>() : nullptr;
  if (entry != nullptr) entry->process->leave(script::vm::keepVariables(*scripts_), ClassicProcess::Clock::now());
}

Call::Call(Services& shared, http::Request& asked, http::Response& answer, Address where, Parameters given)
    : services(shared),
      request(asked),
      response(answer),
      address(std::move(where)),
      parameters(std::move(given)),
      schema(shared.datastore.schema()),
      rights(own_.rights),
      promoted(own_.promoted) {}

Call::Call(Call& whole, http::Request& asked, http::Response& answer, Address where, Parameters given)
    : services(whole.services),
      request(asked),
      response(answer),
      address(std::move(where)),
      parameters(std::move(given)),
      schema(whole.schema),
      whole_(&whole),
      rights(whole.rights),
      promoted(whole.promoted) {}

CallMethod Call::method() const {
  const std::string_view text = parameters.text(Parameter::method);
  if (text.empty()) return CallMethod::none;
  for (const auto& [name, method] : methods) {
    if (name == text) return method;
  }
  return CallMethod::none;
}

SessionData* Call::knownSession() {
  if (!sessionData_) {
    const auto session = request.visit().known();
    if (session) sessionData_ = session->find<SessionData>();
    const auto granted = sessionData_ ? session->find<security::SessionPrivileges>() : nullptr;
    if (granted) sessionData_->belongTo(granted->persons());
  }
  return sessionData_.get();
}

Result<SessionData*> Call::session() {
  if (SessionData* known = knownSession()) return known;
  const auto session = request.session();
  if (!session) return std::unexpected(refused(402, "The maximum number of sessions is reached"));
  if (sessionData_ = session->find<SessionData>(); !sessionData_) {
    sessionData_ = session->slot<SessionData>(services.datastore.newOwner());
  }
  return sessionData_.get();
}

orda::Process& Call::process() {
  if (whole_ != nullptr) return whole_->process();
  if (!process_) {
    orda::Identity identity{.taskName = "REST Handler", .userName = {}, .hostName = clientAddress()};
    if (const SessionData* known = knownSession()) identity.sessionOwner = known->owner();
    if (rights.privileges) identity.userName = rights.privileges->userName();
    process_.emplace(services.datastore, std::move(identity));
    process_->setAccess(rights.access);
    if (hasScripts()) {
      process_->setBehaviour(script::data::behaviourWith([this]() -> script::vm::Process& { return scripts(); }));
    }
  }
  return *process_;
}

script::vm::Process& Call::scripts() {
  if (whole_ != nullptr) return whole_->scripts();
  if (!scripts_) {
    orda::Process& data = process();
    scripts_ =
        std::make_unique<script::vm::Process>(services.options.scripts, "REST Handler", script::vm::ProcessType::web,
                                              script::vm::Limits{.time = scriptTime_});
    // Classic: a guest has a session as soon as code runs for it.
    const CodeSettings* settings = CodeSettings::of(*this);
    const bool classic = settings != nullptr && settings->classicSessions();
    const auto known = classic ? request.session() : request.visit().known();
    script::data::setSession(*scripts_, scriptSession(*this), known ? known->id() : "");
    script::data::DataProcess::adopt(*scripts_, data);
    if (!rights.roles->isOpen()) script::data::setCallRights(*scripts_, functionRights(*this));
    if (classic && known) {
      auto process = known->slot<ClassicProcess>();
      script::vm::restoreVariables(*scripts_, process->enter(settings->processTime()));
      scripts_->extension<ClassicEntry>() = {std::move(process)};
    }
  }
  return *scripts_;
}

void Call::refreshRights() {
  if (whole_ != nullptr) return whole_->refreshRights();
  if (const auto session = request.visit().known()) {
    if (auto granted = session->find<security::SessionPrivileges>()) rights.privileges = std::move(granted);
  }
  if (rights.privileges) rights.held = rights.privileges->held(rights.roles);
  security::PrivilegeSet all = rights.held;
  all.add(promoted);
  rights.access = services.options.access->access(rights.roles, all, schema->model);
  if (process_) process_->setAccess(rights.access);
}

std::string& Call::json(int status) {
  response.setHeader("Cache-Control", "no-store");
  return response.json(status);
}

void Call::answerError(const Error& error) {
  recordRefusal(*this, error);
  if (isKeyError(error)) {
    json(error.code()) += keyErrorBody(error);
  } else {
    json(httpStatus(error)) += errorBody(error);
  }
}

Result<std::shared_ptr<const EntityWriter>> Call::writer(std::uint32_t dataClass, std::vector<std::string_view> lists,
                                                         std::string_view expand, bool flat) {
  if (const auto attributes = parameters.given(Parameter::attributes)) lists.push_back(*attributes);
  return services.writers.get(schema, dataClass, lists, expand, flat, rights.access);
}

}  // namespace qodly::rest
