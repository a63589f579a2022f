#include "rest/errors.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/json_writer.h"

namespace qodly::rest {

namespace {

struct CodeStatus {
  int code;
  int status;
};

// rest.md 22.3. Everything that is not listed is the server's or the application's failure: 500. So is what the
// application's own code raises ("host"), whatever its number: the request was not at fault.
constexpr std::array statuses{
    CodeStatus{code::attributeNotFound, 404},     CodeStatus{code::attributeListNotBuilt, 404},
    CodeStatus{code::entityNotLoaded, 404},       CodeStatus{code::dataClassNotFound, 404},
    CodeStatus{code::entitySetNotFound, 404},     CodeStatus{unknownMemberMethod, 404},
    CodeStatus{code::noPermission, 401},          CodeStatus{code::restMalformed, 400},
    CodeStatus{code::querySyntax, 400},           CodeStatus{code::queryPlaceholderMissing, 400},
    CodeStatus{code::queryUnknownAttribute, 404}, CodeStatus{code::formulaNotAllowed, 400},
    CodeStatus{code::queryExpected, 400},         CodeStatus{code::malformedJson, 400},
    CodeStatus{code::wrongArgument, 400},         CodeStatus{code::wrongType, 400},
    CodeStatus{code::incompatibleDataClass, 400}, CodeStatus{code::limitReached, 400},
};

void appendElement(const Error& error, std::string& out) {
  out += R"({"message":)";
  json::appendString(error.message(), out);
  out += R"(,"componentSignature":)";
  json::appendString(error.component(), out);
  out += R"(,"errCode":)";
  json::appendNumber(static_cast<std::int64_t>(error.code()), out);
  out += '}';
}

Error databaseError(int code, std::string message) { return Error(code, "dbmg", std::move(message)); }

Error recordNotSaved(const FailedEntity& entity) {
  return databaseError(code::recordNotSaved, fmt::format("Cannot save record {} in table {} of database {}",
                                                         entity.record, entity.dataClass, entity.database));
}

Error entityNotSaved(const FailedEntity& entity) {
  if (entity.isNew) {
    return databaseError(code::newEntityNotSaved,
                         fmt::format("The new entity of the \"{}\" dataclass cannot be saved", entity.dataClass));
  }
  return databaseError(code::entityNotSaved, fmt::format("The entity# {} in the \"{}\" dataclass cannot be saved",
                                                         entity.key, entity.dataClass));
}

std::string lockHolder(const orda::Status& status) {
  if (!status.lockInfo || status.lockInfo->userName.empty()) return "another session or process";
  return status.lockInfo->userName;
}

// The error that explains a status without errors of its own.
Error causeOf(const orda::Status& status, const FailedEntity& entity) {
  switch (status.code) {
    case orda::StatusCode::stampHasChanged:
      return databaseError(code::stampMismatch,
                           fmt::format("Given stamp does not match current one for record# {} of table {}",
                                       entity.record, entity.dataClass));
    case orda::StatusCode::locked:
      return databaseError(code::dataUnavailable, fmt::format("The entity# {} in the \"{}\" dataclass is locked by {}",
                                                              entity.key, entity.dataClass, lockHolder(status)));
    case orda::StatusCode::entityDoesNotExistAnymore:
      return keyNotFound(entity.key, entity.dataClass);
    default:
      return databaseError(code::dataUnavailable, std::string(orda::statusText(status.code)));
  }
}

// Failures of the model's rules are reported as validation (1569 with the rule's own sentence, then 1570).
bool isValidation(int code) { return code == code::valueOutOfRange || code == code::mandatoryNull; }

Error withConsequences(const Error& cause, const FailedEntity& entity) {
  Error chain = isValidation(cause.code())
                    ? databaseError(code::validationText, cause.message())
                          .followedBy(databaseError(code::validationFailed, "Entity fails validation"))
                    : cause;
  if (cause.code() == code::stampMismatch || cause.code() == code::duplicateKey) {
    chain = chain.followedBy(recordNotSaved(entity));
  }
  return chain.followedBy(entityNotSaved(entity));
}

}  // namespace

Error argumentError(int code, std::string message) { return Error(code, "ds", std::move(message)); }

int httpStatus(const Error& error) {
  if (error.component() == "ds") return 400;
  const auto* known = std::ranges::find(statuses, error.code(), &CodeStatus::code);
  const bool ofCode = error.component() == "host" && error.code() != unknownMemberMethod;
  if (known != statuses.end() && !ofCode) return known->status;
  if (error.component() == "rest" && error.code() >= 400 && error.code() < 600) return error.code();
  return 500;
}

void appendErrors(const Error& error, std::string& out) {
  appendElement(error, out);
  for (const Error& consequence : error.consequences()) {
    out += ',';
    appendErrors(consequence, out);
  }
}

std::string errorBody(const Error& error) {
  std::string body = R"({"__ERROR":[)";
  appendErrors(error, body);
  body += "]}";
  return body;
}

Error dataClassNotFound(std::string_view dataClass) {
  return databaseError(code::dataClassNotFound, fmt::format("The \"{}\" dataclass cannot be found", dataClass));
}

Error attributeNotFound(std::string_view attribute, std::string_view dataClass) {
  return attributeNotFound(attribute, dataClass, attribute, dataClass);
}

Error attributeNotFound(std::string_view attribute, std::string_view dataClass, std::string_view path,
                        std::string_view root) {
  return databaseError(
             code::attributeNotFound,
             fmt::format("The \"{}\" attribute cannot be found in The \"{}\" dataclass", attribute, dataClass))
      .followedBy(
          databaseError(code::attributeListNotBuilt,
                        fmt::format("Cannot completely build a list of attributes with \"{}\" for the \"{}\" dataclass",
                                    path, root)));
}

Error entityNotLoaded(std::string_view key, std::string_view dataClass) {
  return databaseError(code::entityNotLoaded,
                       fmt::format("Cannot load entity# {} in the \"{}\" dataclass", key, dataClass));
}

Error keyNotFound(std::string_view key, std::string_view dataClass) {
  return databaseError(code::keyNotFound,
                       fmt::format("Cannot find entity with \"{}\" key in the \"{}\" dataclass", key, dataClass));
}

Error entitySetNotFound(std::string_view id) {
  return databaseError(code::entitySetNotFound, fmt::format("The \"{}\" entity set cannot be found", id));
}

Error methodNotFound(std::string_view function) {
  return Error(unknownMemberMethod, "host", fmt::format("Unknown member method \"{}\"", function));
}

Error malformed(std::string message) { return Error(code::restMalformed, "rest", std::move(message)); }

Error refused(int status, std::string message) { return Error(status, "rest", std::move(message)); }

Error saveError(const Error& cause, const FailedEntity& entity) { return withConsequences(cause, entity); }

Error saveError(const orda::Status& status, const FailedEntity& entity) {
  return withConsequences(status.errors.empty() ? causeOf(status, entity) : status.errors.front(), entity);
}

Error dropError(const orda::Status& status, const FailedEntity& entity) {
  return status.errors.empty() ? causeOf(status, entity) : status.errors.front();
}

}  // namespace qodly::rest
