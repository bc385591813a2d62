import Reduction
import Seeds
import Testing

@testable import DocExamples

/// The kernel of the article "Writing a kernel", against the plainest way to say what it does.
struct L2NormTests {
    // snippet: kernel-twin
    private func twin(_ values: [Float]) -> Float {
        Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }

    private func answer(_ values: [Float], cutAt cuts: [Int]) -> Float {
        let bytes = values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        var kernel = L2Norm()
        var scratch: [UInt8] = Array(repeating: 0xAA, count: kernel.scratchBytes(count: values.count))
        return scratch.withUnsafeMutableBytes { memory in
            kernel.begin(count: values.count, scratch: memory)
            var begin = 0
            for end in cuts + [bytes.count] {
                kernel.consume(bytes.span.bytes.extracting(begin..<end))
                begin = end
            }
            return kernel.finish()
        }
    }

    @Test func answersAsItsTwinHoweverTheBodyIsCut() {
        let values = (0..<25).map { Float($0) / 7 - 1.5 }
        for cut in 0...100 {
            #expect(answer(values, cutAt: [cut]) == twin(values))
        }
        #expect(answer(values, cutAt: Array(0...100)) == twin(values))
    }
    // end

    @Test func answersAsItsTwinForManyValuesCutAnywhere() {
        var generator = SeededGenerator.announced(for: "L2Norm")
        for _ in 0..<50 {
            let count = Int.random(in: 1...3000, using: &generator)
            let values = (0..<count).map { _ in Float.random(in: -10...10, using: &generator) }
            let cuts = generator.cuts(of: 4 * count, atMost: 20)
            #expect(answer(values, cutAt: cuts) == twin(values))
        }
    }

    @Test func aNaNIsTheOneThatSluiceAnswers() {
        #expect(answer([1, -Float.nan, 2], cutAt: [5]).bitPattern == 0x7FC0_0000)
        #expect(answer([.infinity, 1], cutAt: []) == .infinity)
    }

    @Test func canBeBegunAgainInTheMiddle() {
        var kernel = L2Norm()
        let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        kernel.begin(count: 2, scratch: nothing)
        kernel.consume([UInt8](1...6).span.bytes)
        kernel.begin(count: 1, scratch: nothing)
        kernel.consume([UInt8(0), 0, 0x40, 0xC0].span.bytes)
        #expect(kernel.finish() == 3)
    }
}
