package io.whimbrel.server.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A control socket and those who do not ask as they should. */
@Timeout(120)
final class ControlSocketTest {
  private static final String PONG = "{\"version\":\"1\"}\n";
  private static final long LONG = 60_000;

  @TempDir Path directory;
  private final CompletableFuture<Answer> later = new CompletableFuture<>();
  private @Nullable ControlSocket socket;

  /** One whose answer is this test's. */
  private final class Slow implements Command {
    @Override
    public String name() {
      return "slow";
    }

    @Override
    public CompletionStage<Answer> run(Request request) {
      return later;
    }
  }

  /** One that fails. */
  private static final class Broken implements Command {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public CompletionStage<Answer> run(Request request) {
      throw new IllegalStateException("as it must not");
    }
  }

  private Path place() {
    return directory.resolve("control.sock");
  }

  private void listen(long lineMillis, long answerMillis) throws IOException {
    socket =
        new ControlSocket(
            List.of(new Ping("1"), new Slow(), new Broken()), lineMillis, answerMillis);
    socket.listen(place());
  }

  @AfterEach
  void stop() {
    if (socket != null) {
      socket.stop();
    }
  }

  private SocketChannel visitor() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(place()));
  }

  private static void say(SocketChannel visitor, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      visitor.write(bytes);
    }
  }

  /** All until the broker closes. */
  private static String hear(SocketChannel visitor) throws IOException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(1_000);
    try {
      while (visitor.read(some) >= 0) {
        heard.write(some.array(), 0, some.position());
        some.clear();
      }
    } catch (IOException reset) {
      // closed as well
    }
    return heard.toString(UTF_8);
  }

  private String asked(String text) throws IOException {
    try (SocketChannel visitor = visitor()) {
      say(visitor, text);
      return hear(visitor);
    }
  }

  @Test
  void answersOneLineAndCloses() throws Exception {
    listen(LONG, LONG);
    assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
    assertThat(asked("{\"command\":\"ping\"}\r\n{\"command\":\"ping\"}\n")).isEqualTo(PONG);
  }

  @Test
  void answersWhoHasAskedAndSaysNothingMore() throws Exception {
    listen(LONG, LONG);
    try (SocketChannel visitor = visitor();
        SocketChannel behind = visitor()) {
      say(visitor, "{\"command\":");
      say(visitor, "\"slow\"}\n");
      visitor.shutdownOutput();
      say(behind, "{\"command\":\"ping\"}\n");
      assertThat(hear(behind)).isEqualTo(PONG);
      later.complete(Answer.of("done", 1));
      assertThat(hear(visitor)).isEqualTo("{\"done\":1}\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET / HTTP/1.1",
        "[]",
        "{\"command\":\"ping\"",
        "{\"command\":\"ping\"} {}",
        "{\"command\":\"ping\",\"command\":\"ping\"}",
        "{\"command\":7}",
        "{\"command\":null}",
        "{\"command\":{\"command\":\"ping\"}}",
        "{\"command\":\"ping\",\"more\":\"x\"}",
        "{\"command\":\"PING\"}",
        "{\"command\":\"broken\"}"
      })
  void saysThatALineIsNotRight(String line) throws Exception {
    listen(LONG, LONG);
    assertThat(asked(line + "\n")).startsWith("{\"error\":\"").endsWith("\"}\n").hasLineCount(1);
    assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
  }

  @Test
  void outlivesGarbage() throws Exception {
    listen(LONG, LONG);
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      try (SocketChannel visitor = visitor()) {
        visitor.write(ByteBuffer.wrap(garbage));
        if (i % 2 == 0) {
          visitor.shutdownOutput();
          hear(visitor);
        }
      }
    }
    assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
  }

  @Test
  void readsNoMoreThanALine() throws Exception {
    listen(LONG, LONG);
    String right = "{\"command\":\"ping\"}";
    String longest = right + " ".repeat(Request.LINE_BYTES_MAX - right.length());
    assertThat(asked(longest + "\n")).isEqualTo(PONG);
    String refused = "{\"error\":\"a request has 4096 bytes at most\"}\n";
    assertThat(asked(longest + " \n")).isEqualTo(refused);
    assertThat(asked("x".repeat(5_000))).isEqualTo(refused);
  }

  @Test
  void doesNotWaitForWhoIsSilentOrGoes() throws Exception {
    listen(50, LONG);
    try (SocketChannel silent = visitor();
        SocketChannel half = visitor()) {
      say(half, "{\"command\":");
      assertThat(hear(silent)).isEmpty();
      assertThat(hear(half)).isEmpty();
    }
  }

  @Test
  void closesWhoSaysNoWholeLineAndNothingMore() throws Exception {
    listen(LONG, LONG);
    try (SocketChannel half = visitor()) {
      say(half, "{\"command\":");
      half.shutdownOutput();
      assertThat(hear(half)).isEmpty();
    }
  }

  @Test
  void doesNotWaitForAnAnswerWithoutEnd() throws Exception {
    listen(LONG, 50);
    assertThat(asked("{\"command\":\"slow\"}\n")).isEmpty();
  }

  @Test
  void servesOthersWhileAnAnswerIsWaitedFor() throws Exception {
    listen(LONG, LONG);
    try (SocketChannel waits = visitor()) {
      say(waits, "{\"command\":\"slow\"}\n");
      assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
      later.complete(Answer.of("done", 1));
      assertThat(hear(waits)).isEqualTo("{\"done\":1}\n");
    }
  }

  @Test
  void anAnswerThatFailsIsAnErrorToo() throws Exception {
    listen(LONG, LONG);
    later.completeExceptionally(new IllegalStateException("as it must not"));
    assertThat(asked("{\"command\":\"slow\"}\n")).startsWith("{\"error\":\"failed unexpectedly");
  }

  @Test
  void takesSoManyAtOnceAndOthersWhenTheyHaveGone() throws Exception {
    listen(LONG, LONG);
    List<SocketChannel> crowd = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      crowd.add(visitor());
    }
    assertThat(asked("{\"command\":\"ping\"}\n")).isEmpty();
    for (SocketChannel one : crowd) {
      say(one, "{\"command\":\"ping\"}\n");
      assertThat(hear(one)).isEqualTo(PONG);
      one.close();
    }
    assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
  }

  @Test
  void takesNoPlaceOfAnother() throws Exception {
    listen(LONG, LONG);
    assertThatThrownBy(() -> new ControlSocket(List.of()).listen(place()))
        .hasMessage("it is in use");
    assertThat(asked("{\"command\":\"ping\"}\n")).isEqualTo(PONG);
  }

  @Test
  void whoAsksIsToldThatTheBrokerStops() throws Exception {
    listen(LONG, LONG);
    CompletableFuture<String> heard =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ControlCall.ask(place(), Request.of("slow"), LONG).toString();
              } catch (ControlException refused) {
                return String.valueOf(refused.getMessage());
              }
            });
    try (SocketChannel another = visitor()) { // behind it, and answered
      say(another, "{\"command\":\"ping\"}\n");
      hear(another);
    }
    stop();
    assertThat(heard.get())
        .satisfiesAnyOf(
            said -> assertThat(said).contains("closed before it answered"),
            said -> assertThat(said).contains("no broker runs there"));
    assertThat(place()).doesNotExist();
  }

  @Test
  void whoAsksDoesNotWaitForEver() throws Exception {
    listen(LONG, LONG);
    assertThatThrownBy(() -> ControlCall.ask(place(), Request.of("slow"), 50))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("did not answer in time");
    assertThatThrownBy(
            () -> ControlCall.ask(place(), Request.of("ping").with("x", "y".repeat(5_000)), LONG))
        .hasMessageContaining("4096 bytes at most");
  }
}
