import ArgumentParser
import CProcess

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the standard streams are connected to, asked once.
struct Terminal: Sendable {
  /// When marks are coloured.
  enum ColourChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
  }

  let inputIsTerminal: Bool
  let outputIsTerminal: Bool
  let errorIsTerminal: Bool
  /// The style of lines on standard output.
  let outputStyle: Style
  /// The style of lines on standard error.
  let errorStyle: Style
  /// Columns of the terminal; 80 when there is none.
  let columns: Int
  /// Lines of the terminal; 24 when there is none.
  let rows: Int

  init(colour: ColourChoice) {
    inputIsTerminal = isatty(0) == 1
    outputIsTerminal = isatty(1) == 1
    errorIsTerminal = isatty(2) == 1
    let isUTF8 = process_locale_is_utf8() == 1
    let allowed = Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
    func style(terminal: Bool) -> Style {
      let coloured =
        switch colour {
        case .always: true
        case .never: false
        case .auto: allowed && terminal
        }
      return Style(hasColour: coloured, hasUTF8: isUTF8)
    }
    outputStyle = style(terminal: outputIsTerminal)
    errorStyle = style(terminal: errorIsTerminal)
    let size = Self.windowSize()
    columns = size.map { Int($0.ws_col) } ?? 80
    rows = size.map { Int($0.ws_row) } ?? 24
  }

  /// Where lines on standard output must be broken; nil when it is no terminal.
  var outputColumns: Int? { outputIsTerminal ? columns : nil }

  /// Where lines on standard error must be broken; nil when it is no terminal.
  var errorColumns: Int? { errorIsTerminal ? columns : nil }

  /// Whether a person can answer a question here.
  var canAsk: Bool { inputIsTerminal && errorIsTerminal }

  private static func windowSize() -> winsize? {
    var size = winsize()
    // The request fills the structure on this stack.
    guard unsafe ioctl(isatty(1) == 1 ? 1 : 2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return size
  }
}
