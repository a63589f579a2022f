#include "script/library/ldap_commands.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "base/text.h"
#include "ldap/connection.h"
#include "script/library/blob_class.h"
#include "script/library/helper_threads.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr int notLoggedIn = 1003;
constexpr std::int64_t plainPassword = 1;  // kLDAPPasswordPlainText; 0 is the digest
constexpr std::chrono::seconds connectTimeout{10};

// The open directory of a process. Its connection is used by helper threads, one after the other.
class LdapSession {
 public:
  struct Guarded {
    explicit Guarded(ldap::Connection opened) : connection(std::move(opened)) {}
    std::mutex mutex;
    ldap::Connection connection;
  };

  LdapSession() = default;
  LdapSession(const LdapSession&) = delete;
  LdapSession& operator=(const LdapSession&) = delete;
  ~LdapSession() { use(nullptr); }

  const std::shared_ptr<Guarded>& current() const { return current_; }
  void use(std::shared_ptr<Guarded> next) {
    std::swap(current_, next);
    // Taking leave of the server may wait for it.
    if (next) runOnHelper([old = std::move(next)]() mutable { old.reset(); });
  }

 private:
  std::shared_ptr<Guarded> current_;
};

Result<Value> ldapLogin(vm::Call& call) {
  vm::Process& process = call.process();
  auto& session = process.extension<LdapSession>();
  session.use(nullptr);
  struct Login {
    std::string url, name, password;
    bool plain;
  };
  Login login{std::string(call.text(0)), std::string(call.text(1)), std::string(call.text(2)),
              call.integer(3) == plainPassword};
  auto opened = offThread(process, [login = std::move(login)]() -> Result<std::shared_ptr<LdapSession::Guarded>> {
    auto connection = ldap::Connection::open({.url = login.url, .timeout = connectTimeout});
    if (!connection) return std::unexpected(connection.error());
    auto bound =
        login.plain ? connection->bind(login.name, login.password) : connection->bindDigest(login.name, login.password);
    if (!bound) return std::unexpected(bound.error());
    return std::make_shared<LdapSession::Guarded>(std::move(*connection));
  });
  if (!opened) return std::unexpected(opened.error());
  session.use(std::move(*opened));
  return Value();
}

Result<Value> ldapLogout(vm::Call& call) {
  call.process().extension<LdapSession>().use(nullptr);
  return Value();
}

// What a search is asked for.
struct Search {
  ldap::Query query;
  bool wantsDn = false;  // "dn" among the attributes: no attribute, but the entry's name
  bool allAsArray = false;
  std::vector<bool> asArray;  // by attribute
};

Result<Search> readSearch(vm::Call& call) {
  Search search;
  search.query.base = call.text(0);
  search.query.filter = call.text(1);
  static constexpr std::array<std::string_view, 3> scopes{"base", "one", "sub"};
  const auto scope = std::ranges::find(scopes, call.text(2, scopes[0]));
  if (scope == scopes.end()) return std::unexpected(call.wrongArgument(2, "\"base\", \"one\" or \"sub\""));
  search.query.scope = static_cast<ldap::Scope>(scope - scopes.begin());
  if (const Collection* names = call.collection(3)) {
    for (const Value& name : names->elements()) {
      if (!name.isText()) return std::unexpected(call.wrongArgument(3, "a collection of texts"));
      search.query.attributes.emplace_back(name.asText());
    }
  }
  search.allAsArray = call.boolean(4);
  if (const Collection* forced = call.collection(4)) {
    for (const Value& one : forced->elements()) {
      if (one.type() != Type::boolean) return std::unexpected(call.wrongArgument(4, "a collection of booleans"));
      search.asArray.push_back(one.asBoolean());
    }
  }
  search.wantsDn = std::ranges::find(search.query.attributes, "dn") != search.query.attributes.end();
  return search;
}

bool isForced(const Search& search, std::string_view name) {
  if (search.allAsArray) return true;
  const auto& names = search.query.attributes;
  const auto found =
      std::ranges::find_if(names, [&](const std::string& one) { return equalsIgnoringAsciiCase(one, name); });
  const auto place = static_cast<std::size_t>(found - names.begin());
  return place < names.size() && place < search.asArray.size() && search.asArray[place];
}

// Texts as texts; bytes that are none (certificates, pictures, identifiers) as a blob.
Value toValue(const std::string& bytes) {
  return isValidUtf8(bytes) ? Value::text(std::string_view(bytes)) : BlobObject::box(Value::blob(bytes));
}

Value toValue(vm::Process& process, const ldap::Entry& entry, const Search& search) {
  auto object = Object::make(process.heap());
  if (search.wantsDn) object->set("dn", Value::text(std::string_view(entry.dn)));
  for (const ldap::Attribute& attribute : entry.attributes) {
    if (attribute.values.size() == 1 && !isForced(search, attribute.name)) {
      object->set(attribute.name, toValue(attribute.values.front()));
      continue;
    }
    auto values = Collection::make(process.heap());
    for (const std::string& value : attribute.values) values->push(toValue(value));
    object->set(attribute.name, Value::collection(std::move(values)));
  }
  return Value::object(std::move(object));
}

Result<std::vector<ldap::Entry>> find(vm::Call& call, const Search& search) {
  vm::Process& process = call.process();
  const auto& session = process.extension<LdapSession>().current();
  if (!session) return fail(notLoggedIn, "No directory is open: call ldapLogin first.");
  return offThread(process, [session, query = search.query]() {
    const std::lock_guard lock(session->mutex);
    return session->connection.search(query);
  });
}

Result<Value> ldapSearch(vm::Call& call) {
  auto search = readSearch(call);
  if (!search) return std::unexpected(search.error());
  search->query.maximumEntries = 1;
  auto found = find(call, *search);
  if (!found) return std::unexpected(found.error());
  return found->empty() ? Value::null() : toValue(call.process(), found->front(), *search);
}

Result<Value> ldapSearchAll(vm::Call& call) {
  auto search = readSearch(call);
  if (!search) return std::unexpected(search.error());
  auto found = find(call, *search);
  if (!found) return std::unexpected(found.error());
  auto all = Collection::make(call.process().heap());
  for (const ldap::Entry& entry : *found) all->push(toValue(call.process(), entry, *search));
  return Value::collection(std::move(all));
}

constexpr std::array rows{
    vm::FunctionRow{"ldapLogin", "(url: string, login: string, password: string, digest?: integer)", &ldapLogin,
                    "Opens an LDAP directory for the process; by default the password is sent as a digest."},
    vm::FunctionRow{"ldapLogout", "()", &ldapLogout, "Closes the LDAP directory of the process."},
    vm::FunctionRow{"ldapSearch",
                    "(dnRoot: string, filter: string, scope?: string, attributes?: collection, "
                    "asArray?: boolean|collection) : object",
                    &ldapSearch, "The first entry of the open directory that matches; null when none does."},
    vm::FunctionRow{"ldapSearchAll",
                    "(dnRoot: string, filter: string, scope?: string, attributes?: collection, "
                    "asArray?: boolean|collection) : collection",
                    &ldapSearchAll, "All entries of the open directory that match."},
};

}  // namespace

std::span<const vm::FunctionRow> ldapCommands() { return rows; }

}  // namespace qodly::script::library
