#include "sluice_urgent.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

int sluice_drop_urgent_segments(int socket) {
    // A socket's filter sees a segment from its TCP header on: the flags are its byte 13, URG the bit 0x20 there.
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x20, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    const struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0 : -errno;
}
