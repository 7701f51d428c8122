# After an abort the worker reads on from where it is: the aborted batch is never read again.
set(file consumer/worker/worker.cpp)
set(right [==[
  if (!source_.rewind(batch_.first())) return failed("could not go back to the batch's begin");
]==])
set(wrong [==[
]==])
