// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Whether libFuzzer's program is built, and what it tries instrumented for it: `Scripts/fuzz` asks for that.
let isFuzzing = Context.environment["POSTSEAL_FUZZ"] == "1"
let instrumented: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : []
/// For what is tried though other modules need not see it; an optimized build has no `@testable` by itself.
let seenByFuzz: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-enable-testing"])] : []

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// One library target of the house; `dependencies` are the only arrows it may draw.
func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + instrumented + settings)
}

/// The tests of one target, in the folder that mirrors it, beside scripts that they run.
func tests(_ name: String, _ dependencies: [Target.Dependency], besides scripts: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: scripts, swiftSettings: strict)
}

let package = Package(
  name: "postseal",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "postseal", targets: ["postseal"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CGPGME", pkgConfig: "gpgme",
      providers: [.apt(["libgpgme-dev", "libgpg-error-dev"]), .brew(["gpgme"])]),
    .systemLibrary(
      name: "CCurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CGcrypt", pkgConfig: "libgcrypt",
      providers: [.apt(["libgcrypt20-dev"]), .brew(["libgcrypt"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CResolver"),
    // Lifetimes: for the property that gives the raw span of an array.
    library("ByteStreams", ["CGcrypt", systemPackage], [.enableExperimentalFeature("Lifetimes")]),
    library("OpenPGPPackets", ["ByteStreams"]),
    library("GPGME", ["CGPGME", "OpenPGPPackets", "ByteStreams", systemPackage]),
    library("MIME", ["ByteStreams"]),
    library("HTMLText", []),
    library("SealedMail", ["GPGME", "MIME", "HTMLText", "OpenPGPPackets", "ByteStreams", systemPackage]),
    library("MailState", [database, "MIME", "ByteStreams", systemPackage]),
    library(
      "MailTransport", ["CCurl", "CResolver", "MIME", "ByteStreams", subprocess, systemPackage], seenByFuzz),
    .executableTarget(
      name: "postseal",
      dependencies: [
        "SealedMail", "MailTransport", "MailState", "GPGME", "MIME", "HTMLText", "OpenPGPPackets", "ByteStreams",
        "CProcess", subprocess, systemPackage,
        argumentParser,
        .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: ["SealedMail", "GPGME", "MIME", "OpenPGPPackets", "ByteStreams", subprocess, systemPackage],
      path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["TestSupport", "MIME", "ByteStreams", systemPackage],
      path: "Tests/Benchmarks", swiftSettings: strict),
    .executableTarget(
      name: "Differential",
      dependencies: ["TestSupport", "MIME", "ByteStreams"],
      path: "Tests/Differential", exclude: ["compare.py", "plain", "readers.py"], swiftSettings: strict),
    tests("ByteStreams", ["ByteStreams", systemPackage]),
    tests("OpenPGPPackets", ["OpenPGPPackets", "ByteStreams"]),
    tests("GPGME", ["GPGME", "OpenPGPPackets", "ByteStreams", systemPackage]),
    tests("MIME", ["MIME", "ByteStreams"]),
    tests("HTMLText", ["HTMLText"]),
    tests("SealedMail", ["SealedMail", "GPGME", "MIME", "OpenPGPPackets", "ByteStreams"]),
    tests("MailState", ["MailState", "MIME", "ByteStreams", database, systemPackage]),
    tests(
      "MailTransport", ["MailTransport", "MIME", "ByteStreams", systemPackage], besides: ["Servers/tls-front.py"]),
    tests("postseal", ["postseal", "MailTransport", argumentParser, subprocess, systemPackage]),
  ]
)

if isFuzzing {
  package.targets += [
    .systemLibrary(name: "CFuzz", path: "Tests/Fuzz/CFuzz"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CFuzz", "SealedMail", "MailTransport", "GPGME", "MIME", "HTMLText", "OpenPGPPackets", "ByteStreams",
        "TestSupport",
      ],
      path: "Tests/Fuzz", exclude: ["CFuzz", "Dictionaries", "Seeds"], swiftSettings: strict + instrumented,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ]
}
