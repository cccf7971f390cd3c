package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The place of a Unix socket, step by step. */
class UnixSocketFileTest {
  @TempDir Path directory;

  private Path path;

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

    assertThatThrownBy(() -> UnixSocketFile.begin(path)).hasMessageContaining("cannot be opened");
    assertThat(target).doesNotExist();
  }
}
