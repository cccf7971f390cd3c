package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The place of a Unix socket, step by step. */
class UnixSocketFileTest {
  @TempDir Path directory;

  private Path path;

  /** Another process, which wants the lock that it is given. */
  static final class Another {
    public static void main(String[] files) throws IOException {
      try (FileChannel lock = FileChannel.open(Path.of(files[0]), StandardOpenOption.WRITE)) {
        if (lock.tryLock() == null) {
          throw new IllegalStateException("it is locked");
        }
      }
    }
  }

  @BeforeEach
  void chooseAPath() {
    path = directory.resolve("broker.sock");
  }

  @Test
  void ofTwoWhoBeginTogetherOneGoesOn() throws Exception {
    UnixSocketFile first = UnixSocketFile.begin(path);

    assertThatThrownBy(() -> UnixSocketFile.begin(path))
        .isInstanceOf(IOException.class)
        .hasMessage("it is in use");
    first.remove();
    UnixSocketFile.begin(path).remove();
  }

  @Test
  void whoIsRefusedInTheSameProcessDoesNotLetAnotherProcessIn() throws Exception {
    UnixSocketFile first = UnixSocketFile.begin(path);
    assertThatThrownBy(() -> UnixSocketFile.begin(path)).hasMessage("it is in use");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    assertThatThrownBy(() -> UnixSocketFile.begin(link.resolve("broker.sock")))
        .hasMessage("it is in use");

    assertThat(anotherGetsTheLock()).isFalse();
    first.remove();
    assertThat(anotherGetsTheLock()).isTrue();
  }

  private boolean anotherGetsTheLock() throws Exception {
    Process another =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Another.class.getName(),
                path + ".lock")
            .redirectErrorStream(true)
            .start();
    String said = new String(another.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean got = another.waitFor() == 0;
    assertThat(got || said.contains("it is locked")).as(said).isTrue();
    return got;
  }

  @Test
  void whoRemovesTwiceDoesNotTakeThePlaceOfTheNext() throws Exception {
    UnixSocketFile first = UnixSocketFile.begin(path);
    first.remove();
    UnixSocketFile next = UnixSocketFile.begin(path);
    first.remove();

    assertThatThrownBy(() -> UnixSocketFile.begin(path)).hasMessage("it is in use");
    assertThat(anotherGetsTheLock()).isFalse();
    next.remove();
  }

  @Test
  void aLockThatIsAnotherUsersIsNamedWithWhatHelps() throws Exception {
    Path lock = Files.createFile(directory.resolve("broker.sock.lock"));
    AccessDeniedException refused = new AccessDeniedException(lock.toString());

    assertThat(UnixSocketFile.notOpened(lock, refused))
        .hasMessage(
            "its lock %s, a file of %s, cannot be opened (no permission): remove it if no broker"
                + " runs",
            lock, Files.getOwner(lock).getName());
    Files.delete(lock);
    assertThat(UnixSocketFile.notOpened(lock, refused))
        .hasMessage("its lock %s cannot be made: no permission", lock);
  }

  @Test
  void whoIsRefusedKeepsNobodyElseOut() throws Exception {
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> UnixSocketFile.begin(path)).hasMessageContaining("no socket");
    Files.delete(path);

    UnixSocketFile.begin(path).remove();
  }

  @Test
  void whatStandsWhereItWasMadeLaterIsNotItsToRemove() throws Exception {
    UnixSocketFile file = UnixSocketFile.begin(path);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(file.draft());
      file.open(PosixFilePermissions.fromString("rw-------"));
    }
    Path another = Files.createDirectory(file.draft().getPath().resolveSibling(""));
    Files.writeString(file.draft().getPath(), "precious");

    file.remove();

    assertThat(another.resolve("broker.sock")).hasContent("precious");
    assertThat(path).doesNotExist();
  }

  @Test
  void aLockThatLeadsElsewhereIsNotFollowed() throws Exception {
    Path target = directory.resolve("target");
    Files.createSymbolicLink(directory.resolve("broker.sock.lock"), target);

    assertThatThrownBy(() -> UnixSocketFile.begin(path))
        .hasMessageContaining("cannot be opened (")
        .hasMessageEndingWith("): remove it if no broker runs");
    assertThat(target).doesNotExist();
  }
}
