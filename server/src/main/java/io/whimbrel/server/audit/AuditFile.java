package io.whimbrel.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Where lines of the audit log are added. All that is not a plain ASCII letter is written as its
 * code, so that no name can begin a line, end a text or speak to a terminal. Owned by whoever
 * writes.
 */
final class AuditFile implements AutoCloseable {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
          .rootValueSeparator("\n")
          .build();

  private static final String OWNER_ALONE = "rw-------";

  private final WritableByteChannel to;

  /** Whether what was written last is the beginning of a line. */
  private boolean torn;

  /**
   * @param torn whether what is there already ends in the middle of a line
   */
  AuditFile(WritableByteChannel to, boolean torn) {
    this.to = to;
    this.torn = torn;
  }

  /** Opens a file to add lines; one that is not there is made, for its owner alone. */
  static AuditFile open(Path path) throws AuditFileException {
    check(path);
    try {
      boolean torn = endsInALine(path);
      FileAttribute<?>[] made =
          path.getFileSystem().supportedFileAttributeViews().contains("posix")
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ALONE))
              }
              : new FileAttribute<?>[0];
      FileChannel channel =
          FileChannel.open(
              path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), made);
      return new AuditFile(channel, torn);
    } catch (IOException refused) {
      throw new AuditFileException(named(path) + why(refused), refused);
    }
  }

  /** Says what can be known to be wrong before the file is opened. */
  static void check(Path path) throws AuditFileException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new AuditFileException(named(path) + "it is not a file");
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new AuditFileException(named(path) + "there is no directory " + directory);
    }
    Path written = Files.exists(path) ? path : directory;
    if (written != null && !Files.isWritable(written)) {
      throw new AuditFileException(named(path) + "it may not be written");
    }
  }

  private static String named(Path path) {
    return "log.audit-file " + path + ": ";
  }

  private static String why(IOException refused) {
    if (refused instanceof AccessDeniedException) {
      return "it may not be written";
    }
    return "it cannot be written: "
        + (refused instanceof NoSuchFileException
            ? "it has no place"
            : String.valueOf(refused.getMessage()));
  }

  /** Whether a crash left the beginning of a line. */
  private static boolean endsInALine(Path path) throws IOException {
    if (!Files.isReadable(path) || Files.size(path) == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel there = FileChannel.open(path, StandardOpenOption.READ)) {
      there.read(last, there.size() - 1);
    }
    return last.get(0) != '\n';
  }

  /**
   * Adds lines. They are the operating system's when this returns.
   *
   * @throws IOException some of them may be there, and the last of these in part
   */
  void write(List<AuditEvent> events) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * events.size());
    if (torn) {
      lines.write('\n');
    }
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), lines)) {
      events.forEach(event -> event.write(json));
    }
    lines.write('\n');
    torn = true;
    ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
    torn = false;
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
