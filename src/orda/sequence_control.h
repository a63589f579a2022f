// What an engine may offer beside raising the automatic numbers of attributes: setting them, lower too. An Engine that
// can is one of these.
#pragma once

#include <cstdint>

namespace qodly::orda {

// Thread-safe.
class SequenceControl {
 public:
  virtual ~SequenceControl() = default;
  // The numbers go on behind `last`, whatever was given out before.
  virtual void setSequence(std::uint32_t dataClass, std::uint32_t attribute, std::int64_t last) = 0;
  virtual std::int64_t lastSequence(std::uint32_t dataClass, std::uint32_t attribute) = 0;  // 0: none yet
};

}  // namespace qodly::orda
