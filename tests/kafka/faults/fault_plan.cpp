// Tested by fault_plan_test.cpp.
#include "tests/kafka/faults/fault_plan.h"

#include <algorithm>
#include <array>

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr int auditors_at_begin_max = 3;
constexpr std::size_t alerts_waited_for_max = 12;
constexpr int delay_min_ms = 15;
constexpr int delay_max_ms = 80;
// A bit longer than the session of an auditor lasts (fleet.h), and far shorter.
constexpr int longer_than_a_session_ms = 4'500;
constexpr int short_time_max_ms = 1'500;

// WHY not the standard's distributions and shuffle: they may draw other numbers elsewhere.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}

  int draw(int low, int high) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    const auto range = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<int>((state_ >> 16U) % range);
  }
  bool one_in(int count) { return draw(1, count) == 1; }
  milliseconds time(int low_ms, int high_ms) { return milliseconds(draw(low_ms, high_ms)); }

  template <typename List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) {
      std::swap(list[i - 1], list[static_cast<std::size_t>(draw(0, static_cast<int>(i) - 1))]);
    }
  }

 private:
  std::uint64_t state_;
};

// Every card once before any comes again.
class Deck {
 public:
  explicit Deck(std::vector<Fault> cards) : cards_(std::move(cards)) {}

  Fault draw(Dice& dice) {
    if (next_ == 0) dice.shuffle(cards_);
    const Fault card = cards_[next_];
    next_ = (next_ + 1) % cards_.size();
    return card;
  }

 private:
  std::vector<Fault> cards_;
  std::size_t next_ = 0;
};

std::vector<Fault> cards(int nodes) {
  std::vector<Fault> list = {Fault::restart_broker, Fault::kill_broker,   Fault::kill_broker,
                             Fault::join_group,     Fault::join_group,    Fault::leave_group,
                             Fault::leave_group,    Fault::stop_auditors, Fault::stop_auditors,
                             Fault::refuse_network, Fault::hold_network,  Fault::cut_network};
  if (nodes > 1) list.push_back(Fault::restart_brokers);
  return list;
}

Step step(Fault fault, Aim aim, Dice& dice) {
  Step drawn;
  drawn.fault = fault;
  drawn.aim = aim;
  drawn.alerts = static_cast<std::size_t>(dice.draw(1, alerts_waited_for_max));
  drawn.pick = static_cast<std::uint32_t>(dice.draw(0, 1'000));
  drawn.delay = {dice.time(delay_min_ms, delay_max_ms), dice.time(delay_min_ms, delay_max_ms)};
  drawn.waits_for_calm = !dice.one_in(3);
  switch (fault) {
    case Fault::stop_auditors:
      drawn.is_for_all = dice.one_in(2);
      drawn.duration = dice.one_in(2) ? milliseconds(longer_than_a_session_ms)
                                      : dice.time(50, short_time_max_ms);
      break;
    case Fault::hold_network:
      drawn.duration = dice.one_in(4) ? milliseconds(longer_than_a_session_ms)
                                      : dice.time(50, short_time_max_ms);
      break;
    case Fault::refuse_network:
    case Fault::kill_broker:
      drawn.duration = dice.time(50, short_time_max_ms);
      break;
    default:
      break;
  }
  return drawn;
}

Step kill(Aim aim, Dice& dice) {
  Step drawn = step(Fault::kill_auditors, aim, dice);
  drawn.is_for_all = !dice.one_in(4);
  drawn.pause = aim == Aim::any_time ? dice.time(0, 300) : dice.time(0, 20);
  return drawn;
}

std::vector<Step> aimed_part(Dice& dice) {
  std::vector<Step> steps = {kill(Aim::appended, dice), kill(Aim::readable, dice),
                             step(Fault::forbid_writes, Aim::any_time, dice),
                             step(Fault::cut_network, Aim::appended, dice)};
  // Whoever is killed here was alone with the moment that is aimed at.
  for (Step& drawn : steps) {
    drawn.is_for_all = true;
    drawn.waits_for_calm = true;
    drawn.alerts = 1 + drawn.alerts % 3;
    drawn.pause = milliseconds(0);
  }
  dice.shuffle(steps);
  steps.back().ends_aimed_part = true;
  return steps;
}

std::vector<Step> mixture(Deck& deck, Dice& dice) {
  constexpr std::array<Aim, 3> aims = {Aim::appended, Aim::readable, Aim::any_time};
  const auto any_aim = [&] { return aims[static_cast<std::size_t>(dice.draw(0, 2))]; };
  std::vector<Step> steps;
  for (int i = 0; i < 2; ++i) steps.push_back(kill(any_aim(), dice));
  for (int i = 0; i < 2; ++i) steps.push_back(step(deck.draw(dice), any_aim(), dice));
  dice.shuffle(steps);
  return steps;
}

}  // namespace

const char* to_string(Fault fault) {
  constexpr std::array<const char*, fault_kinds> names = {
      "kill auditors",  "stop auditors", "forbid writes",  "cut network",
      "refuse network", "hold network",  "join group",     "leave group",
      "restart broker", "kill broker",   "restart brokers"};
  return names[static_cast<std::size_t>(fault)];
}

Plan plan_of(std::uint32_t seed, const PlanSize& size) {
  Dice dice(seed);
  Deck deck(cards(size.nodes));
  Plan plan;
  plan.auditors = dice.draw(1, auditors_at_begin_max);
  // An event makes about two records, and a round should see some transactions: few, so that one
  // has much to double.
  plan.outputs_per_batch = std::max(5, size.relevant_events_per_round * 2 / dice.draw(3, 12));
  const auto wanted = static_cast<std::size_t>(size.rounds);
  while (plan.steps.size() < wanted) {
    for (const auto& part : {aimed_part(dice), mixture(deck, dice)}) {
      plan.steps.insert(plan.steps.end(), part.begin(), part.end());
    }
  }
  plan.steps.resize(wanted);
  return plan;
}

}  // namespace auditor
