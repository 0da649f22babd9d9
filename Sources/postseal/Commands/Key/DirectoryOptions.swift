import ArgumentParser
import GPGME

/// Who is asked for certificates, besides the keyring.
struct DirectoryOptions: ParsableArguments {
  @Flag(help: "Ask the web key directory of the address's domain.")
  var wkd = false

  @Flag(help: "Ask the key server of gpg.conf or dirmngr.conf.")
  var keyserver = false

  @Option(help: ArgumentHelp("Ask this key server, such as hkps://keys.openpgp.org.", valueName: "url"))
  var server: String?

  @Option(help: ArgumentHelp("Wait no longer than this for an answer (default: 30).", valueName: "seconds"))
  var timeout = 30

  mutating func validate() throws {
    if let server, KeyServer(server) == nil {
      throw ValidationError("--server wants a URL such as hkps://keys.openpgp.org.")
    }
    if !(1...3600).contains(timeout) { throw ValidationError("--timeout wants 1 to 3600 seconds.") }
  }

  /// Whether any place is named.
  var isEmpty: Bool { !wkd && !keyserver && server == nil }

  /// How far a question may go.
  var limits: NetworkLimits { NetworkLimits(time: .seconds(timeout)) }

  /// What the help says about asking: to whom it reveals what.
  static let disclosure = """
    Asking tells others whom you write to: the web key directory of a domain tells the address to whoever runs the domain, a key \
    server tells the address or fingerprint to whoever runs the server, and both see your network address unless dirmngr uses \
    Tor. `hkp://` tells everybody on the way, too.
    """
}

/// The kinds of places that a command asks, in this order.
struct DirectoryPlan {
  var web = false
  var server = false
  /// True when options said it: each place is asked then.
  ///
  /// What only the configuration says is asked while nothing was found.
  let isChosen: Bool

  /// What the options say, else the configuration.
  init(_ options: DirectoryOptions, _ configuration: Configuration) {
    isChosen = !options.isEmpty
    web = isChosen ? options.wkd : configuration.crypto.locate.contains(.wkd)
    server = isChosen ? options.keyserver || options.server != nil : configuration.crypto.locate.contains(.keyserver)
  }

  /// All places, or none, whatever else is said.
  init(all: Bool) {
    (web, server, isChosen) = (all, all, true)
  }

  var isEmpty: Bool { !web && !server }
}
