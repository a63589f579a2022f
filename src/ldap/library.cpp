#include "ldap/library.h"

#include <csignal>

#include <dlfcn.h>

#include "ldap/connection.h"

namespace qodly::ldap {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));  // the documented use of dlsym
  return function != nullptr;
}

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
  ready_ = find(library, "ldap_init_fd", initialize) && find(library, "ldap_install_tls", installTls) &&
           find(library, "ldap_set_option", set) && find(library, "ldap_get_option", option) &&
           find(library, "ldap_start_tls_s", startTls) && find(library, "ldap_sasl_bind", bind) &&
           find(library, "ldap_parse_sasl_bind_result", parseBind) && find(library, "ldap_search_ext", search) &&
           find(library, "ldap_abandon_ext", abandon) && find(library, "ldap_result", result) &&
           find(library, "ldap_msgtype", messageType) && find(library, "ldap_parse_result", parseResult) &&
           find(library, "ldap_get_dn", dn) && find(library, "ldap_first_attribute", firstAttribute) &&
           find(library, "ldap_next_attribute", nextAttribute) && find(library, "ldap_get_values_len", values) &&
           find(library, "ldap_value_free_len", freeValues) && find(library, "ldap_memfree", free) &&
           find(library, "ldap_msgfree", freeMessage) && find(library, "ldap_unbind_ext_s", close) &&
           find(library, "ldap_err2string", message) && find(library, "ldap_create_page_control", createPage) &&
           find(library, "ldap_parse_pageresponse_control", parsePage) &&
           find(library, "ldap_control_find", findControl) && find(library, "ldap_control_free", freeControl) &&
           find(library, "ldap_controls_free", freeControls) && find(library, "ber_bvfree", freeBytes) &&
           find(library, "ber_memfree", freeMemory) && find(library, "ber_free", freeElement) &&
           find(library, "ber_sockbuf_ctrl", socketControl);
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
