#ifndef SLUICE_ACCEPTED_H
#define SLUICE_ACCEPTED_H

#include <stdbool.h>

// Options of sockets that hold a peer off from what only Linux would give it: a kernel thread, a buffer that is not
// back, a reactor that sleeps. Each returns 0 or a negative errno.

/// Has Linux drop TCP segments with urgent data (`MSG_OOB`) that come to this socket, or to any connection of it whose
/// handshake ends after this.
///
/// An urgent byte wakes whoever waits for the socket, whatever its low-water mark, and then is none of the bytes that a
/// receive returns. `SO_OOBINLINE` makes the byte one of the others, but an urgent segment that comes before what precedes it
/// still wakes whoever waits, for nothing, until the gap is filled. So such segments do not arrive.
int sluice_drop_urgent_segments(int socket);

/// Bounds what blocks on this socket, or on any that is accepted from it, to one tick of Linux's clock.
///
/// A receive or send of io_uring that is woken 128 times for nothing is given to a kernel thread, which takes a buffer and
/// blocks until there is something: for as long as the peer likes. With this it answers EAGAIN, and has its buffer again.
int sluice_bound_blocking(int socket);

/// What a connection has not from its listener, where that is a Unix socket or somebody else's: urgent bytes are bytes
/// like any others, what blocks is bounded, to close it never waits, and one byte is enough to wake.
int sluice_set_up_accepted(int socket);

/// Has Linux refuse descriptors that are sent over a Unix socket, or over any that is accepted from it.
///
/// Nobody here takes them, and a receive drops them; dropping the last reference to, say, a connection that lingers blocks
/// for as long as its owner has chosen. Linux 6.16; an older one answers ENOPROTOOPT.
int sluice_refuse_descriptors(int socket);

#endif
