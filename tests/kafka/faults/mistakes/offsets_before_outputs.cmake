# Offsets are committed before the outputs, outside of their transaction: a crash between the two
# loses the outputs.
set(file consumer/worker/worker.cpp)
set(right [==[
  SinkOutcome outcome = write_outputs();
  const std::vector<PartitionOffset> next = batch_.next();
  if (outcome == SinkOutcome::done && !next.empty()) {
    outcome = repeated([&] { return sink_.send_offsets(next, source_.group()); });
    if (outcome == SinkOutcome::retry) outcome = SinkOutcome::must_abort;
  }
]==])
set(wrong [==[
  SinkOutcome outcome = SinkOutcome::done;
  const std::vector<PartitionOffset> next = batch_.next();
  if (!next.empty()) {
    outcome = repeated([&] { return sink_.send_offsets(next, source_.group()); });
    if (outcome == SinkOutcome::retry) outcome = SinkOutcome::must_abort;
    if (outcome == SinkOutcome::done) outcome = repeated([this] { return sink_.commit(); });
    if (outcome == SinkOutcome::done) outcome = sink_.begin();
  }
  if (outcome == SinkOutcome::done) outcome = write_outputs();
]==])
