#define _GNU_SOURCE
#include "CLoadPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(sizeof(struct load_event) == sizeof(struct epoll_event) &&
                   __builtin_offsetof(struct load_event, data) == __builtin_offsetof(struct epoll_event, data),
               "load_event is epoll_event");
_Static_assert(EPOLLIN == 0x001 && EPOLLOUT == 0x004 && EPOLLERR == 0x008 && EPOLLHUP == 0x010 &&
                   EPOLLRDHUP == 0x2000 && EPOLLET == 1u << 31,
               "epoll's flags are part of Linux's interface");

// Between fork and exec only async-signal-safe calls: another thread may have held any lock.
static void become(const char *path, char *const argv[], char *const envp[], int out, int err, int own_group,
                   pid_t parent, int failure)
{
    sigset_t none;
    sigemptyset(&none);
    // The parent may have died before the request took hold; then nobody would end this process.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent
        && (!own_group || setpgid(0, 0) == 0)
        && sigprocmask(SIG_SETMASK, &none, NULL) == 0
        && (out < 0 || dup2(out, STDOUT_FILENO) >= 0)
        && (err < 0 || dup2(err, STDERR_FILENO) >= 0))
        execve(path, argv, envp);
    int code = errno;
    (void)!write(failure, &code, sizeof code);
    _exit(127);
}

pid_t load_spawn(const char *path, char *const argv[], char *const envp[], int stdout_fd, int stderr_fd,
                 int own_group)
{
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0)
        return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        become(path, argv, envp, stdout_fd, stderr_fd, own_group, parent, failure[1]);
    int code = child < 0 ? errno : 0;
    close(failure[1]);
    // A successful exec closes the pipe; a failed one sends its errno through it.
    if (child > 0) {
        ssize_t got;
        do
            got = read(failure[0], &code, sizeof code);
        while (got < 0 && errno == EINTR);
        if (got == sizeof code)
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
    }
    close(failure[0]);
    if (code != 0) {
        errno = code;
        return -1;
    }
    return child;
}

int load_signal_child(pid_t child, int signal)
{
    siginfo_t info;
    // WNOWAIT: only asks. ECHILD when it is not ours, or has been waited for and its pid may be another's.
    if (child <= 1 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        errno = child <= 1 ? EINVAL : errno;
        return -1;
    }
    return kill(child, signal);
}

int load_child_has_ended(pid_t child)
{
    siginfo_t info = {.si_pid = 0};
    if (child <= 1 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return -1;
    return info.si_pid == child;
}

int load_kill_group(pid_t child)
{
    // Until the child has been waited for, its pid, which is the group's number, cannot become another's.
    if (load_child_has_ended(child) < 0 || getpgid(child) != child || child == getpgrp()) {
        errno = ESRCH;
        return -1;
    }
    return kill(-child, SIGKILL);
}

int load_memfd(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}

void load_block_sigpipe(void)
{
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
}

int load_accept(int listener)
{
    int accepted;
    do
        accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    while (accepted < 0 && errno == EINTR);
    return accepted;
}

int load_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC);
}

void load_name_thread(const char *name)
{
    prctl(PR_SET_NAME, name);
}

int load_epoll_create(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

int load_epoll_add(int epoll, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int load_epoll_wait(int epoll, struct load_event *events, int capacity, int milliseconds)
{
    return epoll_wait(epoll, (struct epoll_event *)events, capacity, milliseconds);
}
