import CFuzz

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// libFuzzer's program: the environment variable `FUZZ_TARGET` names the target, the arguments are libFuzzer's own.
@main enum FuzzProgram {
  private static let target = ProcessEnvironment.value("FUZZ_TARGET").flatMap(FuzzTarget.init(rawValue:))

  static func main() {
    guard target != nil else {
      print("FUZZ_TARGET has to be one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
      exit(64)
    }
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
    // Holds: both live until the program ends; libFuzzer lends the bytes for the call.
    let status = unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
      FuzzProgram.target?.run(unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: size)))
      return 0
    }
    exit(status)
  }
}

/// The environment of this process.
private enum ProcessEnvironment {
  static func value(_ name: String) -> String? {
    // Holds: nobody changes the environment, so what is found stays.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}
