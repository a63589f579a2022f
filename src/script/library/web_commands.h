// The commands of methods that are called through /4DACTION (commands.md 24.1, rest.md 21.2) and of the database method
// onWebConnection, and what the HTTP layer gives and takes for them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/library/http_message_class.h"
#include "script/vm/native.h"

namespace qodly::script::library {

// One request and its answer. The HTTP layer puts it into the process (`process.extension<WebExchange>() = ...`) before
// the method runs and takes the answer out of it afterwards; in a process without one the reading commands give nothing
// and the sending ones are error -20027. A request handler only reads: its answer is what it returns.
struct WebExchange {
  // A part of a body that is a form; `fileName` and `type` "" where the part does not say them.
  struct Part {
    std::string name, fileName, type, content;
  };

  bool active = false;
  bool readsOnly = false;
  IncomingRequest request;
  std::string version = "HTTP/1.1";
  std::filesystem::path webFolder;  // what WEB SEND FILE may send lies below it
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<Part> parts;
  OutgoingAnswer answer;
  bool answered = false;
};

// Reads the form fields: of the query, and of a body that is a form (urlencoded or multipart, whose parts it keeps).
WebExchange webExchange(IncomingRequest request, std::filesystem::path webFolder);

// The Content-Type of a file by its name.
std::string_view webTypeOf(const std::string& name);

std::span<const vm::FunctionRow> webCommands();

}  // namespace qodly::script::library
