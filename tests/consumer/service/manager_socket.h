// What systemd listens on: a datagram socket, of the file system or, with an @, an abstract one.
// While it lives, $NOTIFY_SOCKET names it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace auditor {

class ManagerSocket {
 public:
  // `place`: a directory, with its slash, or "@".
  explicit ManagerSocket(const std::string& place)
      : name_(place + "guardrail-auditor-notify-" + std::to_string(::getpid())),
        socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_[0] == '@') address.sun_path[0] = '\0';
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), bytes), 0);
    ::setenv("NOTIFY_SOCKET", name_.c_str(), 1);
  }
  ~ManagerSocket() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
    if (name_[0] == '/') ::unlink(name_.c_str());
  }
  ManagerSocket(const ManagerSocket&) = delete;
  ManagerSocket& operator=(const ManagerSocket&) = delete;

  // What was told since the last call, "nothing" if nothing was.
  std::string received() const {
    std::array<char, 256> buffer{};
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return count < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(count));
  }

 private:
  std::string name_;
  int socket_;
};

}  // namespace auditor
