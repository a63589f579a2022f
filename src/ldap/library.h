// The OpenLDAP client library, loaded on first use: start-up and idle memory do not pay for it. The pointers are its
// documented functions.
#pragma once

#include <ldap.h>
#include <openldap.h>

#include "base/error.h"

namespace qodly::ldap {

// Thread-safe after loading.
class Library {
 public:
  // Error: the library is not installed.
  static Result<const Library*> get();

  decltype(&::ldap_init_fd) initialize = nullptr;
  decltype(&::ldap_install_tls) installTls = nullptr;
  decltype(&::ldap_set_option) set = nullptr;
  decltype(&::ldap_get_option) option = nullptr;
  decltype(&::ldap_start_tls_s) startTls = nullptr;
  decltype(&::ldap_sasl_bind) bind = nullptr;
  decltype(&::ldap_parse_sasl_bind_result) parseBind = nullptr;
  decltype(&::ldap_search_ext) search = nullptr;
  decltype(&::ldap_abandon_ext) abandon = nullptr;
  decltype(&::ldap_result) result = nullptr;
  decltype(&::ldap_msgtype) messageType = nullptr;
  decltype(&::ldap_parse_result) parseResult = nullptr;
  decltype(&::ldap_get_dn) dn = nullptr;
  decltype(&::ldap_first_attribute) firstAttribute = nullptr;
  decltype(&::ldap_next_attribute) nextAttribute = nullptr;
  decltype(&::ldap_get_values_len) values = nullptr;
  decltype(&::ldap_value_free_len) freeValues = nullptr;
  decltype(&::ldap_memfree) free = nullptr;
  decltype(&::ldap_msgfree) freeMessage = nullptr;
  decltype(&::ldap_unbind_ext_s) close = nullptr;
  decltype(&::ldap_err2string) message = nullptr;
  decltype(&::ldap_create_page_control) createPage = nullptr;
  decltype(&::ldap_parse_pageresponse_control) parsePage = nullptr;
  decltype(&::ldap_control_find) findControl = nullptr;
  decltype(&::ldap_control_free) freeControl = nullptr;
  decltype(&::ldap_controls_free) freeControls = nullptr;
  decltype(&::ber_bvfree) freeBytes = nullptr;
  decltype(&::ber_memfree) freeMemory = nullptr;
  decltype(&::ber_free) freeElement = nullptr;
  decltype(&::ber_sockbuf_ctrl) socketControl = nullptr;

 private:
  Library();
  bool ready_ = false;
};

}  // namespace qodly::ldap
