#include "sluice_accepted.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <sys/time.h>

// Debian 12's headers are older.
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

static int set(int socket, int option, const void *value, socklen_t size) {
    return setsockopt(socket, SOL_SOCKET, option, value, size) == 0 ? 0 : -errno;
}

int sluice_drop_urgent_segments(int socket) {
    // A socket's filter sees a segment from its TCP header on: the flags are its byte 13, URG the bit 0x20 there.
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x20, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    const struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    return set(socket, SO_ATTACH_FILTER, &program, sizeof program);
}

int sluice_bound_blocking(int socket) {
    const struct timeval tick = {0, 1};
    const int outcome = set(socket, SO_RCVTIMEO, &tick, sizeof tick);
    return outcome != 0 ? outcome : set(socket, SO_SNDTIMEO, &tick, sizeof tick);
}

int sluice_set_up_accepted(int socket) {
    const int one = 1;
    const struct linger none = {0, 0};
    int outcome = set(socket, SO_OOBINLINE, &one, sizeof one);
    if (outcome == 0) outcome = sluice_bound_blocking(socket);
    if (outcome == 0) outcome = set(socket, SO_LINGER, &none, sizeof none);
    return outcome != 0 ? outcome : set(socket, SO_RCVLOWAT, &one, sizeof one);
}

int sluice_refuse_descriptors(int socket) {
    const int none = 0;
    return set(socket, SO_PASSRIGHTS, &none, sizeof none);
}
