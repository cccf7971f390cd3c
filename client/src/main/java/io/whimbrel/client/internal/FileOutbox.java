package io.whimbrel.client.internal;

import java.nio.file.Path;

/** Placeholder that the outbox on disk replaces. */
public final class FileOutbox {
  private FileOutbox() {}

  public static Outbox at(Path directory, String clientId, boolean synced) {
    throw new UnsupportedOperationException(directory + clientId + synced);
  }
}
