#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One thing that is fuzzed; each says in its own file what has to hold for every input.
enum FuzzTarget: String, CaseIterable {
  case message, fields, armor, transfer, structure, html, mbox, pop, imap

  /// Tries one input; it returns, or traps.
  func run(_ input: [UInt8]) {
    switch self {
    case .message: MessageFuzz.run(input)
    case .fields: FieldsFuzz.run(input)
    case .armor: ArmorFuzz.run(input)
    case .transfer: TransferFuzz.run(input)
    case .structure: StructureFuzz.run(input)
    case .html: HTMLFuzz.run(input)
    case .mbox: MboxFuzz.run(input)
    case .imap: IMAPFuzz.run(input)
    case .pop: POP3Fuzz.run(input)
    }
  }
}

/// Traps unless `holds`, after it said what does not hold: optimized programs do not tell the message of a precondition.
func require(_ holds: Bool, _ claim: @autoclosure () -> String) {
  guard !holds else { return }
  let line = Array("fuzz: does not hold: \(claim())\n".utf8)
  // Holds: the bytes live for the call.
  _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
  preconditionFailure()
}

/// Traps when `body` throws.
func unfailing<Value>(_ claim: @autoclosure () -> String, _ body: () throws -> Value) -> Value {
  do {
    return try body()
  } catch {
    require(false, "\(claim()): \(error)")
    preconditionFailure()
  }
}

/// The value or the error of `body`, so that two ways can be compared.
func outcome<Value, Failure>(_ body: () throws(Failure) -> Value) -> Result<Value, Failure> {
  do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
}
