# After an abort the worker goes back to the message after the batch's first one.
set(file consumer/worker/worker.cpp)
set(right [==[
  if (!source_.rewind(batch_.first())) return]==])
set(wrong [==[
  std::vector<PartitionOffset> first = batch_.first();
  for (PartitionOffset& position : first) ++position.offset;
  if (!source_.rewind(first)) return]==])
