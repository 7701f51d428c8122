// What of a message could not be read, on its way to the quarantine. While an object is open that
// may carry a record, what is told of its inside is held: if there is a record, most of it was no
// more than labels. Bounded in number, since a message may hold millions. Tested by
// wrapping_test.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/decoding/unwrapped.h"

namespace auditor {

class UnreadPieces {
 public:
  explicit UnreadPieces(const UnwrappedSink& sink) : sink_(sink) {}

  void tell(const Unwrapped& piece);

  // What is held is in order: a mark is how many there are.
  std::size_t mark() const { return held_.size(); }
  // All from there on will be told: each element of an array that holds a record.
  void keep_from(std::size_t mark);

  void open_carrier() { ++carriers_; }
  // Drops what is but a label. True: something remains, which is told now or by who closes last.
  bool close_carrier(std::size_t mark);

  // All of it was read. True: something was told.
  bool end();

 private:
  struct Held {
    Unwrapped::Kind kind;
    std::string bytes, reason;
    bool is_damage;
    bool is_kept;
  };

  const UnwrappedSink& sink_;
  int carriers_ = 0;  // that are open
  std::vector<Held> held_;
  std::size_t told_ = 0;
  // What is too much, a line each:
  std::string rest_;
  std::size_t rest_count_ = 0;
  bool rest_is_damage_ = false;
};

}  // namespace auditor
