#include "rest/function_result.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "orda/entity.h"
#include "rest/entity_json.h"
#include "rest/entity_set.h"
#include "rest/media.h"
#include "rest/provisional.h"
#include "rest/selection_json.h"
#include "rest/source.h"
#include "rest/web_exchange.h"
#include "script/library/blob_class.h"
#include "script/library/http_message_class.h"
#include "script/vm/arguments.h"
#include "script/vm/large_blob.h"
#include "value/json.h"
#include "value/media_name.h"

namespace qodly::rest {

namespace {

constexpr std::size_t maximumDepth = 256;

Result<> writeStored(Call& call, const EntityWriter& writer, storage::RecordNumber number, std::string& out) {
  Gathered gathered;
  if (writer.needsGathering()) {
    if (auto done = writer.gather(call.process(), std::span(&number, 1), gathered); !done) return done;
  }
  AnswerScope answer(call, &gathered);
  writer.write(Head::root, number, answer.reader().record(writer.dataClass(), number), answer.scope, out);
  return answer.scope.failure ? Result<>(std::unexpected(*answer.scope.failure)) : Result<>();
}

// Root shape around what is in memory (O-42 for one never saved).
Result<> writeUnsaved(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out) {
  out += '{';
  appendClassNames(entity.dataClass().name(), out);
  if (entity.isNew()) out += R"(,"__ISNEW":true)";
  out += ',';
  if (auto done = appendInMemory(call, entity, writer, out); !done) return done;
  out += '}';
  return {};
}

// `/Company[7]/staff?$expand=staff&$emMethod=fn`: there $expand names the relation whose entities the function works
// for, not what is sent of its result.
std::string expandOfResult(const Call& call) {
  const std::string_view expand = call.parameters.text(Parameter::expand);
  const bool related = call.parameters.has(Parameter::emMethod) && call.address.segments.size() == 1;
  return related ? expandBehind(expand, call.address.segments.front()) : std::string(expand);
}

Result<> answerSelection(Call& call, const orda::EntitySelection& selection) {
  const std::uint32_t dataClass = selection.dataClass().index();
  const bool flat = call.parameters.flag(Parameter::asArray);
  auto writer = call.writer(dataClass, {}, expandOfResult(call), flat);
  if (!writer) return std::unexpected(writer.error());
  std::string uri;
  if (call.storesEntitySet()) {
    auto stored = storeEntitySet(call, dataClass, selection.members());
    if (!stored) return std::unexpected(stored.error());
    uri = std::move(*stored);
  }
  const SelectionAnswer answer{.dataClass = dataClass,
                               .members = selection.members(),
                               .writer = **writer,
                               .page = pageOf(call.parameters),
                               .entitySetUri = std::move(uri),
                               .leading = {}};
  return flat ? writeArray(call, answer) : writeSelection(call, answer);
}

Result<bool> answerBytes(Call& call, const Value& result, std::string_view fallback) {
  const auto loaded = script::library::loadedBlob(call.scripts(), result);
  if (!loaded) return std::unexpected(loaded.error());
  const BlobBox& content = loaded->asBlob();
  // What a client once called its upload is not what this server says of it.
  const std::string_view type = withoutMediaName(content.mediaType);
  const bool isImage = result.type() == Type::picture && type.starts_with("image/");
  call.response.setHeader("Content-Type", isImage ? type : fallback);
  confine(call.response);
  call.response.setHeader("Cache-Control", "no-store");
  call.response.body().assign(content.bytes);
  return true;
}

}  // namespace

Result<> appendEntity(Call& call, orda::Entity& entity, const EntityWriter* writer, std::string& out) {
  std::shared_ptr<const EntityWriter> whole;
  if (writer == nullptr) {
    whole = call.services.writers.whole(call.schema, entity.dataClass().index(), call.rights.access);
    writer = whole.get();
  }
  if (entity.isNew() || entity.touched()) return writeUnsaved(call, entity, *writer, out);
  return writeStored(call, *writer, entity.number(), out);
}

namespace {

class ResultWriter {
 public:
  ResultWriter(Call& call, std::string& out) : call_(call), out_(out), charged_(out.size()) {}

  Result<> append(const Value& value) {
    if (orda::Entity* entity = orda::Entity::from(value)) return appendEntity(call_, *entity, nullptr, out_);
    if (const orda::EntitySelection* selection = orda::EntitySelection::from(value)) return appendMembers(*selection);
    if (value.isObject() || value.isCollection()) return appendContainer(value);
    if (value.type() == Type::date) {
      appendDay(value.asDate());
    } else {
      json::append(value, out_);
    }
    return {};
  }

 private:
  Result<> appendMembers(const orda::EntitySelection& selection) {
    const std::uint32_t dataClass = selection.dataClass().index();
    const auto writer = call_.services.writers.whole(call_.schema, dataClass, call_.rights.access);
    const SelectionAnswer answer{.dataClass = dataClass,
                                 .members = selection.members(),
                                 .writer = *writer,
                                 .page = {},
                                 .entitySetUri = {},
                                 .leading = {}};
    return appendSelection(call_, answer, out_);
  }

  Result<> appendContainer(const Value& value) {
    const Container* const container =
        value.isObject() ? static_cast<const Container*>(&value.asObject()) : &value.asCollection();
    if (open_.size() >= maximumDepth || std::ranges::find(open_, container) != open_.end()) {
      out_ += "null";
      return {};
    }
    open_.push_back(container);
    auto done = value.isObject() ? appendObject(value.asObject()) : appendCollection(value.asCollection());
    open_.pop_back();
    return done;
  }

  Result<> appendObject(const Object& object) {
    out_ += '{';
    bool first = true;
    for (const Object::Member& member : object.members()) {
      if (member.value.isUndefined()) continue;
      if (!std::exchange(first, false)) out_ += ',';
      json::appendString(member.name, out_);
      out_ += ':';
      if (auto done = append(member.value); !done) return done;
      if (auto room = checkRoom(); !room) return room;
    }
    out_ += '}';
    return {};
  }

  Result<> appendCollection(const Collection& collection) {
    out_ += '[';
    bool first = true;
    for (const Value& element : collection.elements()) {
      if (!std::exchange(first, false)) out_ += ',';
      if (auto done = append(element); !done) return done;
      if (auto room = checkRoom(); !room) return room;
    }
    out_ += ']';
    return {};
  }

  void appendDay(Date date) {
    out_ += '"';
    if (!date.isNone()) appendInstant(startOfDay(date), out_);
    out_ += '"';
  }

  // Parts that many others share make a text far larger than what is in memory.
  Result<> checkRoom() {
    constexpr std::size_t step = std::size_t{4} << 20U;
    if (out_.size() - charged_ < std::max(step, charged_ / 4)) return {};
    charged_ = out_.size();
    if (auto allowed = call_.scripts().checkpoint(); !allowed) return allowed;
    return call_.scripts().charge(charged_);
  }

  Call& call_;
  std::string& out_;
  std::size_t charged_;
  std::vector<const Container*> open_;
};

}  // namespace

Result<> appendResultValue(Call& call, const Value& value, std::string& out) {
  return ResultWriter(call, out).append(value);
}

namespace {

// What is sent as it is: messages, pictures, bytes. False: the value is none of them.
Result<bool> answerRaw(Call& call, const Value& result) {
  if (auto message = script::library::outgoingAnswer(call.scripts(), result)) {
    if (!*message) return std::unexpected(message->error());
    sendWhole(call, std::move(**message));
    return true;
  }
  if (result.type() == Type::picture) return answerBytes(call, result, "image/png");
  if (const auto large = script::vm::LargeBlob::bytesOf(result)) {
    call.response.setContentType("application/octet-stream");
    call.response.setHeader("Cache-Control", "no-store");
    sendFile(call.response, large->part());
    call.response.applyRange(call.request);
    return true;
  }
  const Value* boxed = script::vm::blobInside(call.scripts(), result);
  if (boxed == nullptr && result.type() != Type::blob) return false;
  return answerBytes(call, boxed != nullptr ? *boxed : result, "application/octet-stream");
}

}  // namespace

Result<AnswerForm> answerResult(Call& call, const script::compile::Code& code, const Value& result) {
  if (orda::Entity* entity = orda::Entity::from(result)) {
    const auto writer = call.writer(entity->dataClass().index(), {}, expandOfResult(call));
    if (!writer) return std::unexpected(writer.error());
    std::string text;
    if (auto done = appendEntity(call, *entity, writer->get(), text); !done) return std::unexpected(done.error());
    call.json() += text;
    return AnswerForm::json;
  }
  if (const orda::EntitySelection* selection = orda::EntitySelection::from(result)) {
    if (auto done = answerSelection(call, *selection); !done) return std::unexpected(done.error());
    return AnswerForm::json;
  }
  const auto raw = answerRaw(call, result);
  if (!raw) return std::unexpected(raw.error());
  if (*raw) return AnswerForm::raw;
  if (result.isUndefined() && !code.hasResult) {
    call.answerOk();
    return AnswerForm::json;
  }
  std::string text = R"({"result":)";
  if (auto done = appendResultValue(call, result, text); !done) return std::unexpected(done.error());
  text += '}';
  call.json() += text;
  return AnswerForm::json;
}

}  // namespace qodly::rest
