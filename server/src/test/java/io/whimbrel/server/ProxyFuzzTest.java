package io.whimbrel.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all where a PROXY header is awaited, in two pieces, and then the end. Without
 * JAZZER_FUZZ this replays what stands here and in the resources; with JAZZER_FUZZ=1 it looks for
 * more.
 */
final class ProxyFuzzTest {
  private static final String TWO = "0d0a0d0a000d0a515549540a";
  private static final String CONNECT = "101000044d5154540402003c000462656e63";

  private static Path directory;
  private static TestBroker broker;
  private static LogLines log;

  @BeforeAll
  static void startABroker() throws Exception {
    directory = Files.createTempDirectory("whimbrel-proxy");
    log = new LogLines("io.whimbrel");
    broker =
        new TestBroker(
            "listeners.unix-socket",
            directory.resolve("s").toString(),
            "listeners.proxy-protocol",
            "unix",
            "listeners.allow-anonymous",
            "true",
            "log.level",
            "error");
  }

  @AfterAll
  static void stopIt() throws IOException {
    broker.close();
    log.close();
    Files.deleteIfExists(directory);
  }

  static Stream<Arguments> beginnings() {
    return Stream.of(
            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".getBytes(ISO_8859_1),
            "PROXY TCP6 ::1 2001:db8::2 65535 0\r\n".getBytes(ISO_8859_1),
            "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1),
            ("PROXY " + "1".repeat(200) + "\r\n").getBytes(ISO_8859_1),
            hex(TWO + "2111000cc0000201c000020200010002" + CONNECT),
            hex(TWO + "20000000" + CONNECT),
            hex(TWO + "2111000fc0000201c0000202000100020400ff"), // a TLV longer than the header
            hex(TWO + "21110013c0000201c0000202000100022000040100000000"),
            hex(TWO + "2121ffff"),
            hex(TWO + "213100d8"),
            hex(TWO + "11110000"),
            hex(CONNECT))
        .map(bytes -> Arguments.of((Object) bytes));
  }

  @MethodSource("beginnings")
  @FuzzTest(maxDuration = "10m")
  void anyBeginningIsServedOrClosedAndHurtsNobody(byte[] input) throws IOException {
    UnixDomainSocketAddress at = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (SocketChannel client = SocketChannel.open(at)) {
      ByteBuffer answer = ByteBuffer.allocate(4096);
      try {
        client.write(ByteBuffer.wrap(input, 0, input.length / 2));
        client.write(ByteBuffer.wrap(input, input.length / 2, input.length - input.length / 2));
        client.shutdownOutput();
        while (client.read(answer.clear()) >= 0) {}
      } catch (IOException cut) {
        // which is an answer
      }
    }
    assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
