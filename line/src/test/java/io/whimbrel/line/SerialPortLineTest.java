package io.whimbrel.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serial lines of the operating system. */
@Timeout(120)
final class SerialPortLineTest {
  @TempDir Path directory;

  private static SerialPortLine open(Path device) throws IOException {
    return SerialPortLine.open(device.toString(), 115_200, false);
  }

  @Test
  void octetsOfAnyValueComeOutAsTheyWentIn() throws Exception {
    try (PtyPair pair = new PtyPair(directory)) {
      SerialPortLine here = open(pair.broker());
      SerialPortLine there = open(pair.device());
      byte[] all = new byte[2_000];
      new Random(5).nextBytes(all);
      for (int i = 0; i < 256; i++) {
        all[i] = (byte) i; // XON, XOFF, line ends and end of file among them
      }
      CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(here, all));
      byte[] heard = new byte[all.length];
      byte[] some = new byte[300];
      for (int at = 0; at < heard.length; ) {
        int read = there.read(some);
        System.arraycopy(some, 0, heard, at, read);
        at += read;
      }
      assertThat(heard).isEqualTo(all);
      written.get();
      here.close();
      there.close();
    }
  }

  private static void write(SerialPortLine line, byte[] octets) {
    try {
      line.write(octets);
    } catch (IOException lost) {
      throw new IllegalStateException(lost);
    }
  }

  @Test
  void aLineOnWhichNothingIsSaidIsSilent() throws Exception {
    try (PtyPair pair = new PtyPair(directory)) {
      SerialPortLine here = open(pair.broker());
      assertThat(here.read(new byte[10])).isZero();
      here.close();
    }
  }

  @Test
  void aWriteThatNobodyTakesEndsWhenTheLineIsClosed() throws Exception {
    try (PtyPair pair = new PtyPair(directory)) {
      SerialPortLine here = open(pair.broker());
      AtomicInteger writes = new AtomicInteger();
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  write(here, new byte[1_000]);
                  writes.incrementAndGet();
                }
              });
      CountDownLatch never = new CountDownLatch(1);
      for (int before = -1; before != writes.get(); ) { // until it waits
        before = writes.get();
        assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
      }
      here.close();
      assertThatThrownBy(() -> written.get(60, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("the device is gone");
    }
  }

  @Test
  void aDeviceThatIsUnpluggedIsLost() throws Exception {
    try (PtyPair pair = new PtyPair(directory)) {
      SerialPortLine here = open(pair.broker());
      pair.unplug();
      assertThatThrownBy(
              () -> {
                while (here.read(new byte[10]) == 0) {
                  // not noticed so far
                }
              })
          .hasMessage("the device is gone");
      here.close();
    }
  }

  @Test
  void whatCannotBeOpenedIsToldInALine() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> open(directory.resolve("ttyNONE")))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no such device");
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(IOException.class)
        .hasMessage("it is no serial line");
  }

  @Test
  void theNativeLibraryIsInADirectoryThatIsTheUsersAlone() throws Exception {
    SerialLibrary.prepare();
    Path unpacked = Path.of(System.getProperty("jSerialComm.library.path"));
    if (Files.getFileStore(unpacked).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked)))
          .isEqualTo("rwx------");
    }
    assertThat(Files.walk(unpacked).filter(Files::isRegularFile)).isNotEmpty();
  }
}
