import Foundation
package import SystemPackage

/// A real key server on loopback (SKS) with nothing but what a test gives it; ends with the value.
package final class KeyServerProcess: Sendable {
  package let port: UInt16
  private let folder: TemporaryFolder

  package init() throws {
    folder = try TemporaryFolder()
    port = try ServerScript.port(of: "keyserver", "start", folder.appending("sks").string)
  }

  deinit { ServerScript.stop("keyserver", folder.appending("sks")) }

  /// Where it is asked.
  package var url: String { "hkp://127.0.0.1:\(port)" }

  /// Gives it certificates of a keyring, as gpg does.
  package func take(_ fingerprints: [String], from keyring: TemporaryKeyring) throws {
    try keyring.gpg(arguments: ["--keyserver", url, "--send-keys"] + fingerprints).succeeded()
  }

  /// Gives it the certificates of these identities.
  package func take(_ identities: Identity...) throws {
    let keyring = try TemporaryKeyring(certificates: identities)
    try take(identities.map(\.hexFingerprint), from: keyring)
  }
}

/// A Web Key Directory over TLS on loopback (nginx), and the proxy by which a keyring's dirmngr finds it; ends with the value.
package final class WebKeysProcess: Sendable {
  private let folder: TemporaryFolder
  private let proxy: WebServer
  private let port: UInt16

  /// Whether this machine can have it: root, or namespaces that anybody may make.
  package static let isPossible: Bool =
    (try? ChildProcess(ServerScript.path("webkeys"), ["possible"], environment: testEnvironment).run().status) == 0

  /// - Parameter certificate: one of those that `Scripts/Servers/certificates` makes.
  package init(certificate: String = "server") throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let tls = folder.appending("tls").string
    try ChildProcess(ServerScript.path("certificates"), [tls], environment: testEnvironment).run().succeeded()
    let port = try ServerScript.port(of: "webkeys", "start", folder.appending("web").string, tls, certificate)
    self.port = port
    proxy = try WebServer { request in
      if request.method == "CONNECT" { return .relay(port) }
      // A key server on loopback, which dirmngr asks through the proxy too.
      let other = request.target.firstMatch(of: /^http:\/\/[^\/]*:(\d+)\//).flatMap { UInt16($0.1) }
      return other.map { .relay($0) } ?? .answer(404, [])
    }
  }

  deinit { ServerScript.stop("webkeys", folder.appending("web")) }

  /// Every request to the proxy.
  package var requests: [String] { proxy.requests }

  /// The folder that nginx serves.
  package var root: FilePath { folder.appending("web/www") }

  /// Lets a keyring's dirmngr find the directory and believe its authority.
  package func serve(_ keyring: TemporaryKeyring) throws {
    try Data("http-proxy http://127.0.0.1:\(proxy.port)\n".utf8)
      .write(to: URL(fileURLWithPath: keyring.home.appending("dirmngr.conf").string))
    try ChildProcess(
      ServerScript.path("webkeys"), ["dirmngr", keyring.home.string, folder.appending("tls/authority.pem").string],
      environment: testEnvironment
    ).run().succeeded()
  }

  /// Publishes bytes for an address, by both methods that a client may use.
  package func publish(_ bytes: [UInt8], for address: String) throws {
    let parts = address.split(separator: "@")
    let hash = try Self.hash(of: address)
    for place in ["\(parts[1])/hu", "hu"] {
      try folder.write(bytes, to: "web/www/.well-known/openpgpkey/\(place)/\(hash)")
    }
  }

  /// Whether GnuPG's own program is here that names addresses.
  package static var hasNames: Bool { FileManager.default.isExecutableFile(atPath: client) }

  private static let client = "/usr/lib/gnupg/gpg-wks-client"

  /// The name of an address in a directory, as GnuPG's own program makes it.
  package static func hash(of address: String) throws -> String {
    let run = try ChildProcess(
      client, ["--print-wkd-hash", address], environment: testEnvironment
    ).run().succeeded()
    return String(run.text.prefix { $0 != " " })
  }
}

/// The scripts of `Scripts/Servers`, which start and stop what lies in a folder.
package enum ServerScript {
  package static func path(_ name: String) -> String {
    Repository.root.appending("Scripts").appending("Servers").appending(name).string
  }

  /// Starts a server and gives its port.
  package static func port(of name: String, _ arguments: String...) throws -> UInt16 {
    let run = try ChildProcess(path(name), arguments, environment: testEnvironment).run().succeeded()
    guard let port = run.text.firstMatch(of: /port=(\d+)/).flatMap({ UInt16($0.1) }) else {
      throw ChildFailure(run: run)
    }
    return port
  }

  package static func stop(_ name: String, _ folder: FilePath) {
    _ = try? ChildProcess(path(name), ["stop", folder.string], environment: testEnvironment).run()
  }
}
