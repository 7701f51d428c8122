// Tested by proxy_test.cpp.
#include "tests/kafka/faults/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t piece_bytes_max = 64 * 1024;
constexpr std::size_t waiting_bytes_max = 8 * 1024 * 1024;  // then the sender has to wait
constexpr milliseconds proxy_look_interval{100};            // at least so often, whatever happens
constexpr int waiting_connections_max = 64;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Closes with a reset: the other side gets an error and not the end of a stream.
void reset(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

void send_small_pieces_at_once(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const sockaddr_in address = loopback(port);
  // On loopback the answer is there at once, yes or no; only then it must not block any more.
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return -1;
  }
  return socket;
}

}  // namespace

Proxy::Proxy()
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      waker_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || waker_ < 0 || ::bind(listener_, generic, size) != 0 ||
      ::listen(listener_, waiting_connections_max) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    fail("proxy");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Proxy::~Proxy() {
  thread_.request_stop();
  wake();
  thread_.join();
  cut();
  ::close(listener_);
  ::close(waker_);
}

void Proxy::set_delay(Delay delay) {
  const std::lock_guard lock(mutex_);
  delay_ = delay;
}

void Proxy::set_holding(bool is_holding) {
  const std::lock_guard lock(mutex_);
  is_holding_ = is_holding;
  wake();
}

std::size_t Proxy::cut() {
  const std::lock_guard lock(mutex_);
  const std::size_t count = connections_.size();
  for (const Connection& connection : connections_) {
    reset(connection.to_broker.from);
    reset(connection.to_broker.to);
  }
  connections_.clear();
  wake();
  return count;
}

void Proxy::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(waker_, &one, sizeof one);
}

void Proxy::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    wait();
    const std::lock_guard lock(mutex_);
    accept_all();
    if (is_holding_) continue;
    for (Connection& connection : connections_) {
      read_all(connection);
      write_due(connection);
    }
    drop_finished();
  }
}

// Until there is something to read, something is due, or somebody changed what is to be done.
// INVARIANT: no descriptor of a connection is used after the lock is given back, but in poll(),
// where one that was closed meanwhile does no harm.
void Proxy::wait() {
  std::vector<pollfd> wanted = {{.fd = listener_, .events = POLLIN, .revents = 0},
                                {.fd = waker_, .events = POLLIN, .revents = 0}};
  milliseconds timeout = proxy_look_interval;
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    for (const Connection& connection : connections_) {
      if (is_holding_) break;
      for (const Way* way : {&connection.to_broker, &connection.to_client}) {
        if (!way->is_at_end && way->waiting_bytes < waiting_bytes_max) {
          wanted.push_back({.fd = way->from, .events = POLLIN, .revents = 0});
        }
        if (way->pieces.empty()) continue;
        const auto left = std::chrono::ceil<milliseconds>(way->pieces.front().due - now);
        if (left.count() > 0) timeout = std::min(timeout, left);
        if (left.count() <= 0) wanted.push_back({.fd = way->to, .events = POLLOUT, .revents = 0});
      }
    }
  }
  ::poll(wanted.data(), wanted.size(), static_cast<int>(timeout.count()));
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(waker_, &count, sizeof count);
}

void Proxy::accept_all() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    open(client);
  }
}

void Proxy::open(int client) {
  const int broker = is_refusing_ ? -1 : connect_to(target_);
  if (broker < 0) return reset(client);
  send_small_pieces_at_once(client);
  send_small_pieces_at_once(broker);
  Connection connection;
  connection.to_broker.from = connection.to_client.to = client;
  connection.to_broker.to = connection.to_client.from = broker;
  connections_.push_back(std::move(connection));
}

void Proxy::read_all(Connection& connection) {
  read_some(connection.to_broker, delay_.to_broker);
  read_some(connection.to_client, delay_.to_client);
}

void Proxy::read_some(Way& way, milliseconds delay) {
  std::array<char, piece_bytes_max> buffer;
  while (!way.is_at_end && way.waiting_bytes < waiting_bytes_max) {
    const ssize_t count = ::recv(way.from, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      way.is_at_end = true;
      return;
    }
    const auto bytes = static_cast<std::size_t>(count);
    way.pieces.push_back({Clock::now() + delay, std::string(buffer.data(), bytes)});
    way.waiting_bytes += bytes;
  }
}

void Proxy::write_due(Connection& connection) {
  for (Way* way : {&connection.to_broker, &connection.to_client}) {
    if (!write_some(*way)) connection.is_over = true;
    if (way->is_delivered || !way->is_at_end || !way->pieces.empty()) continue;
    way->is_delivered = true;
    ::shutdown(way->to, SHUT_WR);
  }
  if (connection.to_broker.is_delivered && connection.to_client.is_delivered) {
    connection.is_over = true;
  }
}

// False: the receiver is gone.
bool Proxy::write_some(Way& way) {
  while (!way.pieces.empty() && way.pieces.front().due <= Clock::now()) {
    std::string& bytes = way.pieces.front().bytes;
    const ssize_t count = ::send(way.to, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    const auto written = static_cast<std::size_t>(count);
    way.waiting_bytes -= written;
    if (written < bytes.size()) {
      bytes.erase(0, written);
      return true;
    }
    way.pieces.pop_front();
  }
  return true;
}

void Proxy::drop_finished() {
  std::erase_if(connections_, [](const Connection& connection) {
    if (!connection.is_over) return false;
    ::close(connection.to_broker.from);
    ::close(connection.to_broker.to);
    return true;
  });
}

}  // namespace auditor
