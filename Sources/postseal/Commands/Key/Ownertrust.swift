import ArgumentParser
import GPGME

/// How far an owner is trusted to certify others, as the command line and the reports name it.
enum Ownertrust: String, ExpressibleByArgument, CaseIterable, Sendable {
  case unknown, never, marginal, full, ultimate

  init(_ trust: Validity) {
    self =
      switch trust {
      case .unknown, .undefined: .unknown
      case .never: .never
      case .marginal: .marginal
      case .full: .full
      case .ultimate: .ultimate
      }
  }

  /// The level as gpg has it.
  var validity: Validity {
    switch self {
    case .unknown: .unknown
    case .never: .never
    case .marginal: .marginal
    case .full: .full
    case .ultimate: .ultimate
    }
  }

  /// What it means, as the end of a sentence that begins with the level.
  var meaning: String {
    switch self {
    case .unknown: "nothing is decided, and what its owner certifies counts for nothing"
    case .never: "its owner certifies carelessly, and what they certify counts for nothing"
    case .marginal: "its owner is trusted a little, and what three such owners certify is verified"
    case .full: "its owner is trusted like yourself, and whatever they certify is verified"
    case .ultimate: "it is your own key, and whatever it certifies is verified"
    }
  }

  /// Whether what the owner certifies becomes valid by it.
  var letsOthersCount: Bool { self == .marginal || self == .full }
}
