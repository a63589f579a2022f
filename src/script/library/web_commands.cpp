#include "script/library/web_commands.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/file_access.h"
#include "script/library/http_body.h"
#include "script/library/io_error.h"
#include "script/library/mail_attachment_class.h"
#include "script/library/mail_entity.h"
#include "script/vm/array_value.h"
#include "script/vm/codes.h"
#include "script/vm/large_blob.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

namespace fs = std::filesystem;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t maximumFields = 10'000;
constexpr std::string_view defaultType = "text/html";  // the server adds its character set

WebExchange* exchangeOf(const vm::Call& call) {
  auto* exchange = call.process().findExtension<WebExchange>();
  return exchange != nullptr && exchange->active ? exchange : nullptr;
}

Result<WebExchange*> answering(const vm::Call& call) {
  WebExchange* exchange = exchangeOf(call);
  if (exchange != nullptr && !exchange->readsOnly) return exchange;
  return fail(code::notOnServer,
              "There is no web request to answer: this command works in methods called through /4DACTION.");
}

// --- Form fields

std::string formText(const std::optional<Charset>& set, std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return requestText(set, percentDecode(spaced));
}

void addPairs(const std::optional<Charset>& set, std::string_view text, Pairs& fields) {
  while (!text.empty() && fields.size() < maximumFields) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    fields.emplace_back(formText(set, pair.substr(0, equals)),
                        formText(set, pair.substr(std::min(equals + 1, pair.size()))));
  }
}

// Parts without a name are no fields.
void addParts(const IncomingRequest& request, WebExchange& exchange) {
  const std::string type(headerValue(request.headers, "content-type"));
  const MimeEntity form = parseBody({{"Content-Type", type}}, request.body.view());
  for (const MimeEntity& part : form.parts) {
    if (exchange.parts.size() >= maximumFields) break;
    const ParameterisedHeader disposition = readParameters(part.header("Content-Disposition"));
    const ParameterisedHeader own = readParameters(part.header("Content-Type"));
    const std::string_view name = disposition.parameter("name");
    std::string content = decodedBody(part).value_or(part.body);
    const std::string_view charset = own.parameter("charset");
    if (!name.empty()) {
      exchange.fields.emplace_back(
          name, charset.empty() ? requestText(request.characterSet, content) : decodeText(content, charset).text);
    }
    exchange.parts.push_back({.name = std::string(name),
                              .fileName = std::string(disposition.parameter("filename")),
                              .type = own.value,
                              .content = std::move(content)});
  }
}

// --- Reading

Result<> fill(vm::Call& call, std::size_t index, const Pairs& pairs,
              std::string std::pair<std::string, std::string>::*part) {
  Ref<vm::ArrayValue> made;  // for a variable that nothing has declared
  auto* array = vm::ArrayValue::from(call.at(index));
  if (array == nullptr && call.at(index).isUndefined()) {
    made = vm::ArrayValue::make(vm::ArrayKind::text);
    array = made.get();
    call.setOut(index, Value::handle(Ref<Handle>::sharing(array)));
  }
  if (array == nullptr) return std::unexpected(call.wrongArgument(index, "a text array"));
  if (auto sized = array->resize(static_cast<std::int64_t>(pairs.size())); !sized) return sized;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    auto written = array->write(static_cast<std::int64_t>(i) + 1, Value::text(std::string_view(pairs[i].*part)));
    if (!written) return written;
  }
  return {};
}

Result<Value> fillBoth(vm::Call& call, const Pairs& pairs) {
  if (auto names = fill(call, 0, pairs, &std::pair<std::string, std::string>::first); !names) {
    return std::unexpected(names.error());
  }
  if (auto values = fill(call, 1, pairs, &std::pair<std::string, std::string>::second); !values) {
    return std::unexpected(values.error());
  }
  return Value();
}

Result<Value> getHeader(vm::Call& call) {
  Pairs pairs;
  if (const WebExchange* exchange = exchangeOf(call)) {
    pairs = {
        {"X-METHOD", exchange->request.verb}, {"X-URL", exchange->request.target}, {"X-VERSION", exchange->version}};
    for (const auto& [name, value] : exchange->request.headers) pairs.emplace_back(repairUtf8(name), repairUtf8(value));
  }
  return fillBoth(call, pairs);
}

Result<Value> getVariables(vm::Call& call) {
  const WebExchange* exchange = exchangeOf(call);
  return fillBoth(call, exchange != nullptr ? exchange->fields : Pairs());
}

Result<Value> getBody(vm::Call& call) {
  const WebExchange* exchange = exchangeOf(call);
  const MessageBody body = exchange != nullptr ? exchange->request.body : MessageBody();
  const bool wantsBytes = bytesOf(call.at(0)).has_value();
  const auto set = exchange != nullptr ? exchange->request.characterSet : std::nullopt;
  call.setOut(0, wantsBytes ? body.blob() : Value::text(requestText(set, body.view())));
  return Value();
}

Result<Value> bodyPartCount(vm::Call& call) {
  const WebExchange* exchange = exchangeOf(call);
  return Value::integer(exchange != nullptr ? static_cast<std::int64_t>(exchange->parts.size()) : 0);
}

// WEB GET BODY PART(number; content; name {; type {; file name}}): a part that does not exist gives empty values.
Result<Value> getBodyPart(vm::Call& call) {
  const WebExchange* exchange = exchangeOf(call);
  const auto number = static_cast<std::size_t>(std::max<std::int64_t>(call.integer(0), 0));
  const bool exists = exchange != nullptr && number >= 1 && number <= exchange->parts.size();
  const WebExchange::Part part = exists ? exchange->parts[number - 1] : WebExchange::Part();
  const bool wantsText = call.at(1).isText();
  call.setOut(1, wantsText ? Value::text(decodeText(part.content, "").text) : Value::blob(std::string(part.content)));
  const std::array texts{&part.name, &part.type, &part.fileName};
  for (std::size_t i = 0; i < texts.size() && i + 2 < call.count(); ++i) {
    call.setOut(i + 2, Value::text(std::string_view(*texts[i])));
  }
  return Value();
}

// --- Answering

Result<> addHeader(OutgoingAnswer& answer, std::string_view name, std::string_view value) {
  name = trim(name);
  value = trim(value);
  const bool valid = !name.empty() && name.find_first_of(" \t:\r\n") == name.npos &&
                     value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos;
  if (!valid) return fail(fault::wrongSettings, fmt::format("\"{}\" cannot be set as a header.", repairUtf8(name)));
  // The status may be set as a header.
  if (equalsIgnoringAsciiCase(name, "X-STATUS")) {
    const auto status = parseInteger(value.substr(0, value.find(' ')));
    if (status && *status >= 100 && *status <= 599) answer.status = static_cast<int>(*status);
    return {};
  }
  std::erase_if(answer.headers, [&](const auto& header) { return equalsIgnoringAsciiCase(header.first, name); });
  answer.headers.emplace_back(name, value);
  return {};
}

// WEB SET HTTP HEADER(names; values), or one text with a header a line.
Result<Value> setHeader(vm::Call& call) {
  const auto exchange = answering(call);
  if (!exchange) return std::unexpected(exchange.error());
  OutgoingAnswer& answer = (*exchange)->answer;
  const auto* names = vm::ArrayValue::from(call.at(0));
  const auto* values = vm::ArrayValue::from(call.at(1));
  if (names == nullptr) {
    for (const std::string_view line : split(call.text(0), '\n')) {
      const std::size_t colon = line.find(':');
      if (trim(line).empty()) continue;
      if (auto added = addHeader(answer, line.substr(0, colon), colon == line.npos ? "" : line.substr(colon + 1));
          !added) {
        return std::unexpected(added.error());
      }
    }
    return Value();
  }
  if (values == nullptr) return std::unexpected(call.wrongArgument(1, "a text array"));
  for (std::int64_t i = 1; i <= std::min(names->size(), values->size()); ++i) {
    const auto name = names->read(i), value = values->read(i);
    if (!name || !value || !name->isText() || !value->isText()) continue;
    if (auto added = addHeader(answer, name->asText(), value->asText()); !added) return std::unexpected(added.error());
  }
  return Value();
}

void answerWith(WebExchange& exchange, std::string body, std::string_view type) {
  exchange.answered = true;
  exchange.answer.body = std::move(body);
  exchange.answer.file.reset();
  std::erase_if(exchange.answer.headers,
                [](const auto& header) { return equalsIgnoringAsciiCase(header.first, "Content-Type"); });
  const bool valid = type.find_first_of("\r\n") == type.npos && !trim(type).empty();
  exchange.answer.headers.emplace_back("Content-Type", valid ? trim(type) : defaultType);
}

Result<Value> sendText(vm::Call& call) {
  const auto exchange = answering(call);
  if (!exchange) return std::unexpected(exchange.error());
  answerWith(**exchange, std::string(call.text(0)), call.text(1, defaultType));
  return Value();
}

Result<Value> sendBlob(vm::Call& call) {
  const auto exchange = answering(call);
  if (!exchange) return std::unexpected(exchange.error());
  const auto large = vm::LargeBlob::bytesOf(call.at(0));
  answerWith(**exchange, large ? std::string() : std::string(bytesOf(call.at(0)).value_or(std::string_view())),
             call.text(1, "application/octet-stream"));
  if (large) (*exchange)->answer.file = large->part();
  return Value();
}

struct TypeRow {
  std::string_view extension, type;
};
constexpr std::array webTypes{
    TypeRow{".htm", "text/html"},       TypeRow{".html", "text/html"},    TypeRow{".css", "text/css"},
    TypeRow{".txt", "text/plain"},      TypeRow{".svg", "image/svg+xml"}, TypeRow{".webp", "image/webp"},
    TypeRow{".csv", "text/csv"},        TypeRow{".ico", "image/x-icon"},  TypeRow{".avif", "image/avif"},
    TypeRow{".js", "text/javascript"},  TypeRow{".m4a", "audio/mp4"},     TypeRow{".md", "text/markdown"},
    TypeRow{".mov", "video/quicktime"}, TypeRow{".mp3", "audio/mpeg"},    TypeRow{".mp4", "video/mp4"},
    TypeRow{".ogg", "audio/ogg"},       TypeRow{".wav", "audio/wav"},     TypeRow{".webm", "video/webm"},
    TypeRow{".woff2", "font/woff2"},
};

// The file must lie in the web folder, links followed.
Result<Value> sendFile(vm::Call& call) {
  const auto exchange = answering(call);
  if (!exchange) return std::unexpected(exchange.error());
  std::string_view given = call.text(0);
  while (given.starts_with('/')) given.remove_prefix(1);
  std::error_code missing;
  const fs::path folder = fs::canonical((*exchange)->webFolder, missing);
  const fs::path path = missing || given.contains('\0') ? fs::path() : fs::canonical(folder / given, missing);
  const bool inside =
      !missing && std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
  if (!inside || !fs::is_regular_file(path, missing)) {
    return fail(fault::noFile, fmt::format("There is no file \"{}\" in the web folder.", repairUtf8(given)));
  }
  auto opened = std::make_shared<const OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found {};
  if (!opened->isOpen() || ::fstat(opened->descriptor(), &found) != 0) {
    return std::unexpected(systemError(errno, "read the file", repairUtf8(given)));
  }
  answerWith(**exchange, std::string(), webTypeOf(path.filename().string()));
  (*exchange)->answer.file =
      FilePart{.file = std::move(opened), .offset = 0, .length = static_cast<std::uint64_t>(found.st_size)};
  return Value();
}

Result<Value> sendRedirect(vm::Call& call) {
  const auto exchange = answering(call);
  if (!exchange) return std::unexpected(exchange.error());
  const std::string_view url = trim(call.text(0));
  if (auto added = addHeader((*exchange)->answer, "Location", url); !added) return std::unexpected(added.error());
  (*exchange)->answer.status = 302;
  (*exchange)->answer.body.clear();
  (*exchange)->answer.file.reset();
  (*exchange)->answered = true;
  return Value();
}

constexpr std::array rows{
    vm::FunctionRow{"WEB GET HTTP HEADER", "(inout names: variable, inout values: variable)", &getHeader,
                    "Fills two text arrays with the headers of the request."},
    vm::FunctionRow{"WEB GET VARIABLES", "(inout names: variable, inout values: variable)", &getVariables,
                    "Fills two text arrays with the form fields of the request."},
    vm::FunctionRow{"WEB GET HTTP BODY", "(inout body: variable)", &getBody, "Gives the body of the request."},
    vm::FunctionRow{"WEB Get body part count", "() : integer", &bodyPartCount,
                    "Number of the parts of a form that the request brought (multipart/form-data)."},
    vm::FunctionRow{"WEB GET BODY PART",
                    "(part: integer, inout content: variable, inout name: variable, inout type?: variable, "
                    "inout fileName?: variable)",
                    &getBodyPart, "Gives one part of the form that the request brought."},
    vm::FunctionRow{"WEB SET HTTP HEADER", "(names: variable, values?: variable)", &setHeader,
                    "Sets headers of the answer."},
    vm::FunctionRow{"WEB SEND TEXT", "(text: string, type?: string)", &sendText, "Answers the request with a text."},
    vm::FunctionRow{"WEB SEND BLOB", "(blob: blob, type?: string)", &sendBlob, "Answers the request with bytes."},
    vm::FunctionRow{"WEB SEND FILE", "(path: string)", &sendFile, "Answers the request with a file of the web folder."},
    vm::FunctionRow{"WEB SEND HTTP REDIRECT", "(url: string, *?)", &sendRedirect,
                    "Answers the request with a redirection."},
};

}  // namespace

std::string_view webTypeOf(const std::string& name) {
  const std::string extension = lowerAscii(file::partsOf(name).extension);
  const auto* row = std::ranges::find(webTypes, extension, &TypeRow::extension);
  return row == webTypes.end() ? mailTypeOf(name) : row->type;
}

WebExchange webExchange(IncomingRequest request, std::filesystem::path webFolder) {
  WebExchange exchange;
  exchange.active = true;
  const std::size_t mark = request.target.find('?');
  if (mark != std::string::npos)
    addPairs(request.characterSet, std::string_view(request.target).substr(mark + 1), exchange.fields);
  const std::string type = readParameters(headerValue(request.headers, "content-type")).value;
  if (type == "application/x-www-form-urlencoded") addPairs(request.characterSet, request.body.view(), exchange.fields);
  if (type == "multipart/form-data") addParts(request, exchange);
  exchange.request = std::move(request);
  exchange.webFolder = std::move(webFolder);
  return exchange;
}

std::span<const vm::FunctionRow> webCommands() { return rows; }

}  // namespace qodly::script::library
