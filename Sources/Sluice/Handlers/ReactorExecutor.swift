/// Runs the tasks of async handlers on their reactor's thread, between its completions.
///
/// A job may come from any thread: from an await on somebody else's executor it comes back here.
final class ReactorExecutor: TaskExecutor {
    private let mailbox: Mailbox

    init(_ mailbox: Mailbox) { self.mailbox = mailbox }

    func enqueue(_ job: consuming ExecutorJob) { mailbox.post(.job(UnownedJob(job))) }

    /// On the reactor's thread.
    func run(_ job: UnownedJob) { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
}
