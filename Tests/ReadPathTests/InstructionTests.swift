#if !DEBUG
    import Testing

    extension Check {
        /// Instructions in user space for a body, under callgrind: a copy is seen however it is written. Each
        /// number of bodies has a process of its own, whose total is read at its end.
        static let instructions = Check(name: "user-instructions-per-body") { subject in
            let (few, many) = (1, 5)
            return try Callgrind.using(subject.program) { callgrind in
                (try callgrind.instructions(of: subject, bodies: many)
                    - callgrind.instructions(of: subject, bodies: few)) / Double(many - few)
            }
        }
    }

    extension ReadPath {
        struct Instructions {
            @Test(arguments: [Reading.streamed, .landed])
            func ofABodyAreThoseOfItsReduction(reading: Reading) throws {
                try Check.instructions.holds(for: reading)
            }

            @Test func ofAPlainReaderAreThoseOfItsReduction() throws {
                try Check.instructions.passesPlainReader()
            }

            @Test func showALoopOverTheElements() throws { try Check.instructions.catches(.elementLoop) }

            @Test func showACopyOfTheWholeBody() throws { try Check.instructions.catches(.wholeCopy) }
        }
    }
#endif
