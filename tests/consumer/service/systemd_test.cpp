#include "consumer/service/systemd.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/consumer/service/manager_socket.h"

namespace auditor::service_notify_test {
namespace {

TEST(ServiceNotify, TellsASocketOfTheFileSystem) {
  const ManagerSocket manager(testing::TempDir());
  notify_service_manager("READY=1");
  EXPECT_EQ(manager.received(), "READY=1");
  notify_service_manager("WATCHDOG=1");
  EXPECT_EQ(manager.received(), "WATCHDOG=1");
}

TEST(ServiceNotify, TellsAnAbstractSocket) {
  const ManagerSocket manager("@");
  notify_service_manager("STOPPING=1");
  EXPECT_EQ(manager.received(), "STOPPING=1");
}

TEST(ServiceNotify, DoesNothingWithoutAManagerAndWithNamesThatAreNone) {
  notify_service_manager("READY=1");
  for (const char* name : {"", "relative", "/nobody/listens/here"}) {
    ::setenv("NOTIFY_SOCKET", name, 1);
    notify_service_manager("READY=1");
  }
  ::setenv("NOTIFY_SOCKET", ("/" + std::string(500, 'x')).c_str(), 1);
  notify_service_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace auditor::service_notify_test
