import ByteStreams
import SystemPackage

extension FilePath {
  /// The program of that name in a folder of PATH; what is run must not depend on where one stands.
  static func program(named name: String) -> FilePath? {
    let folders = (Environment.value("PATH") ?? "").split(separator: ":").map { FilePath(String($0)) }
    return folders.lazy.filter(\.isAbsolute).map { $0.appending(name) }.first(where: \.isProgram)
  }
}
