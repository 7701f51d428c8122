// A TCP proxy on loopback that does to connections what a network does: it delays them, cuts them,
// refuses them, and holds bytes back.
//
// One thread of its own. What a side has sent before it died still arrives, as on a real wire.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace auditor {

struct Delay {
  std::chrono::milliseconds to_broker{0};
  std::chrono::milliseconds to_client{0};
};

class Proxy {
 public:
  // Listens on a free port; throws std::system_error.
  Proxy();
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const { return port_; }
  // Where connections lead to from now on.
  void forward_to(std::uint16_t port) { target_ = port; }

  // Of all that is read from now on.
  void set_delay(Delay delay);
  // While refusing, a new connection is reset at once.
  void set_refusing(bool is_refusing) { is_refusing_ = is_refusing; }
  // While holding, connections stay and nothing comes through.
  void set_holding(bool is_holding);
  // Resets all connections, with what they had under way; returns how many there were.
  std::size_t cut();

 private:
  using Clock = std::chrono::steady_clock;
  struct Piece {
    Clock::time_point due;
    std::string bytes;
  };
  // One direction of a connection.
  struct Way {
    int from = -1;
    int to = -1;
    bool is_at_end = false;     // `from` has closed
    bool is_delivered = false;  // and `to` has got everything
    std::deque<Piece> pieces;
    std::size_t waiting_bytes = 0;
  };
  struct Connection {
    Way to_broker;
    Way to_client;
    bool is_over = false;
  };

  void run(const std::stop_token& stop);
  void wait();
  void accept_all();
  void open(int client);
  void read_all(Connection& connection);
  void read_some(Way& way, std::chrono::milliseconds delay);
  void write_due(Connection& connection);
  static bool write_some(Way& way);
  void drop_finished();
  void wake() const;

  int listener_ = -1;
  int waker_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> target_ = 0;
  std::atomic<bool> is_refusing_ = false;
  std::mutex mutex_;  // guards what follows
  Delay delay_;
  bool is_holding_ = false;
  std::list<Connection> connections_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace auditor
