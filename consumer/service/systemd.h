// Tells systemd how the service is doing (sd_notify(3)): a datagram to $NOTIFY_SOCKET. Without that
// variable it does nothing. Thirty lines instead of a dependency on libsystemd.
#pragma once

#include <string_view>

namespace auditor {

// "READY=1", "WATCHDOG=1", "STOPPING=1". What cannot be sent is not sent: nobody waits for it.
void notify_service_manager(std::string_view state) noexcept;

}  // namespace auditor
