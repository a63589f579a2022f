// A deleter of std::unique_ptr for the objects of C libraries: std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>.
#pragma once

namespace qodly {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

}  // namespace qodly
