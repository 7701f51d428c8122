// The proxy judged by itself, before an echo instead of a broker.
#include "tests/kafka/faults/proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace auditor::proxy_test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

int tcp_socket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Sends back what it gets, one connection after the other.
class Echo {
 public:
  Echo() : listener_(tcp_socket()) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this] { run(); });
  }
  ~Echo() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::uint16_t port = 0;

 private:
  void run() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::array<char, 4096> buffer{};
      ssize_t count = 0;
      while ((count = ::recv(client, buffer.data(), buffer.size(), 0)) > 0) {
        ::send(client, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
      }
      ::close(client);
    }
  }

  int listener_;
  std::jthread thread_;
};

class ProxyTest : public testing::Test {
 protected:
  ProxyTest() {
    proxy.forward_to(echo.port);
    connect();
  }
  ~ProxyTest() override { ::close(socket); }

  void connect() {
    socket = tcp_socket();
    const sockaddr_in address = loopback(proxy.port());
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  void reconnect() {
    ::close(socket);
    connect();
  }
  void send(const std::string& text) const {
    ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }
  // What comes back, "closed" or "reset".
  std::string receive() const {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count == 0) return "closed";
    if (count < 0) return errno == ECONNRESET ? "reset" : "nothing";
    return {buffer.data(), static_cast<std::size_t>(count)};
  }

  Echo echo;
  Proxy proxy;
  int socket = -1;
};

TEST_F(ProxyTest, PassesBytesOnBothWays) {
  send("one");
  EXPECT_EQ(receive(), "one");
  send("two");
  EXPECT_EQ(receive(), "two");
}

TEST_F(ProxyTest, DelaysEachDirection) {
  send("one");
  ASSERT_EQ(receive(), "one");
  proxy.set_delay({milliseconds(60), milliseconds(40)});
  const auto begin = Clock::now();
  send("two");
  EXPECT_EQ(receive(), "two");
  EXPECT_GE(Clock::now() - begin, milliseconds(100));
}

TEST_F(ProxyTest, ACutResetsWhatIsOpenAndLetsNewOnesIn) {
  send("one");
  ASSERT_EQ(receive(), "one");
  EXPECT_EQ(proxy.cut(), 1U);
  EXPECT_EQ(receive(), "reset");
  reconnect();
  send("two");
  EXPECT_EQ(receive(), "two");
}

TEST_F(ProxyTest, ResetsNewConnectionsWhileItRefuses) {
  proxy.set_refusing(true);
  proxy.cut();
  reconnect();
  EXPECT_EQ(receive(), "reset");
  proxy.set_refusing(false);
  reconnect();
  send("one");
  EXPECT_EQ(receive(), "one");
}

TEST_F(ProxyTest, HoldsBytesBackAndLosesNone) {
  send("one");
  ASSERT_EQ(receive(), "one");
  proxy.set_holding(true);
  const auto begin = Clock::now();
  send("two");
  const std::jthread release([this] {
    std::this_thread::sleep_for(milliseconds(300));
    proxy.set_holding(false);
  });
  EXPECT_EQ(receive(), "two");
  EXPECT_GE(Clock::now() - begin, milliseconds(300));
}

TEST_F(ProxyTest, DeliversWhatWasSentBeforeTheEnd) {
  proxy.set_delay({milliseconds(100), milliseconds(0)});
  send("last words");
  ::shutdown(socket, SHUT_WR);
  EXPECT_EQ(receive(), "last words");
}

}  // namespace
}  // namespace auditor::proxy_test
