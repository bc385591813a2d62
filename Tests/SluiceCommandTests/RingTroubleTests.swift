internal import Glibc
internal import Testing
internal import Uring

@testable internal import SluiceCommand

/// What the operator is told, for each state of a machine that these tests cannot put theirs into.
struct RingTroubleTests {
    private func trouble(
        _ number: Int32, _ step: RingError.Step = .setUp, disabled: Int? = 0, isFiltered: Bool = false
    ) -> String {
        let trouble = RingTrouble(
            RingError(step: step, errorNumber: number), disabled: disabled, isFiltered: isFiltered)
        return "\(trouble.cause) → \(trouble.cure ?? "nothing")"
    }

    @Test(arguments: [false, true])
    func namesTheSysctlThatBlocksEveryone(isFiltered: Bool) {
        let text = trouble(EPERM, disabled: 2, isFiltered: isFiltered)
        #expect(text.hasPrefix("blocked by the sysctl kernel.io_uring_disabled = 2 → "))
        #expect(text.hasSuffix("sysctl -w kernel.io_uring_disabled=0"))
    }

    @Test func namesTheGroupThatIsStillAllowed() {
        #expect(trouble(EPERM, disabled: 1).contains("kernel.io_uring_disabled = 1"))
        #expect(trouble(EPERM, disabled: 1).contains("kernel.io_uring_group"))
    }

    @Test(arguments: [nil, 0], [RingError.Step.setUp, .registerBuffers, .restrict, .enter])
    func namesTheFilterAndTheProfile(disabled: Int?, step: RingError.Step) {
        let text = trouble(EPERM, step, disabled: disabled, isFiltered: true)
        #expect(text.contains("\(step.rawValue) is blocked by a seccomp filter"))
        #expect(text.contains("--security-opt seccomp=bench/deploy/seccomp.json"))
    }

    @Test func suspectsASecurityModuleWhereThereIsNoFilter() {
        #expect(trouble(EPERM).contains("AppArmor"))
        #expect(trouble(EACCES).contains("AppArmor"))
    }

    @Test func tellsAKernelWithoutFromOneThatHidesIt() {
        #expect(trouble(ENOSYS).hasPrefix("this kernel has none"))
        #expect(trouble(ENOSYS, isFiltered: true).contains("seccomp=bench/deploy/seccomp.json"))
    }

    @Test func anythingElseIsSaidAsItIs() {
        #expect(trouble(EMFILE) == "io_uring_setup: Too many open files → nothing")
    }

    /// Which of the two it is depends on the release: locked memory is looked at in vain from 5.12 to 6.13.
    @Test func namesBothMemoriesThatMayBeShort() {
        #expect(trouble(ENOMEM).contains("the memory limit of the container or cgroup (memory.max)"))
        #expect(trouble(ENOMEM).contains("from Linux 6.14 on locked memory"))
    }

    @Test func readsWhatLinuxSaysOfThisProcess() {
        #expect(SystemFile.field("Pid", of: "/proc/self/status") == "\(getpid())")
        #expect(SystemFile.field("Seccomp", of: "/proc/self/status") != nil)
        #expect(SystemFile.field("Nothing", of: "/proc/self/status") == nil)
        #expect(SystemFile.field("Pid", of: "/nowhere") == nil)
    }
}
