// The little of Linux that the load generator needs and Swift's Glibc module does not show.
#ifndef SLUICE_CLOADPLATFORM_H
#define SLUICE_CLOADPLATFORM_H

#include <stdint.h>
#include <sys/types.h>

// Starts the program at `path` as a child that dies (SIGKILL) with the thread that started it, so that no
// server outlives a benchmark that was interrupted or killed. posix_spawn has no such attribute.
//
// The child's signal mask is emptied and its standard output and error are the two descriptors given
// (-1: keep ours). With `own_group` it leads a process group of its own, which its children belong to. Returns the child's pid, or -1 with errno set, also when the exec failed.
pid_t load_spawn(const char *path, char *const argv[], char *const envp[], int stdout_fd, int stderr_fd,
                 int own_group);

// Sends a signal to one child of ours. kill(2) takes 0, -1 and other negative numbers for groups and for every
// process there is; this refuses them, and whatever is not a child of this process.
int load_signal_child(pid_t child, int signal);

// Whether a child of ours has ended and has not been waited for: 1, or 0 while it runs; -1 when it is no child of
// ours any more.
int load_child_has_ended(pid_t child);

// Kills (SIGKILL) the whole process group that a child of ours leads. Refuses, with -1 and ESRCH, whatever is not
// a child that has not been waited for, or leads no group of its own.
int load_kill_group(pid_t child);

// memfd_create with MFD_CLOEXEC. A descriptor, or -1 with errno set.
int load_memfd(const char *name);

// Blocks SIGPIPE on the calling thread: sendfile and writev have no MSG_NOSIGNAL.
void load_block_sigpipe(void);

// accept4 with SOCK_CLOEXEC, tried again on EINTR. A descriptor, or -1 with errno set.
int load_accept(int listener);

// pipe2 with O_CLOEXEC: the read end, then the write end. 0, or -1 with errno set.
int load_pipe(int ends[2]);

// Names the calling thread, as `top -H` shows it: at most 15 bytes.
void load_name_thread(const char *name);

// What epoll tells of a descriptor: struct epoll_event without its union. And the flags, as numbers: the
// header's are an enum with macros of the same names.
struct load_event {
    uint32_t events;
    uint64_t data;
} __attribute__((packed));

static const uint32_t LOAD_EPOLL_IN = 0x001;
static const uint32_t LOAD_EPOLL_OUT = 0x004;
static const uint32_t LOAD_EPOLL_ERR = 0x008;
static const uint32_t LOAD_EPOLL_HUP = 0x010;
static const uint32_t LOAD_EPOLL_RDHUP = 0x2000;
static const uint32_t LOAD_EPOLL_EDGE = 1u << 31;

// An epoll instance (EPOLL_CLOEXEC), or -1 with errno set.
int load_epoll_create(void);

// Adds `fd` with the events and the number that comes back with each of them. 0, or -1 with errno set.
int load_epoll_add(int epoll, int fd, uint32_t events, uint64_t data);

// Waits for events. Their number, or -1 with errno set.
int load_epoll_wait(int epoll, struct load_event *events, int capacity, int milliseconds);

// How many seconds it takes until a word that a thread on CPU `first` has written is answered by one on `second`, as
// the median of some batches: 4,000 times together, or as often as 0.2 s allow. Leaves the calling thread confined to
// `first`. Negative where there is no answer: a thread may not run there or cannot be made, or the two are the same CPU.
double load_core_round_trip(int first, int second);

#endif
