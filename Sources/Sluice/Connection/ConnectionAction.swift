internal import HTTP1

/// The one thing a connection wants done next. The reactor does it and, where that has an outcome at once,
/// tells the connection, which answers with the next action.
enum ConnectionAction {
    /// Nothing until the next event.
    case wait
    /// Receive the first bytes of a head into a head buffer that the ring picks.
    case receiveHead
    /// Receive more of the head into the buffer the connection holds, from that offset.
    case receiveRestOfHead(offset: Int)
    /// Parse what the head buffer holds, and decide.
    case parseHead
    /// Ask the arena; then ``Connection/memoryGranted(now:)``, at once or later.
    case requestMemory(byteCount: Int)
    /// Leave the arena's line.
    case withdrawMemoryRequest
    /// Send `100 Continue`, from that offset.
    case sendContinue(offset: Int)
    /// Set the sink up, then take the body bytes that came with the head.
    case beginBody(BodyPlan)
    /// Receive into a window.
    case receiveIntoWindow(limit: Int)
    /// Receive body bytes, and nothing but body bytes, at their place.
    case receiveInPlace(limit: Int)
    /// The body is whole: have the kernel or the handler answer.
    case finishBody(BodyPlan)
    /// The request wants no body, or has brought it: have the handler of this route answer.
    case callHandler(BodyPlan)
    /// Learn when the peer is gone: ``Connection/watchEnded(isGone:failed:now:)``.
    case watchPeer
    /// What there was of a streamed response is sent: have its writer go on.
    case continueStream
    /// Nothing of what the head buffer holds will be read.
    case releaseHeadBuffer
    /// Write the answer out, then ``Connection/encoded(byteCount:goesOn:)``.
    case encode(Answer, closing: Bool)
    /// Send the written answer from that offset.
    case send(offset: Int)
    /// The answer is sent and the connection stays: let go of everything that belonged to the request.
    case endRequest
    /// Send FIN, then discard.
    case halfClose
    /// Count what has arrived and is not received, then ``Connection/lastAnswerSent(unread:now:)``.
    case endConnection
    /// Nothing has come: send FIN, count once more, then ``Connection/idleEnded(unread:now:)``.
    case endIdle
    /// Throw away what the client still sends.
    case discard
    /// Make the receive in flight end.
    case cancelReceive
    /// Make the send in flight end.
    case cancelSend
    /// Make the watch in flight end.
    case cancelWatch
    /// Count what has arrived and is not received, then ``Connection/arrived(unread:isReadable:now:)``.
    case measureArrived
    /// Count what is sent and not taken by the client, then ``Connection/taken(unsent:now:)``.
    case measureTaken
    /// Nothing is in flight: release everything and close the descriptor.
    case close
}
