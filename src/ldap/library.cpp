#include "ldap/library.h"

#include <csignal>

#include "base/loaded_function.h"
#include "ldap/connection.h"

namespace qodly::ldap {

namespace {

void* load() {
  // The names of the versions 2.6 and 2.5; their functions used here are the same.
  for (const char* name : {"libldap.so.2", "libldap-2.5.so.0"}) {
    if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
  }
  return nullptr;
}

}  // namespace

Library::Library() {
  void* library = load();
  if (library == nullptr) return;
  // It writes to connections that may have ended, which must not end the program.
  struct sigaction present {};
  if (::sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
  ready_ = findFunction(library, "ldap_init_fd", initialize) && findFunction(library, "ldap_install_tls", installTls) &&
           findFunction(library, "ldap_set_option", set) && findFunction(library, "ldap_get_option", option) &&
           findFunction(library, "ldap_start_tls_s", startTls) && findFunction(library, "ldap_sasl_bind", bind) &&
           findFunction(library, "ldap_parse_sasl_bind_result", parseBind) &&
           findFunction(library, "ldap_search_ext", search) && findFunction(library, "ldap_abandon_ext", abandon) &&
           findFunction(library, "ldap_result", result) && findFunction(library, "ldap_msgtype", messageType) &&
           findFunction(library, "ldap_parse_result", parseResult) && findFunction(library, "ldap_get_dn", dn) &&
           findFunction(library, "ldap_first_attribute", firstAttribute) &&
           findFunction(library, "ldap_next_attribute", nextAttribute) &&
           findFunction(library, "ldap_get_values_len", values) &&
           findFunction(library, "ldap_value_free_len", freeValues) && findFunction(library, "ldap_memfree", free) &&
           findFunction(library, "ldap_msgfree", freeMessage) && findFunction(library, "ldap_unbind_ext_s", close) &&
           findFunction(library, "ldap_err2string", message) &&
           findFunction(library, "ldap_create_page_control", createPage) &&
           findFunction(library, "ldap_parse_pageresponse_control", parsePage) &&
           findFunction(library, "ldap_control_find", findControl) &&
           findFunction(library, "ldap_control_free", freeControl) &&
           findFunction(library, "ldap_controls_free", freeControls) &&
           findFunction(library, "ber_bvfree", freeBytes) && findFunction(library, "ber_memfree", freeMemory) &&
           findFunction(library, "ber_free", freeElement) && findFunction(library, "ber_sockbuf_ctrl", socketControl);
}

Result<const Library*> Library::get() {
  static const Library loaded;
  if (!loaded.ready_) {
    return std::unexpected(Error(fault::libraryMissing, "ldap",
                                 "The OpenLDAP library is not installed on this machine: directories need "
                                 "libldap.so.2 (package libldap2, or libldap-2.5-0)."));
  }
  return &loaded;
}

}  // namespace qodly::ldap
