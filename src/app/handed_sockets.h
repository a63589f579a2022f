// Listening sockets that a service manager gives to this process, or that it gives to the process that takes its place
// (the protocol of systemd: descriptors from 3 on, LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES), and what the manager is
// told.
#pragma once

#include <string_view>
#include <vector>

#include "http/server.h"

namespace qodly::app {

// Names: "https" is TLS, everything else plain. Empty when there are none. The variables are removed.
std::vector<http::ListenerOptions> takeHandedSockets();

// Starts this program anew in the same process, with its arguments and the sockets. Returns only when that fails; the
// sockets are closed then.
void startAnew(const std::vector<http::ListenerOptions>& sockets);
// Whether the program's file is there to be started anew.
bool canStartAnew();

// "READY=1" and so on, when a manager wants to know (NOTIFY_SOCKET).
void tellManager(std::string_view state);

}  // namespace qodly::app
