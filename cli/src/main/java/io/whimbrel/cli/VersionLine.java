package io.whimbrel.cli;

import io.whimbrel.server.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionLine implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"whimbrel " + Version.text() + " (Java " + Runtime.version() + ")"};
  }
}
