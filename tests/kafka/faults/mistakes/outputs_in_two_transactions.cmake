# The first half of a batch's outputs is committed before the second half is written.
set(file consumer/worker/worker.cpp)
set(right [==[
  for (const BatchOutput& output : batch_.outputs()) {
]==])
set(wrong [==[
  std::size_t written = 0;
  for (const BatchOutput& output : batch_.outputs()) {
    if (written++ == (batch_.outputs().size() + 1) / 2) {
      SinkOutcome halfway = repeated([this] { return sink_.commit(); });
      if (halfway == SinkOutcome::done) halfway = sink_.begin();
      if (halfway != SinkOutcome::done) return halfway;
    }
]==])
