#include "rest/describe/typescript_client.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"

namespace qodly::rest {

namespace {

using model::AttributeKind;

// Names that the module or the language of the browser uses itself.
constexpr std::array<std::string_view, 27> takenNames{
    "Array",   "Blob",     "Boolean", "Client",     "Datastore", "Date",    "Error",   "Function", "Headers",
    "JSON",    "Map",      "Math",    "Number",     "Object",    "Promise", "Proxy",   "Record",   "RegExp",
    "Request", "Response", "Set",     "Singletons", "String",    "Symbol",  "WeakMap", "connect",  "model",
};
// Members of the object that connect() gives beside the dataclasses.
constexpr std::array<std::string_view, 5> clientMembers{"connection", "constructor", "ds", "singletons", "toString"};

bool isIdentifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string literal(std::string_view text) {
  std::string json;
  json::appendString(text, json);
  return json;
}

std::string property(std::string_view name) { return isIdentifier(name) ? std::string(name) : literal(name); }

std::string comment(std::string_view text, std::string_view indent) {
  if (trim(text).empty()) return "";
  std::string safe(trim(text));
  for (std::size_t at = safe.find("*/"); at != std::string::npos; at = safe.find("*/", at)) safe.replace(at, 2, "* /");
  std::ranges::replace(safe, '\n', ' ');
  std::ranges::replace(safe, '\r', ' ');
  return fmt::format("{}/** {} */\n", indent, safe);
}

class ClientText {
 public:
  ClientText(const ApiDescription& api, std::string_view runtime) : api_(api) {
    for (const std::string_view name : takenNames) taken_.emplace(name);
    constexpr std::string_view mark = "export ";
    for (std::string_view line : split(runtime, '\n')) {
      if (!line.starts_with(mark)) continue;
      const auto words = split(line.substr(mark.size()), ' ');
      const std::size_t at = !words.empty() && words[0] == "async" ? 2 : 1;
      if (words.size() > at) taken_.emplace(words[at].substr(0, words[at].find_first_of("<(:;")));
    }
    for (const ApiClass& each : api.classes) names_.emplace_back(uniqueName(each.name));
  }

  std::string text(std::string_view runtime) {
    out_ = fmt::format(
        "// The client of {}, made by `qodly client ts` from its model. Do not edit: make it again when the model "
        "changes.\n/* eslint-disable */\n\n",
        oneLine(api_.application));
    out_ += runtime;
    out_ += fmt::format("\n// ---- {}\n\n", oneLine(api_.application));
    for (std::size_t i = 0; i < api_.classes.size(); ++i) addClass(api_.classes[i], names_[i]);
    addFunctions("Datastore", "Functions of the datastore.", api_.functions, "dataStore");
    addSingletons();
    addModel();
    addClient();
    return std::move(out_);
  }

 private:
  static std::string oneLine(std::string_view text) {
    std::string line(text);
    std::ranges::replace(line, '\n', ' ');
    return line;
  }

  // A name for the types of a dataclass that nothing else has.
  std::string uniqueName(std::string_view name) {
    std::string wanted;
    for (const char c : name) {
      wanted += isIdentifier(std::string("a") + c) ? c : '_';
    }
    if (!isIdentifier(wanted)) wanted.insert(0, "_");
    const auto free = [this](const std::string& base) {
      for (const std::string_view suffix : {"", "Fields", "Input", "Shape", "Functions"}) {
        if (taken_.contains(base + std::string(suffix))) return false;
      }
      return true;
    };
    while (!free(wanted)) wanted += '_';
    for (const std::string_view suffix : {"", "Fields", "Input", "Shape", "Functions"}) {
      taken_.insert(wanted + std::string(suffix));
    }
    return wanted;
  }

  const std::string& nameOf(std::string_view dataClass) const {
    const auto found = std::ranges::find(api_.classes, dataClass, &ApiClass::name);
    return names_[static_cast<std::size_t>(found - api_.classes.begin())];
  }

  static bool isRelation(const ApiAttribute& attribute) {
    return attribute.type.kind == ApiKind::entity || attribute.type.kind == ApiKind::selection;
  }

  // --- Types

  static std::string_view scalar(ApiKind kind) {
    switch (kind) {
      case ApiKind::text:
      case ApiKind::uuid:
        return "string";
      case ApiKind::integer:
      case ApiKind::number:
      case ApiKind::duration:
        return "number";
      case ApiKind::boolean:
        return "boolean";
      case ApiKind::date:
        return "Day";
      case ApiKind::instant:
        return "Date";
      case ApiKind::object:
        return "{ [name: string]: Json }";
      case ApiKind::collection:
        return "Json[]";
      case ApiKind::picture:
      case ApiKind::blob:
        return "Media";
      default:
        return "Json";
    }
  }

  std::string argumentType(const ApiType& type) const {
    switch (type.kind) {
      case ApiKind::entity:
        return "(Stored & Partial<" + nameOf(type.dataClass) + ">) | null";
      case ApiKind::selection:
        return "EntitySet<" + nameOf(type.dataClass) + "Functions['onSelection']> | null";
      case ApiKind::date:
      case ApiKind::instant:
        return "Day | Date | null";
      case ApiKind::object:
        return "object | null";
      case ApiKind::collection:
        return "readonly unknown[] | null";
      case ApiKind::picture:
      case ApiKind::blob:
      case ApiKind::message:
      case ApiKind::variant:
      case ApiKind::nothing:
        return "unknown";
      default:
        return std::string(scalar(type.kind)) + " | null";
    }
  }

  std::string resultType(const ApiType& type) const {
    switch (type.kind) {
      case ApiKind::entity:
        return nameOf(type.dataClass) + " | null";
      case ApiKind::selection:
        return "Page<" + nameOf(type.dataClass) + ">";
      case ApiKind::nothing:
        return "void";
      case ApiKind::picture:
      case ApiKind::blob:
      case ApiKind::message:
        return "Blob";
      case ApiKind::instant:
        return "string | null";
      case ApiKind::object:
        return "{ [name: string]: unknown } | null";
      case ApiKind::collection:
        return "unknown[] | null";
      case ApiKind::variant:
        return "unknown";
      case ApiKind::date:
        return "Day";
      default:
        return std::string(scalar(type.kind)) + " | null";
    }
  }

  // --- Dataclasses

  void addClass(const ApiClass& owner, const std::string& name) {
    addFields(owner, name);
    addInput(owner, name);
    const ApiAttribute* key = owner.key();
    const std::string_view keyType = key == nullptr ? "Key" : key->type.kind == ApiKind::integer ? "number" : "string";
    out_ += fmt::format("export interface {}Shape extends Shape {{\n", name);
    out_ += fmt::format("  readonly name: {};\n  readonly key: {};\n", literal(owner.name), keyType);
    out_ += fmt::format("  readonly fields: {0}Fields;\n  readonly input: {0}Input;\n", name);
    addRelations(owner, "one", ApiKind::entity);
    addRelations(owner, "many", ApiKind::selection);
    out_ += "}\n\n";
    out_ += comment(owner.comment, "");
    out_ += fmt::format("export type {0} = Entity<{0}Shape>;\n\n", name);
    out_ += fmt::format("export interface {}Functions extends Functions {{\n", name);
    addMembers("onClass", owner.functions, "dataClass");
    addMembers("onSelection", owner.functions, "entityCollection");
    addMembers("onEntity", owner.functions, "entity");
    out_ += "}\n\n";
  }

  void addFields(const ApiClass& owner, const std::string& name) {
    out_ += fmt::format("export interface {}Fields {{\n", name);
    for (const ApiAttribute& each : owner.attributes) {
      if (isRelation(each)) continue;
      out_ += comment(each.comment, "  ");
      out_ += fmt::format("  {}{}: {}{};\n", each.readOnly || each.isKey ? "readonly " : "", property(each.name),
                          scalar(each.type.kind), each.nullable ? " | null" : "");
    }
    out_ += "}\n\n";
  }

  void addInput(const ApiClass& owner, const std::string& name) {
    out_ += fmt::format("export interface {}Input {{\n", name);
    for (const ApiAttribute& each : owner.attributes) {
      if (each.readOnly) continue;
      const bool needed = (each.required && !each.defaultValue) || (each.isKey && !each.generated);
      const bool must = needed && !each.generated;
      std::string type(scalar(each.type.kind));
      if (each.type.kind == ApiKind::entity) type = "Link";
      if (each.type.kind == ApiKind::instant) type = "Date | string";
      if (type == "Media") type = "Upload | Media";
      out_ +=
          fmt::format("  readonly {}{}: {}{};\n", property(each.name), must ? "" : "?", type, must ? "" : " | null");
    }
    out_ += "}\n\n";
  }

  void addRelations(const ApiClass& owner, std::string_view member, ApiKind kind) {
    out_ += fmt::format("  readonly {}: {{\n", member);
    for (const ApiAttribute& each : owner.attributes) {
      if (each.type.kind != kind) continue;
      out_ += fmt::format("    readonly {}: {}Shape;\n", property(each.name), nameOf(each.type.dataClass));
    }
    out_ += "  };\n";
  }

  // --- Functions

  std::string signature(const ApiFunction& function) const {
    std::string parameters;
    std::set<std::string> used;
    for (const ApiParameter& each : function.parameters) {
      std::string name = isIdentifier(each.name) ? each.name + "_" : fmt::format("argument{}", used.size() + 1);
      if (isIdentifier(each.name) && !isReserved(each.name)) name.pop_back();
      while (!used.insert(name).second) name += '_';
      parameters += fmt::format("{}{}: {}", parameters.empty() ? "" : ", ", name, argumentType(each.type));
    }
    if (function.further) {
      parameters +=
          fmt::format("{}...further: ({})[]", parameters.empty() ? "" : ", ", argumentType(*function.further));
    }
    return fmt::format("{}({}): Promise<{}>", property(function.name), parameters, resultType(function.result));
  }

  static bool isReserved(std::string_view name) {
    constexpr std::array<std::string_view, 40> words{
        "arguments", "await",      "break",     "case",   "catch",    "class",  "const",      "continue",
        "debugger",  "default",    "delete",    "do",     "else",     "enum",   "eval",       "export",
        "extends",   "false",      "finally",   "for",    "function", "if",     "implements", "import",
        "in",        "instanceof", "interface", "let",    "new",      "null",   "package",    "private",
        "protected", "public",     "return",    "static", "super",    "switch", "this",       "throw"};
    constexpr std::array<std::string_view, 8> more{"true", "try", "typeof", "var", "void", "while", "with", "yield"};
    return std::ranges::find(words, name) != words.end() || std::ranges::find(more, name) != more.end();
  }

  void addMembers(std::string_view member, const std::vector<ApiFunction>& functions, std::string_view appliesTo) {
    out_ += fmt::format("  readonly {}: {{\n", member);
    for (const ApiFunction& each : functions) {
      if (each.appliesTo == appliesTo) out_ += fmt::format("    {};\n", signature(each));
    }
    out_ += "  };\n";
  }

  void addFunctions(std::string_view name, std::string_view about, const std::vector<ApiFunction>& functions,
                    std::string_view appliesTo) {
    out_ += fmt::format("/** {} */\nexport interface {} {{\n", about, name);
    for (const ApiFunction& each : functions) {
      if (each.appliesTo == appliesTo) out_ += fmt::format("  {};\n", signature(each));
    }
    out_ += "}\n\n";
  }

  void addSingletons() {
    out_ += "/** Functions of the singletons. */\nexport interface Singletons {\n";
    for (const ApiSingleton& each : api_.singletons) {
      out_ += fmt::format("  readonly {}: {{\n", property(each.name));
      for (const ApiFunction& function : each.functions) out_ += fmt::format("    {};\n", signature(function));
      out_ += "  };\n";
    }
    out_ += "}\n\n";
  }

  // --- What the runtime has to know

  static std::string_view resultCode(ApiKind kind) {
    switch (kind) {
      case ApiKind::nothing:
        return "nothing";
      case ApiKind::date:
        return "day";
      case ApiKind::picture:
      case ApiKind::blob:
      case ApiKind::message:
        return "bytes";
      default:
        return "value";
    }
  }

  static std::string_view valueCode(ApiKind kind) {
    switch (kind) {
      case ApiKind::date:
        return "day";
      case ApiKind::instant:
        return "instant";
      case ApiKind::picture:
      case ApiKind::blob:
        return "media";
      case ApiKind::entity:
        return "one";
      case ApiKind::selection:
        return "many";
      default:
        return "plain";
    }
  }

  static std::string functionInfos(const std::vector<ApiFunction>& functions) {
    std::string text = "[";
    for (const ApiFunction& each : functions) {
      text += fmt::format("{}{{ name: {}, on: '{}', result: '{}' }}", text.size() > 1 ? ", " : "", literal(each.name),
                          each.appliesTo, resultCode(each.result.kind));
    }
    return text + "]";
  }

  void addModel() {
    out_ += "const model: Model = {\n";
    for (const ApiClass& each : api_.classes) {
      out_ += fmt::format("  {0}: {{\n    name: {0},\n    attributes: {{\n", literal(each.name));
      for (const ApiAttribute& attribute : each.attributes) {
        out_ += fmt::format("      {}: {{ kind: '{}'", literal(attribute.name), valueCode(attribute.type.kind));
        if (isRelation(attribute)) out_ += fmt::format(", type: {}", literal(attribute.type.dataClass));
        out_ += attribute.readOnly ? ", readOnly: true },\n" : " },\n";
      }
      out_ += fmt::format("    }},\n    functions: {},\n  }},\n", functionInfos(each.functions));
    }
    out_ += "};\n\n";
    out_ += fmt::format("const datastoreFunctions: readonly FunctionInfo[] = {};\n\n", functionInfos(api_.functions));
    out_ += "const singletonFunctions: Readonly<Record<string, readonly FunctionInfo[]>> = {\n";
    for (const ApiSingleton& each : api_.singletons) {
      out_ += fmt::format("  {}: {},\n", literal(each.name), functionInfos(each.functions));
    }
    out_ += "};\n\n";
  }

  static std::string memberOf(std::string_view dataClass) {
    const bool clashes = std::ranges::find(clientMembers, dataClass) != clientMembers.end();
    return property(clashes ? std::string(dataClass) + "_" : std::string(dataClass));
  }

  void addClient() {
    out_ += "/** The application: its dataclasses, the functions of the datastore, the singletons. */\n";
    out_ += "export class Client {\n  readonly connection: Connection;\n  readonly ds: Datastore;\n";
    out_ += "  readonly singletons: Singletons;\n";
    for (std::size_t i = 0; i < api_.classes.size(); ++i) {
      out_ += fmt::format("  readonly {0}: DataClass<{1}Shape, {1}Functions>;\n", memberOf(api_.classes[i].name),
                          names_[i]);
    }
    out_ += "\n  constructor(url: string, options: Options = {}) {\n";
    out_ += "    const connection = new Connection(url, model, options);\n    this.connection = connection;\n";
    if (!api_.classes.empty()) {
      out_ +=
          "    const known = (name: string): ClassInfo => model[name] ?? { name, attributes: {}, functions: [] };\n";
    }
    out_ +=
        "    this.ds = connection.functions<Datastore>(datastoreFunctions, 'dataStore', (name) => "
        "`/$catalog/${name}`);\n"
        "    const singletons: Record<string, unknown> = {};\n"
        "    for (const [owner, functions] of Object.entries(singletonFunctions)) {\n"
        "      singletons[owner] = connection.functions<object>(functions, 'singleton', (name) => "
        "`/$singleton/${encodeURIComponent(owner)}/${name}`);\n"
        "    }\n"
        "    this.singletons = singletons as unknown as Singletons;\n";
    for (const ApiClass& each : api_.classes) {
      const std::string member = memberOf(each.name);
      const std::string target = member.starts_with('"') ? fmt::format("this[{}]", member) : "this." + member;
      out_ += fmt::format("    {} = new DataClass(connection, known({}));\n", target, literal(each.name));
    }
    out_ += "  }\n}\n\n";
    out_ +=
        "/** `url`: of the server, \"https://example.org\"; in a page of the application itself: \"\". */\n"
        "export function connect(url: string, options: Options = {}): Client {\n  return new Client(url, "
        "options);\n}\n";
  }

  const ApiDescription& api_;
  std::set<std::string, std::less<>> taken_;
  std::vector<std::string> names_;  // of the types of each dataclass
  std::string out_;
};

}  // namespace

std::string withoutImports(std::string_view module) {
  std::string kept;
  bool importing = false;
  for (const std::string_view line : split(module, '\n')) {
    importing = importing || line.starts_with("import ");
    if (!importing) {
      kept += line;
      kept += '\n';
    }
    if (importing && trim(line).ends_with(';')) importing = false;
  }
  while (kept.ends_with("\n\n")) kept.pop_back();
  return kept;
}

std::string typescriptClient(const ApiDescription& api, std::string_view runtime) {
  return ClientText(api, runtime).text(runtime);
}

}  // namespace qodly::rest
