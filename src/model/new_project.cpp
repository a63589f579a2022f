// The files of a new project (project-format.md 23.5). Its roles let nobody but the role Admin in.
#include "model/new_project.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>

#include "base/error_codes.h"
#include "base/text.h"
#include "model/catalog_document.h"
#include "model/new_project_pages.h"
#include "model/project.h"

namespace qodly::model {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view anchor = R"({
	"$comment": "Qodly project",
	"compatibilityVersion": 2100,
	"tokenizedText": false
})";

constexpr std::string_view lockedRoles = R"({
	"forceLogin": true,
	"restrictedByDefault": false,
	"privileges": [
		{ "privilege": "none", "includes": [] },
		{ "privilege": "admin", "includes": [] }
	],
	"roles": [
		{ "role": "Admin", "privileges": ["admin"] }
	],
	"permissions": {
		"allowed": [
			{
				"applyTo": "ds",
				"type": "datastore",
				"read": ["admin"],
				"create": ["admin"],
				"update": ["admin"],
				"drop": ["admin"],
				"execute": ["admin"]
			},
			{ "applyTo": "ds.userName", "type": "method", "execute": ["guest"] }
		]
	}
})";

constexpr std::string_view openRoles = R"({
	"forceLogin": false,
	"restrictedByDefault": false,
	"privileges": [
		{ "privilege": "none", "includes": [] },
		{ "privilege": "admin", "includes": [] }
	],
	"roles": [
		{ "role": "Admin", "privileges": ["admin"] }
	],
	"permissions": {
		"allowed": []
	}
})";

constexpr std::string_view settings = R"({
	"webforms.renderer.indexPage": "Home",
	"webforms.renderer.loginPage": "Login"
})";

constexpr std::string_view dataStoreClass = R"(extends DataStoreImplementation

// Checks the credentials against the users of this server; the session gets the privileges of the user's role.
exposed function authentify(email : string, password : string) : object
	return cs.Qodly.Users.me.signIn(email, password)

exposed function userName() : string
	return session.userName
)";

constexpr std::string_view ignored = "Data/\nLogs/\n";

struct NewFile {
  std::string_view path;
  std::string_view content;
};
const std::array files = {
    NewFile{"Project/Sources/qodlyApp.json", settings},
    NewFile{"Project/Sources/Classes/DataStore.4qs", dataStoreClass},
    NewFile{"Project/Sources/WebForms/Login.WebForm", newLoginPage()},
    NewFile{"Project/Sources/WebForms/Home.WebForm", newHomePage()},
    NewFile{".gitignore", ignored},
};
constexpr std::array<std::string_view, 4> folders = {"Project/Sources/Classes", "Project/Sources/WebForms", "WebFolder",
                                                     "Resources"};

Error refused(std::string message) { return Error(code::projectInvalid, "dbmg", std::move(message)); }

Error notWritten(const fs::path& path, const std::string& why) {
  return Error(code::inputOutput, "dbmg", "Cannot write \"" + path.string() + "\": " + why + '.');
}

Result<> write(const fs::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) return std::unexpected(notWritten(path, "check that the folder is writable and the disk not full"));
  return {};
}

// "fr_CA.UTF-8" -> "fr-ca", the form catalogs have.
std::string systemLocale() {
  for (const char* variable : {"LC_ALL", "LC_COLLATE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    std::string_view locale = value;
    locale = locale.substr(0, locale.find_first_of(".@"));
    if (locale.empty() || locale == "C" || locale == "POSIX") break;
    std::string text = lowerAscii(locale);
    for (char& c : text) c = c == '_' ? '-' : c;
    return text;
  }
  return "en";
}

bool holdsProject(const fs::path& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (equalsIgnoringAsciiCase(entry->path().filename().string(), "Project")) return true;
    if (equalsIgnoringAsciiCase(entry->path().extension().string(), ".4DProject")) return true;
  }
  return false;
}

Result<> createWith(const fs::path& directory, std::string name, std::string_view roles) {
  std::error_code error;
  fs::path root = fs::absolute(directory, error).lexically_normal();
  if (!root.has_filename()) root = root.parent_path();
  if (name.empty()) name = root.filename().string();
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.')) {
    return std::unexpected(refused("\"" + name +
                                   "\" cannot be the name of a project: it becomes a file name, so it "
                                   "must not be empty, hold a / or start with a dot."));
  }
  if (fs::exists(root, error) && !fs::is_directory(root, error)) {
    return std::unexpected(refused("\"" + root.string() + "\" is a file; name a folder for the new project."));
  }
  if (holdsProject(root)) {
    return std::unexpected(
        refused("\"" + root.string() + "\" holds a project already; nothing was written. Choose another folder."));
  }
  for (const std::string_view folder : folders) {
    if (!fs::create_directories(root / folder, error) && error) {
      return std::unexpected(notWritten(root / folder, error.message()));
    }
  }
  for (const auto& [path, content] : files) {
    if (fs::exists(root / path, error)) continue;  // a .gitignore or the like that stood in the folder before
    if (auto done = write(root / path, content); !done) return done;
  }
  if (auto done = write(root / "Project/Sources/roles.json", roles); !done) return done;
  const CatalogDocument catalog = CatalogDocument::create(name, systemLocale());
  if (auto done = write(root / "Project/Sources/catalog.4DCatalog", catalog.text()); !done) return done;
  // Last, because it is what makes the folder a project.
  return write(root / "Project" / (name + ".4DProject"), anchor);
}

}  // namespace

Result<> createProject(const fs::path& directory, std::string name) {
  return createWith(directory, std::move(name), lockedRoles);
}

Result<> createOpenProject(const fs::path& directory, std::string name) {
  return createWith(directory, std::move(name), openRoles);
}

}  // namespace qodly::model
