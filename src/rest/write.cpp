#include "rest/write.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/json_writer.h"
#include "orda/entity.h"
#include "rest/attribute_input.h"
#include "rest/body.h"
#include "rest/entity_json.h"
#include "rest/errors.h"
#include "rest/etag.h"
#include "rest/lock.h"
#include "rest/media.h"
#include "rest/pictures.h"
#include "rest/provisional.h"
#include "rest/source.h"

namespace qodly::rest {

namespace {

using orda::EntityRef;
using orda::Status;
using orda::StatusCode;

// An update without a stamp that meets another writer starts again; it gives up after this many times.
constexpr int maximumAttempts = 8;

Status failed(Error error, StatusCode code = StatusCode::seriousError) {
  Status status = Status::of(code);
  status.errors.push_back(std::move(error));
  return status;
}

void appendStatus(const Status& status, storage::RecordNumber number, std::string& out) {
  out += R"("__STATUS":{)";
  if (status.success()) {
    out += R"("success":true})";
    return;
  }
  out += fmt::format(R"("status":{},"statusText":)", static_cast<int>(status.code));
  json::appendString(orda::statusText(status.code), out);
  out += R"(,"success":false)";
  if (status.code == StatusCode::locked && status.lockInfo) appendLockHolder(*status.lockInfo, number, out);
  out += '}';
}

// One input of an update: what is to be done with it, and what came of it.
class Update {
 public:
  Update(Call& call, std::uint32_t dataClass, const EntityWriter& writer)
      : call_(call), dataClass_(call.process(), call.schema, dataClass), writer_(writer) {}

  // `urlKey`: the entity that the URL names, if it does.
  void run(const Value& input, std::optional<std::string_view> urlKey) {
    for (int attempt = 0; attempt < maximumAttempts; ++attempt) {
      status_ = tryOnce(input, urlKey);
      if (status_.code != StatusCode::stampHasChanged || stampGiven_) break;
    }
    if (status_.success() || error_) return;
    error_ = saveError(status_, failedEntity());
  }

  void store(orda::Entity& entity, std::uint32_t attribute, const Value& content) {
    entity_ = EntityRef::sharing(&entity);
    const auto set = entity.set(attribute, content);
    status_ = set ? entity.save() : failed(set.error());
    if (!status_.success()) error_ = saveError(status_, failedEntity());
  }

  bool saved() const { return status_.success(); }
  std::uint32_t stamp() const { return entity_->getStamp(); }
  const std::optional<Error>& error() const { return error_; }
  int httpStatus() const {
    if (!error_) return 200;
    const bool ownStatus = error_->component() == "rest" || error_->code() == code::noPermission;
    return ownStatus ? rest::httpStatus(*error_) : 500;
  }

  // The element of the answer (12.3): status, the entity as it is stored now, errors.
  Result<> append(std::string& out) {
    const storage::RecordNumber number = entity_ ? entity_->number() : storage::noRecord;
    out += '{';
    appendStatus(status_, number, out);
    std::optional<Error> told = error_;
    if (number != storage::noRecord && demand(call_, dataClass_.index(), orda::Right::read)) {
      const std::size_t before = out.size();
      if (auto stored = appendStored(number, out); !stored) {
        if (!saved()) return stored;
        // It is saved, though code of the application fails when it is read: who were told of a failure would save
        // again.
        out.resize(before);
        appendIdentity(out);
        told = stored.error();
      }
    }
    end(told, out);
    return {};
  }

  // $refresh: the answer with the values in memory.
  Result<> appendUnsaved(std::string& out) {
    out += '{';
    appendStatus(status_, storage::noRecord, out);
    if (status_.success()) {
      out += ',';
      if (auto done = appendProvisional(call_, *entity_, writer_, out); !done) return done;
    }
    end(error_, out);
    return {};
  }

  void consumeUploads() {
    if (SessionData* known = call_.knownSession()) {
      for (const std::string& id : usedUploads_) known->uploads().consume(id);
    }
  }

  enum class Mode : std::uint8_t { save, validate, refresh } mode = Mode::save;

 private:
  static void end(const std::optional<Error>& error, std::string& out) {
    if (error) {
      out += R"(,"__ERROR":[)";
      appendErrors(*error, out);
      out += ']';
    }
    out += '}';
  }

  // The values that are stored. Errors: those of code that computes one of them.
  Result<> appendStored(storage::RecordNumber number, std::string& out) {
    Gathered gathered;
    if (writer_.needsGathering()) {
      if (auto done = writer_.gather(call_.process(), std::span(&number, 1), gathered); !done) return done;
    }
    AnswerScope answer(call_, &gathered);
    const storage::RecordView record = answer.reader().record(dataClass_.index(), number);
    if (!record) return {};
    out += ',';
    writer_.writeUpdated(number, record, answer.scope, out);
    if (answer.scope.failure) return std::unexpected(*answer.scope.failure);
    return {};
  }

  void appendIdentity(std::string& out) {
    out += R"(,"__KEY":)";
    json::appendString(entity_->getKeyText(), out);
    out += R"(,"__STAMP":)";
    json::appendNumber(static_cast<std::int64_t>(entity_->getStamp()), out);
  }

  Status tryOnce(const Value& input, std::optional<std::string_view> urlKey) {
    usedUploads_.clear();
    if (!input.isObject()) return refuse(malformed("Each entity must be a JSON object"));
    const Object& body = input.asObject();
    if (auto found = findOrCreate(body, urlKey); !found) return refuse(found.error());
    if (auto met = checkPreconditions(call_, &*entity_); !met) return refuse(met.error());
    const auto stamp = givenStamp(body);
    if (!stamp) return refuse(stamp.error());
    if (*stamp && !entity_->isNew()) {
      stampGiven_ = true;
      if (**stamp != entity_->getStamp()) {
        Status status;
        status.code = StatusCode::stampHasChanged;
        return status;
      }
    }
    if (auto set = setAttributes(call_, *entity_, body, usedUploads_); !set) {
      if (set.error().component() == "rest") return refuse(set.error());
      return failed(set.error());
    }
    // A body without attributes creates an entity too; saving an untouched one would write nothing.
    if (entity_->isNew() && !entity_->touched()) entity_->touch(dataClass_.definition().primaryKey);
    switch (mode) {
      case Mode::save:
        return entity_->save();
      case Mode::validate:
        return entity_->validate();
      case Mode::refresh:
        return {};
    }
    return {};
  }

  // The error is the whole answer, without the chain of a refused save.
  Status refuse(const Error& error) {
    error_ = error;
    return failed(error,
                  error.code() == code::keyNotFound ? StatusCode::entityDoesNotExistAnymore : StatusCode::seriousError);
  }

  Result<> findOrCreate(const Object& body, std::optional<std::string_view> urlKey) {
    const Value bodyKey = body.get("__KEY");
    if (!bodyKey.isMissing() && !bodyKey.isText() && !bodyKey.isNumber()) {
      return std::unexpected(malformed("__KEY must be a number or a text"));
    }
    const std::string given = keyText(bodyKey);
    if (given.empty() && !urlKey) {
      auto made = dataClass_.newEntity();
      if (!made) return std::unexpected(made.error());
      entity_ = std::move(*made);
      return {};
    }
    if (urlKey && !given.empty() && given != *urlKey) {
      return std::unexpected(
          malformed(fmt::format("The body's __KEY {} is not the key {} of the URL", given, *urlKey)));
    }
    // Whoever may not read has no entity to change (roles.md 5).
    if (auto allowed = demand(call_, dataClass_.index(), orda::Right::read); !allowed) {
      return std::unexpected(allowed.error());
    }
    const std::string key = urlKey ? std::string(*urlKey) : given;
    const storage::RecordNumber number = findByKey(call_, dataClass_.index(), key);
    entity_ = number == storage::noRecord ? EntityRef() : dataClass_.load(number);
    if (!entity_) return std::unexpected(keyNotFound(key, dataClass_.name()));
    return {};
  }

  FailedEntity failedEntity() const {
    FailedEntity failed{.dataClass = std::string(dataClass_.name()),
                        .database = call_.services.applicationName,
                        .key = {},
                        .record = 0,
                        .isNew = !entity_ || entity_->isNew()};
    if (failed.isNew) return failed;
    failed.key = entity_->getKeyText();
    failed.record = entity_->number();
    return failed;
  }

  Call& call_;
  orda::DataClass dataClass_;
  const EntityWriter& writer_;
  EntityRef entity_;
  Status status_;
  std::optional<Error> error_;
  std::vector<std::string> usedUploads_;
  bool stampGiven_ = false;
};

// The key of the URL as its entity's own text; nullopt when the URL names none.
Result<std::optional<std::string>> urlKey(Call& call, std::uint32_t dataClass) {
  if (!call.address.isEntity()) return std::nullopt;
  if (auto allowed = demand(call, dataClass, orda::Right::read); !allowed) return std::unexpected(allowed.error());
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const orda::EntityRef entity = orda::DataClass(call.process(), call.schema, dataClass).load(*number);
  if (!entity) return std::unexpected(entityNotLoaded(call.address.key.text, call.model().classes[dataClass].name));
  return entity->getKeyText();
}

Result<> answerOne(Call& call, std::uint32_t dataClass, const EntityWriter& writer, const Value& input,
                   const std::optional<std::string>& key) {
  Update update(call, dataClass, writer);
  const bool refresh = call.parameters.flag(Parameter::refresh);
  if (refresh) update.mode = Update::Mode::refresh;
  update.run(input, key);
  if (update.saved() && !refresh) update.consumeUploads();
  std::string& out = call.json(update.httpStatus());
  if (refresh) return update.appendUnsaved(out);
  if (update.saved()) tagWritten(call, update.stamp());
  return update.append(out);
}

Result<> answerSeveral(Call& call, std::uint32_t dataClass, const EntityWriter& writer, const Collection& inputs) {
  const bool refresh = call.parameters.flag(Parameter::refresh);
  std::string out = R"({"__ENTITIES":[)";
  std::size_t saved = 0;
  for (const Value& input : inputs.elements()) {
    if (out.back() == '}') out += ',';
    Update update(call, dataClass, writer);
    if (refresh) update.mode = Update::Mode::refresh;
    update.run(input, std::nullopt);
    if (update.saved()) {
      ++saved;
      if (!refresh) update.consumeUploads();
    }
    if (auto done = refresh ? update.appendUnsaved(out) : update.append(out); !done) return done;
  }
  out += "]}";
  call.json(saved == 0 && inputs.size() != 0 ? 500 : 200) += out;
  return {};
}

// One transaction; the first failure ends it. What was processed before is answered with the values it would have had.
Result<> answerAtomic(Call& call, std::uint32_t dataClass, const EntityWriter& writer, std::span<const Value> inputs,
                      const std::optional<std::string>& key, bool single) {
  std::string out = single ? "" : R"({"__ENTITIES":[)";
  std::optional<Error> failure;
  std::vector<std::unique_ptr<Update>> updates;
  int status = 500;
  {
    orda::TransactionScope transaction(call.process());
    for (const Value& input : inputs) {
      if (!out.empty() && out.back() == '}') out += ',';
      Update& update = *updates.emplace_back(std::make_unique<Update>(call, dataClass, writer));
      update.run(input, key);
      if (auto done = update.append(out); !done) return done;
      if (update.saved()) continue;
      failure = update.error();
      status = update.httpStatus();
      break;
    }
    if (!failure) {
      if (auto committed = transaction.validate(); !committed) failure = committed.error();
    }
  }
  if (!failure) {
    for (const auto& update : updates) update->consumeUploads();
  }
  if (single) {
    // The element carries its own error, unless the commit itself was refused.
    if (failure && updates.front()->saved()) return std::unexpected(*failure);
  } else {
    out += ']';
    if (failure) {
      out += R"(,"__ERROR":[)";
      appendErrors(*failure, out);
      out += ']';
    }
    out += '}';
  }
  call.json(failure ? status : 200) += out;
  return {};
}

Result<std::shared_ptr<const EntityWriter>> answerWriter(Call& call, std::uint32_t dataClass) {
  return call.writer(dataClass, {call.address.segments.begin(), call.address.segments.end()},
                     call.parameters.text(Parameter::expand));
}

}  // namespace

Result<> answerUpdate(Call& call, std::uint32_t dataClass) {
  const auto writer = answerWriter(call, dataClass);
  if (!writer) return std::unexpected(writer.error());
  const auto body = jsonBody(call.request);
  if (!body) return std::unexpected(body.error());
  const auto key = urlKey(call, dataClass);
  if (!key) return std::unexpected(key.error());
  const bool several = body->isCollection();
  if (several && hasPreconditions(call)) {
    return std::unexpected(refused(412, "If-Match and If-None-Match are for writes of one entity"));
  }
  if (several && *key) return std::unexpected(malformed("An entity is updated with an object, not with an array"));
  if (call.parameters.flag(Parameter::atomic) && !call.parameters.flag(Parameter::refresh)) {
    const std::span<const Value> inputs =
        several ? std::span<const Value>(body->asCollection().elements()) : std::span(&*body, 1);
    return answerAtomic(call, dataClass, **writer, inputs, *key, !several);
  }
  return several ? answerSeveral(call, dataClass, **writer, body->asCollection())
                 : answerOne(call, dataClass, **writer, *body, *key);
}

Result<> answerValidate(Call& call, std::uint32_t dataClass) {
  const auto writer = answerWriter(call, dataClass);
  if (!writer) return std::unexpected(writer.error());
  const auto body = jsonBody(call.request);
  if (!body) return std::unexpected(body.error());
  const auto key = urlKey(call, dataClass);
  if (!key) return std::unexpected(key.error());
  const std::span<const Value> inputs =
      body->isCollection() ? std::span<const Value>(body->asCollection().elements()) : std::span(&*body, 1);
  std::string out = R"({"__ENTITIES":[)";
  bool valid = true;
  for (const Value& input : inputs) {
    if (out.back() == '}') out += ',';
    Update update(call, dataClass, **writer);
    update.mode = Update::Mode::validate;
    update.run(input, *key);
    out += '{';
    if (update.error()) {
      valid = false;
      out += R"("__ERROR":[)";
      appendErrors(*update.error(), out);
      out += ']';
    }
    out += '}';
  }
  out += "]}";
  if (valid) {
    call.answerOk();
  } else {
    call.json() += out;
  }
  return {};
}

Result<> answerDirectUpload(Call& call, std::uint32_t dataClass, std::uint32_t attribute) {
  const auto writer = call.writer(dataClass, {}, call.parameters.text(Parameter::expand));
  if (!writer) return std::unexpected(writer.error());
  const UploadedContent content = uploadedContent(call.request);
  const bool image = call.model().classes[dataClass].attributes[attribute].type == model::AttributeType::image;
  if (image && !isPicture(content.bytes)) {
    return std::unexpected(malformed("The body is not a picture that can be read"));
  }
  if (auto allowed = demand(call, dataClass, orda::Right::read); !allowed) return allowed;
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const orda::EntityRef entity = orda::DataClass(call.process(), call.schema, dataClass).load(*number);
  if (!entity) return std::unexpected(entityNotLoaded(call.address.key.text, call.model().classes[dataClass].name));
  Update update(call, dataClass, **writer);
  update.store(*entity, attribute,
               image ? Value::picture(std::string(content.bytes), pictureType(content.bytes, content.mediaType))
                     : Value::blob(std::string(content.bytes), content.mediaType));
  return update.append(call.json(update.httpStatus()));
}

}  // namespace qodly::rest
