// seccomp-launcher FILTER COMMAND [ARGUMENT...]
//
// Becomes the command, under the seccomp filter in the file FILTER (an array of struct sock_filter, compiled by
// the tests): what a container's runtime does just before it starts a program. C, because only a variadic call
// installs a filter.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int fail(const char *what) {
    fprintf(stderr, "seccomp-launcher: %s: %s\n", what, strerror(errno));
    return 125;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: seccomp-launcher FILTER COMMAND [ARGUMENT...]\n", stderr);
        return 64;
    }
    static struct sock_filter instructions[BPF_MAXINSNS];
    FILE *file = fopen(argv[1], "rbe");
    if (!file) return fail(argv[1]);
    size_t count = fread(instructions, sizeof instructions[0], BPF_MAXINSNS, file);
    fclose(file);
    struct sock_fprog program = {.len = (unsigned short)count, .filter = instructions};
    // Without it, only root may install a filter.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return fail("PR_SET_NO_NEW_PRIVS");
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return fail("PR_SET_SECCOMP");
    execv(argv[2], argv + 2);
    return fail(argv[2]);
}
