import SystemPackage
import TestSupport

/// A folder for PATH with a program `w3m` (or another name) that is a shell script.
struct FakeBrowser {
  let folder: TemporaryFolder

  init(_ script: String, name: String = "w3m") throws {
    folder = try TemporaryFolder()
    let path = try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), to: name)
    try ChildProcess("chmod", ["+x", path.string], environment: testEnvironment).run().succeeded()
  }
}
