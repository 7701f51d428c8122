// C11's threads in terms of POSIX's, for programs under the thread sanitizer.
//
// librdkafka makes its threads, locks and conditions by C11's functions. glibc's own go around
// those of POSIX, which are what the sanitizer of GCC 12 watches: it does not know such a thread,
// and a callback on it crashes; and it does not see that a lock orders anything. These stand before
// glibc's. Its types are the same underneath, which is checked here.
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <memory>
#include <type_traits>

static_assert(std::is_same_v<thrd_t, pthread_t>);
static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));

namespace {

struct Start {
  thrd_start_t run;
  void* argument;
};

void* run(void* raw) {
  const std::unique_ptr<Start> owned(static_cast<Start*>(raw));
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(owned->run(owned->argument)));
}

int answer(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ENOMEM:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}

pthread_mutex_t* of(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* of(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
  auto owned = std::make_unique<Start>(Start{start, argument});
  const int error = pthread_create(thread, nullptr, run, owned.get());
  if (error == 0) static_cast<void>(owned.release());  // the thread has it now
  return answer(error);
}

int thrd_join(thrd_t thread, int* result) {
  void* raw = nullptr;
  const int error = pthread_join(thread, &raw);
  if (error == 0 && result != nullptr) {
    *result = static_cast<int>(reinterpret_cast<std::intptr_t>(raw));
  }
  return answer(error);
}

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  const bool is_recursive = (type & mtx_recursive) != 0;
  pthread_mutexattr_settype(&attributes,
                            is_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  const int error = pthread_mutex_init(of(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return answer(error);
}
int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock(of(mutex))); }
int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock(of(mutex))); }
void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy(of(mutex)); }

int cnd_init(cnd_t* condition) { return answer(pthread_cond_init(of(condition), nullptr)); }
int cnd_signal(cnd_t* condition) { return answer(pthread_cond_signal(of(condition))); }
int cnd_broadcast(cnd_t* condition) { return answer(pthread_cond_broadcast(of(condition))); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return answer(pthread_cond_wait(of(condition), of(mutex)));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return answer(pthread_cond_timedwait(of(condition), of(mutex), until));
}
void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(of(condition)); }

}  // extern "C"
