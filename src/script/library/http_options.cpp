#include "script/library/http_options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/async_events.h"
#include "script/library/blob_value.h"
#include "script/library/folder_class.h"
#include "script/library/http_curl.h"
#include "script/library/io_error.h"
#include "script/library/json_text.h"
#include "script/library/network_settings.h"
#include "script/library/option_reader.h"
#include "script/vm/function.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view owner = "4D.HTTPRequest";

constexpr std::array<std::string_view, 4> tlsNames{"TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"};
constexpr std::array<long, 4> tlsVersions{CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_TLSv1_2,
                                          CURL_SSLVERSION_TLSv1_3};

class Reading {
 public:
  Reading(vm::Process& process, const Value& options) : process_(process), reader_(process, options, owner) {}

  Result<HttpOptions> run(std::string_view url) {
    auto complete = completeUrl(url);
    if (!complete) return std::unexpected(complete.error());
    out_.spec.url = std::move(*complete);
    out_.method = reader_.text("method").value_or("GET");
    out_.spec.method = out_.method;
    std::ranges::transform(out_.spec.method, out_.spec.method.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    readHeaders();
    readAnswerOptions();
    readSecurity();
    if (auto body = readBody(); !body) return std::unexpected(body.error());
    if (auto valid = reader_.problem(); !valid) return std::unexpected(valid.error());
    if (const auto* settings = process_.runtime().service<NetworkSettings>()) {
      out_.spec.proxyUrl = settings->proxyUrl;
      out_.spec.authorityFile = settings->authorityFile;
    }
    return std::move(out_);
  }

 private:
  void addHeader(const std::string& name, const Value& value) {
    if (value.isText()) {
      out_.spec.headers.emplace_back(name, value.asText());
    } else if (value.isNumber() || value.type() == Type::boolean) {
      out_.spec.headers.emplace_back(name, json::text(value));
    } else if (!value.isMissing()) {
      reader_.refuse("headers", "an object of texts");
    }
  }

  void readHeaders() {
    const Value headers = reader_.object("headers");
    if (headers.isUndefined()) return;
    const vm::ReadGuard guard(headers.asObject());
    for (const auto& [name, value] : headers.asObject().members()) {
      if (!value.isCollection()) {
        addHeader(name, value);
        continue;
      }
      for (const Value& element : value.asCollection().elements()) addHeader(name, element);
    }
  }

  void readAnswerOptions() {
    static constexpr std::array<std::string_view, 4> dataTypes{"auto", "text", "blob", "object"};
    static constexpr std::array<std::string_view, 2> protocols{"auto", "HTTP1"};
    out_.encoding = reader_.text("encoding").value_or("UTF-8");
    out_.dataType = reader_.choice("dataType", dataTypes).value_or("auto");
    out_.protocol = reader_.choice("protocol", protocols).value_or("auto");
    out_.timeout = reader_.number("timeout");
    if (out_.timeout.value_or(0) > 0) out_.spec.timeout = secondsToWait(out_.timeout);
    out_.keepsBody = reader_.boolean("returnResponseBody").value_or(true);
    out_.decodesData = reader_.boolean("decodeData").value_or(false);
    out_.hasOnData = vm::Function::from(reader_.value("onData")) != nullptr;
    out_.spec.redirect = reader_.boolean("automaticRedirections").value_or(true);
    out_.spec.decoded = !out_.hasOnData || out_.decodesData;
    if (!out_.keepsBody && !out_.hasOnData) reader_.refuse("onData", "given when returnResponseBody is false");
  }

  std::optional<HttpCredentials> credentials(std::string_view name) {
    static constexpr std::array<std::string_view, 3> methods{"auto", "basic", "digest"};
    const Value given = reader_.object(name);
    if (given.isUndefined()) return std::nullopt;
    OptionReader reader(process_, given, name);
    HttpCredentials read{reader.text("name").value_or(""), reader.text("password").value_or("")};
    const auto method = reader.choice("method", methods);
    if (!reader.problem()) reader_.refuse(name, "an object {name, password, method}");
    if (method) {
      read.method = static_cast<HttpAuthentication>(std::ranges::find(methods, *method) - methods.begin());
    }
    return read;
  }

  void readSecurity() {
    if (const auto name = reader_.choice("minTLSVersion", tlsNames)) {
      out_.spec.minimumTls =
          tlsVersions[static_cast<std::size_t>(std::ranges::find(tlsNames, *name) - tlsNames.begin())];
    }
    out_.spec.server = credentials("serverAuthentication");
    out_.spec.proxy = credentials("proxyAuthentication");
    const Value folder = reader_.value("certificatesFolder");
    if (folder.isUndefined()) return;
    const auto* place = vm::NativeObject::from<FolderObject>(folder);
    if (place == nullptr) return reader_.refuse("certificatesFolder", "a 4D.Folder");
    const auto certificate = place->place().child("cert.pem").target();
    const auto key = place->place().child("key.pem").target();
    if (!certificate || !key) return reader_.refuse("certificatesFolder", "a folder with cert.pem and key.pem");
    out_.spec.certificateFile = certificate->string();
    out_.spec.keyFile = key->string();
  }

  bool hasContentType() const {
    return std::ranges::any_of(
        out_.spec.headers, [](const auto& header) { return equalsIgnoringAsciiCase(header.first, "Content-Type"); });
  }

  void setBody(std::string bytes, std::string_view type) {
    out_.spec.body = std::move(bytes);
    if (!hasContentType()) out_.spec.headers.emplace_back("Content-Type", type);
  }

  Result<> readBody() {
    const Value body = reader_.value("body");
    if (body.isUndefined()) return {};
    if (const auto bytes = bytesOf(body)) {
      setBody(std::string(*bytes), "application/octet-stream");
    } else if (body.isText()) {
      const auto charset = hasContentType() ? Result<Charset>(Charset::utf8()) : Charset::named(out_.encoding);
      if (!charset) return std::unexpected(charset.error());
      setBody(charset->encode(body.asText()), "text/plain; charset=" + out_.encoding);
    } else if (body.isObject() || body.isCollection()) {
      auto written = jsonText(process_, body);
      if (!written) return std::unexpected(written.error());
      setBody(std::move(*written), "application/json; charset=utf-8");
    } else {
      reader_.refuse("body", "a text, a blob, an object or a collection");
    }
    return {};
  }

  vm::Process& process_;
  OptionReader reader_;
  HttpOptions out_;
};

}  // namespace

Result<HttpOptions> readHttpOptions(vm::Process& process, std::string_view url, const Value& options) {
  return Reading(process, options).run(url);
}

}  // namespace qodly::script::library
