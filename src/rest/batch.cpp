#include "rest/batch.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/body.h"
#include "rest/errors.h"
#include "rest/rest_server.h"
#include "rest/rights.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

// Headers that a part may bring along, and those of its answer that are told.
constexpr std::array<std::string_view, 7> requestHeaders{"Accept",   "Content-Type", "If-Match",      "If-None-Match",
                                                         "If-Range", "Range",        "X-Page-Context"};
constexpr std::array<std::string_view, 7> answerHeaders{
    "Allow", "Content-Range", "ETag", "Location", "Retry-After", "X-Page-Effects", "X-Privileges-Stamp"};
// Services that make no sense inside a batch.
constexpr std::array<std::string_view, 2> unsuited{"$batch", "$changes"};

constexpr int maximumDepth = 32;  // of references inside a body
// What the references of one part may bring in: a part that names an earlier answer a thousand times is short itself.
constexpr std::size_t maximumReferenced = std::size_t{16} << 20;

Error wrongPart(std::size_t position, std::string_view what) {
  return malformed(fmt::format("Part {} of the batch: {}", position, what));
}

// Answers of the parts so far, for references.
class Results {
 public:
  // A new part begins.
  void begin() { referenced_ = 0; }
  void add(std::string id, Value answer) { answers_.emplace_back(std::move(id), std::move(answer)); }

  // "0.__KEY", "author.__ENTITIES.2.name"
  Result<Value> at(std::string_view reference) {
    const auto steps = split(reference, '.');
    const Value* found = answer(steps.front());
    Value value = found == nullptr ? Value() : *found;
    for (std::size_t i = 1; i < steps.size(); ++i) value = member(value, steps[i]);
    if (!value.isUndefined()) {
      referenced_ += json::text(value).size();
      if (referenced_ <= maximumReferenced) return value;
      return std::unexpected(malformed("Its references stand for more than 16 MiB"));
    }
    return std::unexpected(malformed(fmt::format(
        "\"{}\" refers to nothing: expected the number or id of an earlier part, then members of its answer",
        reference)));
  }

 private:
  const Value* answer(std::string_view name) const {
    for (const auto& [id, value] : answers_) {
      if (!id.empty() && id == name) return &value;
    }
    const auto position = parseInteger(name);
    if (!position || *position < 0 || static_cast<std::size_t>(*position) >= answers_.size()) return nullptr;
    return &answers_[static_cast<std::size_t>(*position)].second;
  }

  static Value member(const Value& value, std::string_view name) {
    if (value.isObject()) return value.asObject().get(name);
    const auto position = parseInteger(name);
    if (!value.isCollection() || !position || *position < 0) return {};
    const auto& elements = value.asCollection().elements();
    return static_cast<std::size_t>(*position) < elements.size() ? elements[static_cast<std::size_t>(*position)]
                                                                 : Value();
  }

  std::vector<std::pair<std::string, Value>> answers_;
  std::size_t referenced_ = 0;
};

bool isLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string plainText(const Value& value) { return value.isText() ? std::string(value.asText()) : json::text(value); }

// `{0.__KEY}` in a path. Braces never stand in a URL by themselves.
Result<std::string> filledPath(std::string_view path, Results& results) {
  std::string filled;
  while (!path.empty()) {
    const std::size_t open = path.find('{');
    filled += path.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = path.find('}', open);
    if (close == std::string_view::npos)
      return std::unexpected(malformed("A reference in the path is not closed by }"));
    const auto value = results.at(path.substr(open + 1, close - open - 1));
    if (!value) return std::unexpected(value.error());
    filled += percentEncode(plainText(*value));
    path.remove_prefix(close + 1);
  }
  return filled;
}

Result<Value> filledBody(const Value& value, Results& results, int depth = 0) {
  if (depth == maximumDepth) return value;
  if (value.isObject()) {
    const Object& object = value.asObject();
    if (const Value reference = object.get("$ref");
        object.size() == 1 && reference.isText() && !reference.asText().starts_with('#')) {
      return results.at(reference.asText());
    }
    Value copy = Value::object(Object::make());
    for (const auto& [name, member] : object.members()) {
      auto filled = filledBody(member, results, depth + 1);
      if (!filled) return filled;
      copy.asObject().set(name, std::move(*filled));
    }
    return copy;
  }
  if (!value.isCollection()) return value;
  Value copy = Value::collection(Collection::make());
  for (const Value& element : value.asCollection().elements()) {
    auto filled = filledBody(element, results, depth + 1);
    if (!filled) return filled;
    copy.asCollection().elements().push_back(std::move(*filled));
  }
  return copy;
}

// One request of the batch and its answer.
class Part {
 public:
  Part(Call& whole, const Object& description, std::size_t position)
      : whole_(whole), description_(description), position_(position) {}

  // Error: the description makes no sense; nothing was run.
  Result<> run(Results& results) {
    results.begin();
    auto message = this->message(results);
    if (!message) return std::unexpected(message.error());
    message_ = std::move(*message);
    if (auto read = request_.read(message_); !read) {
      return std::unexpected(wrongPart(position_, read.error().message()));
    }
    request_.visit().use(whole_.request.visit().known(), false);
    auto address = parseAddress(pathBehindPrefix(request_.rawPath()));
    if (!address) return std::unexpected(wrongPart(position_, address.error().message()));
    for (const std::string_view service : unsuited) {
      if (address->service == service) {
        return std::unexpected(wrongPart(position_, fmt::format("{} cannot be a part of a batch", service)));
      }
    }
    Call call(whole_, request_, response_, std::move(*address), Parameters::parse(request_.query()));
    auto answered = demandLogin(call);
    if (answered) answered = answerAddressed(call);
    if (!answered) call.answerError(answered.error());
    if (!response_.loadFile(maximumBatchAnswer)) {
      call.answerError(refused(413, "The answer of this part is too large for a batch"));
    }
    return {};
  }

  int status() const { return response_.status(); }
  std::string id() const { return text("id"); }

  // The answer as a value: JSON, else undefined.
  Value result() const {
    if (!isJson()) return {};
    auto value = json::parse(response_.bodyView());
    return value ? *std::move(value) : Value();
  }

  void append(std::string& out) const {
    out += fmt::format(R"({{"status":{},"headers":{{"Content-Type":)", status());
    json::appendString(response_.contentType(), out);
    for (const std::string_view name : answerHeaders) {
      const std::string_view value = response_.header(name);
      if (value.empty()) continue;
      out += fmt::format(",\"{}\":", name);
      json::appendString(value, out);
    }
    const bool binary = !isJson() && !isValidUtf8(response_.bodyView());
    if (binary) out += R"(,"Content-Transfer-Encoding":"base64")";
    out += R"(},"body":)";
    if (response_.bodyView().empty()) {
      out += "null";
    } else if (isJson()) {
      out += response_.bodyView();
    } else {
      json::appendString(binary ? toBase64(response_.bodyView()) : std::string(response_.bodyView()), out);
    }
    out += '}';
  }

 private:
  std::string text(std::string_view name) const {
    const Value value = description_.get(name);
    return value.isText() ? std::string(value.asText()) : std::string();
  }

  bool isJson() const { return response_.contentType().starts_with("application/json"); }

  // The part as a message of HTTP, so that it is read by the same rules as any other.
  Result<std::string> message(Results& results) const {
    const std::string method = description_.get("method").isUndefined() ? "GET" : text("method");
    if (method.empty() || !std::ranges::all_of(method, isLetter)) {
      return std::unexpected(wrongPart(position_, "\"method\" must be the name of a method of HTTP"));
    }
    const std::string path = text("path");
    if (!path.starts_with("/rest/")) return std::unexpected(wrongPart(position_, "\"path\" must begin with /rest/"));
    auto target = filledPath(path, results);
    if (!target) return std::unexpected(wrongPart(position_, target.error().message()));
    // Written readable, as people write URLs.
    const auto readable = [](char c) { return c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\x7f'; };
    std::string message = method + " ";
    for (const char c : *target)
      message += readable(c) || c < 0 ? percentEncode(std::string_view(&c, 1)) : std::string(1, c);
    message += " HTTP/1.1\r\nHost: ";
    message += whole_.request.header("Host").empty() ? "localhost" : whole_.request.header("Host");
    message += "\r\n";
    if (const Value headers = description_.get("headers"); headers.isObject()) {
      for (const std::string_view name : requestHeaders) {
        const Value* value = memberIgnoringCase(headers.asObject(), name);
        if (value == nullptr || !value->isText()) continue;
        if (value->asText().find_first_of("\r\n") != std::string_view::npos) {
          return std::unexpected(wrongPart(position_, fmt::format("The header {} has a line break", name)));
        }
        message += fmt::format("{}: {}\r\n", name, value->asText());
      }
    }
    auto body = this->body(results);
    if (!body) return std::unexpected(wrongPart(position_, body.error().message()));
    message += fmt::format("Content-Length: {}\r\n\r\n", body->size());
    return message + *body;
  }

  static const Value* memberIgnoringCase(const Object& headers, std::string_view name) {
    for (const auto& [known, value] : headers.members()) {
      if (equalsIgnoringAsciiCase(known, name)) return &value;
    }
    return nullptr;
  }

  Result<std::string> body(Results& results) const {
    const Value given = description_.get("body");
    if (given.isUndefined()) return std::string();
    auto filled = filledBody(given, results);
    if (!filled) return std::unexpected(filled.error());
    return json::text(*filled);
  }

  Call& whole_;
  const Object& description_;
  std::size_t position_;
  std::string message_;
  http::Request request_;
  http::Response response_;
};

// What the parts leave open does not reach over to the next one.
void closeInnerTransactions(orda::Process& process, std::size_t level) {
  while (process.transactionLevel() > level) (void)process.cancelTransaction();
}

Result<const Collection*> partsOf(const Value& body) {
  if (!body.isCollection()) {
    return std::unexpected(malformed("The body of $batch is an array of {method, path, headers, body}"));
  }
  const Collection& parts = body.asCollection();
  if (parts.size() > maximumParts) {
    return std::unexpected(
        malformed(fmt::format("A batch has at most {} parts, this one {}", maximumParts, parts.size())));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts.elements()[i].isObject()) {
      return std::unexpected(wrongPart(i, "expected an object {method, path, headers, body}"));
    }
  }
  return &parts;
}

// Runs the parts one after the other. `atomic`: up to the first that fails. True: all of them succeeded.
Result<bool> runParts(Call& call, const Collection& parts, bool atomic, std::string& out) {
  Results results;
  bool allDone = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Part part(call, parts.elements()[i].asObject(), i);
    const std::size_t level = atomic ? 1 : 0;
    auto run = part.run(results);
    if (!run) return std::unexpected(run.error());
    if (atomic && call.process().transactionLevel() < level) {
      return std::unexpected(wrongPart(i, "code of the application ended the transaction of the batch"));
    }
    closeInnerTransactions(call.process(), level);
    if (out.back() == '}') out += ',';
    part.append(out);
    if (out.size() > maximumBatchAnswer) {
      return std::unexpected(refused(413, "The answers of the batch are larger than 64 MiB"));
    }
    results.add(part.id(), part.result());
    if (part.status() < 400) continue;
    allDone = false;
    if (atomic) break;
  }
  return allDone;
}

}  // namespace

Result<> answerBatch(Call& call) {
  if (call.request.method() != http::Method::Post) {
    call.response.setHeader("Allow", "POST");
    return std::unexpected(refused(405, "A batch is sent by POST"));
  }
  // A session that the parts share, even when the client has none yet.
  if (auto session = call.session(); !session) return std::unexpected(session.error());
  const auto body = jsonBody(call.request);
  if (!body) return std::unexpected(body.error());
  const auto parts = partsOf(*body);
  if (!parts) return std::unexpected(parts.error());
  const bool atomic = !call.parameters.has(Parameter::atomic) || call.parameters.flag(Parameter::atomic);
  std::string out = "[";
  bool committed = true;
  if (atomic) {
    orda::TransactionScope transaction(call.process());
    const auto done = runParts(call, **parts, true, out);
    if (!done) return std::unexpected(done.error());
    committed = *done;
    if (committed) {
      if (auto validated = transaction.validate(); !validated) return std::unexpected(validated.error());
    }
  } else {
    const auto done = runParts(call, **parts, false, out);
    if (!done) return std::unexpected(done.error());
  }
  call.response.setHeader("X-Batch-Committed", committed ? "true" : "false");
  call.json() += out + "]";
  return {};
}

}  // namespace qodly::rest
