# Offsets are committed after the outputs, outside of their transaction: a crash between the two
# publishes the outputs again.
set(file consumer/worker/worker.cpp)
set(right [==[
  if (outcome == SinkOutcome::done && !next.empty()) {
    outcome = repeated(]==])
set(wrong [==[
  if (outcome == SinkOutcome::done && !next.empty()) {
    outcome = repeated([this] { return sink_.commit(); });
    if (outcome == SinkOutcome::done) outcome = sink_.begin();
  }
  if (outcome == SinkOutcome::done && !next.empty()) {
    outcome = repeated(]==])
