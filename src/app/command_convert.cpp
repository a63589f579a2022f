// qodly convert: writes code in the other surface of the language.
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/project_code.h"
#include "base/error_codes.h"
#include "script/library/names_4d.h"
#include "script/syntax/parser.h"
#include "script/syntax/printer.h"
#include "script/syntax/structure.h"

namespace qodly::app {

namespace {

namespace fs = std::filesystem;
namespace syntax = script::syntax;

Error fileError(const fs::path& path, std::string_view what) {
  return Error(code::inputOutput, "host", fmt::format("The file {} {}.", path.string(), what));
}

Result<> writeNew(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return std::unexpected(fileError(path, "exists already and is not overwritten"));
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return std::unexpected(fileError(path, "cannot be written"));
  return {};
}

// The converted text; its losses go to stderr. Error: the first error of the file.
Result<std::string> convertText(const syntax::SourceFile& file, syntax::Surface target, const syntax::Names& names) {
  const auto text = syntax::readSource(file.path);
  if (!text) return std::unexpected(text.error());
  const syntax::Tree tree = syntax::parse(file.unit(), file.path.string(), *text, file.surface, names);
  for (const syntax::Diagnostic& each : tree.diagnostics) {
    if (each.level != syntax::Diagnostic::Level::error) continue;
    return std::unexpected(Error(code::wrongArgument, "host", "Not converted: " + each.message)
                               .at({each.file, each.where.line, each.where.column}));
  }
  syntax::Printed printed = syntax::print(tree, target, names);
  for (const syntax::Diagnostic& each : printed.losses) printLine(syntax::text(each));
  // Whatever was not told as a loss must be there: what is written is read again.
  const syntax::Tree again = syntax::parse(file.unit(), file.path.string(), printed.text, target, names);
  if (printed.losses.empty() && (syntax::hasErrors(again.diagnostics) || !syntax::sameStructure(tree, again))) {
    return std::unexpected(
        Error(code::wrongArgument, "host",
              fmt::format("Not converted: {} would mean something else in the other surface", file.path.string())));
  }
  return std::move(printed.text);
}

Result<> convertFile(const syntax::SourceFile& file, syntax::Surface target, const syntax::Names& names,
                     const fs::path& to) {
  const auto text = convertText(file, target, names);
  if (!text) return std::unexpected(text.error());
  if (!to.empty()) return writeNew(to, *text);
  fmt::print("{}", *text);
  return {};
}

int runOneFile(const ConvertOptions& options, syntax::Surface surface, syntax::Surface target) {
  const fs::path absolute = fs::absolute(options.source).lexically_normal();
  const std::string folder = absolute.parent_path().filename().string();
  // The folder tells whether it is a class; the project around it, when there is one, knows the names of methods.
  const auto role = folder == "Classes" ? syntax::SourceFile::Role::classFile : syntax::SourceFile::Role::method;
  const syntax::SourceFile file{absolute, absolute.stem().string(), role, surface};
  auto code = openCode(absolute.parent_path().parent_path().parent_path());
  const syntax::NameTable alone(&script::library::builtInNames());
  const syntax::Names& names = code ? static_cast<const syntax::Names&>(code->names) : alone;
  const fs::path to = options.out.empty() ? fs::path() : options.out / (file.name + "." + options.to);
  if (const auto done = convertFile(file, target, names, to); !done) {
    printError(done.error());
    return exit_code::failed;
  }
  return exit_code::done;
}

int runProject(const ConvertOptions& options, syntax::Surface target) {
  const auto code = openCode(options.source);
  if (!code) {
    printError(code.error());
    return exitCodeOf(code.error());
  }
  std::size_t converted = 0, failed = 0;
  for (const syntax::SourceFile& file : code->sources.files) {
    if (file.surface == target) continue;
    fs::path to = options.out.empty() ? file.path : options.out / file.path.lexically_relative(code->root);
    to.replace_extension(options.to);
    const auto done = convertFile(file, target, code->names, to);
    if (!done) printError(done.error());
    ++(done ? converted : failed);
  }
  fmt::print("{} files converted, {} not\n", converted, failed);
  return failed > 0 ? exit_code::failed : exit_code::done;
}

}  // namespace

int runConvert(const ConvertOptions& options) {
  const auto target = options.to == "4qs" ? syntax::Surface::qodlyScript : syntax::Surface::fourD;
  const auto surface = syntax::surfaceOf(options.source.filename().string());
  return surface ? runOneFile(options, *surface, target) : runProject(options, target);
}

}  // namespace qodly::app
