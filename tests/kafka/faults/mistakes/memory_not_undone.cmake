# The memory keeps what an aborted batch taught it: read again, the same events are no news.
set(file consumer/worker/worker.cpp)
set(right [==[
  handler_.rollback();
]==])
set(wrong [==[
]==])
