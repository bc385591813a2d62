import Glibc
import Testing
import Uring

/// How far away a client is, on which CPU its bytes come in, and how a ring's thread follows them.
@Suite struct ClientPlaceTests {
    @Test func theRoundTripOfLoopbackIsShortAndAUnixSocketHasNone() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        let roundTrip = ring.roundTripTime(of: pair.near) ?? .zero
        #expect(roundTrip > .zero && roundTrip < .seconds(1))
        let unix = ring.roundTripTime(of: SocketPair().near)
        #expect(unix == nil)
    }

    @Test func theCPUOnWhichBytesCameInIsTheSendersOnLoopback() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        for cpu in CallingThread.allowedCPUs {
            let pair = loopback.connection()
            let far = pair.far
            let thread = onAnotherThread {
                SystemThread.confine(to: cpu)
                writeAll([7], to: far)
            }
            pthread_join(thread, nil)
            // Left to another thread of Linux's on a busy machine, it is here when it is read.
            var byte: UInt8 = 0
            #expect(unsafe read(pair.near.descriptor, &byte, 1) == 1)
            let incoming = ring.incomingCPU(of: pair.near)
            #expect(incoming == Int(cpu))
        }
        let unix = ring.incomingCPU(of: SocketPair().near)
        #expect(unix == nil)
    }

    @Test func movesItsThreadToCPUsThatItMayRunOn() throws {
        let ring = try Ring.enabled()
        let before = CallingThread.allowedCPUs
        for cpu in before {
            // On a busy machine Linux may have moved it on before it looks.
            let hasBeenThere = (0..<1000).contains { _ in
                ring.move(to: Int(cpu)) == .done && ring.cpu == Int(cpu)
            }
            #expect(hasBeenThere)
        }
        for wrong in [-1, 8191, .max] {
            let outcome = ring.move(to: wrong)
            #expect(outcome == .notAllowed)
        }
        #expect(CallingThread.allowedCPUs == before)
    }
}
