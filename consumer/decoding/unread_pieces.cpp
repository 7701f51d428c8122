#include "consumer/decoding/unread_pieces.h"

#include <algorithm>
#include <utility>

#include "consumer/decoding/carrier.h"

namespace auditor {
namespace {

constexpr std::size_t pieces_max = 1000;

}  // namespace

void UnreadPieces::tell(const Unwrapped& piece) {
  if (carriers_ == 0 && told_ < pieces_max) {
    ++told_;
    return sink_(piece);
  }
  if (carriers_ > 0 && held_.size() < pieces_max) {
    const bool is_kept = names_a_call(piece.bytes) || piece.reason.starts_with("bad-");
    held_.push_back({piece.kind, std::string(piece.bytes), piece.reason, piece.is_damage, is_kept});
    return;
  }
  ++rest_count_;
  rest_.append(piece.bytes).append("\n");
  rest_is_damage_ |= piece.is_damage;
}

void UnreadPieces::keep_from(std::size_t mark) {
  for (std::size_t i = mark; i < held_.size(); ++i) held_[i].is_kept = true;
}

bool UnreadPieces::close_carrier(std::size_t mark) {
  --carriers_;
  const auto inside = held_.begin() + static_cast<std::ptrdiff_t>(mark);
  const auto is_label = [](const Held& held) { return !held.is_kept; };
  held_.erase(std::remove_if(inside, held_.end(), is_label), held_.end());
  const bool remains = held_.size() > mark;
  if (carriers_ > 0) return remains;
  for (Held& held : std::exchange(held_, {})) {
    tell({held.kind, held.bytes, std::move(held.reason), held.is_damage});
  }
  return remains;
}

bool UnreadPieces::end() {
  if (rest_count_ > 0) {
    sink_({Unwrapped::Kind::unreadable, rest_,
           "too-many: " + std::to_string(rest_count_) + " more that cannot be read, one a line",
           rest_is_damage_});
  }
  return told_ + rest_count_ > 0;
}

}  // namespace auditor
