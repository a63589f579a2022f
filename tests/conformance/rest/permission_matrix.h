// Every request of permissions/requests.json in every situation of permissions/situations.json, against what roles.md 6
// says of them. README.md describes the files.
#pragma once

namespace qodly::conformance {

// One test a situation, in the suite "permissions".
void registerPermissionMatrix();

}  // namespace qodly::conformance
