#ifndef SLUICE_URGENT_H
#define SLUICE_URGENT_H

/// Has Linux drop TCP segments with urgent data (`MSG_OOB`) that come to this socket, or to any that is accepted from it
/// after this. Returns 0 or a negative errno.
///
/// An urgent byte wakes whoever waits for the socket, whatever its low-water mark, and then is none of the bytes that a
/// receive returns. A receive of io_uring goes back to waiting at most 128 times and is then given to a kernel thread, which
/// takes a buffer and blocks: for each such client a thread, and a buffer that nobody else has.
/// `SO_OOBINLINE` makes the byte one of the others, but an urgent segment that comes before what precedes it still wakes
/// whoever waits, for nothing, until the gap is filled. So such segments do not arrive.
int sluice_drop_urgent_segments(int socket);

#endif
