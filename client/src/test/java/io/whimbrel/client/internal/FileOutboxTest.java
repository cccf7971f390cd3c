package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.OutboxHistory.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.internal.OutboxHistory.State;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outbox on a disk that works; {@link OutboxCrashTest} has those that do not. */
final class FileOutboxTest implements OutboxContract {
  @TempDir Path parent;

  @Override
  public Outbox empty() {
    return outbox();
  }

  private FileOutbox outbox() {
    return outbox("me");
  }

  private FileOutbox outbox(String clientId) {
    return new FileOutbox(directory(), clientId, true, FileOutbox.SEGMENT_BYTES_MIN);
  }

  private Path directory() {
    return parent.resolve("a").resolve("b");
  }

  private State found() {
    FileOutbox outbox = outbox();
    State found = State.found(outbox, outbox.open(new Heard()));
    outbox.close();
    return found;
  }

  @Test
  void whatIsNotDoneIsFoundInTheOrderOfPublishing() {
    FileOutbox outbox = outbox();
    outbox.open(new Heard());
    for (int i = 1; i <= 5; i++) {
      outbox.append(i, message("message " + i));
    }
    outbox.assigned(1, 100);
    outbox.assigned(2, 50);
    outbox.assigned(3, 70);
    outbox.released(2);
    outbox.done(1);
    outbox.received(7);
    outbox.received(8);
    outbox.completed(7);
    outbox.close();

    FileOutbox next = outbox();
    List<Outbox.Kept> kept = next.open(new Heard());
    assertThat(kept)
        .containsExactly(
            new Outbox.Kept(2, message("message 2"), 50, true),
            new Outbox.Kept(3, message("message 3"), 70, false),
            new Outbox.Kept(4, message("message 4"), 0, false),
            new Outbox.Kept(5, message("message 5"), 0, false));
    assertThat(next.received()).containsExactly(8);
    next.close();
  }

  @Test
  void aMessageIsFoundWithAllThatItSays() {
    byte[] payload = new byte[300_000];
    new Random(1).nextBytes(payload);
    Publish message =
        new Publish(
            false,
            Qos.AT_LEAST_ONCE,
            true,
            TopicName.of("日本/$x"),
            0,
            Properties.builder()
                .set(PropertyId.CONTENT_TYPE, "text/plain")
                .set(PropertyId.CORRELATION_DATA, new byte[] {1, 2, 3})
                .user("a", "1")
                .user("a", "2")
                .build(),
            payload);
    FileOutbox outbox = outbox();
    outbox.open(new Heard());
    outbox.append(1, message);
    outbox.append(2, message("behind"));
    outbox.close();

    assertThat(found().kept())
        .containsExactly(
            new Outbox.Kept(1, message, 0, false), new Outbox.Kept(2, message("behind"), 0, false));
  }

  @Test
  void remembersOverManyLives() {
    OutboxHistory history = new OutboxHistory(new Random(2));
    for (int life = 0; life < 8; life++) {
      FileOutbox outbox = outbox();
      Heard heard = new Heard();
      State found = State.found(outbox, outbox.open(heard));
      assertThat(found).isEqualTo(history.last());
      history.begin(found);
      for (int i = 0; i < 100; i++) {
        history.step(outbox);
        if (i % 7 == 0) {
          history.commit(outbox);
        }
      }
      outbox.close();
      assertThat(heard.safe()).isEqualTo(history.position());
    }
  }

  @Test
  void aMessageThatCouldNotBeReadAgainIsRefusedAndNoneIsHarmed() {
    FileOutbox outbox = outbox();
    outbox.open(new Heard());
    outbox.append(1, message("good"));
    Properties alias = Properties.builder().set(PropertyId.TOPIC_ALIAS, 3).build();
    Properties foreign = Properties.builder().set(PropertyId.RECEIVE_MAXIMUM, 3).build();
    for (Properties properties : List.of(alias, foreign)) {
      Publish bad =
          new Publish(
              false, Qos.AT_LEAST_ONCE, false, TopicName.of("t"), 0, properties, new byte[1]);
      assertThatThrownBy(() -> outbox.append(2, bad)).isInstanceOf(IllegalArgumentException.class);
    }
    outbox.append(2, message("too"));
    outbox.close();

    assertThat(found().kept()).extracting(Outbox.Kept::sequence).containsExactly(1L, 2L);
  }

  @Test
  void onlyOneHasADirectoryAtATime() throws IOException {
    FileOutbox first = outbox();
    first.open(new Heard());
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory());
    for (Path same : List.of(directory(), link)) {
      FileOutbox second = new FileOutbox(same, "me", true);
      assertThatThrownBy(() -> second.open(new Heard()))
          .isInstanceOf(OutboxException.class)
          .hasMessage(
              "The outbox in %s is in use by another client of this process. Close that one first,"
                  + " or give each client a directory of its own",
              same);
      second.close();
    }
    first.append(1, message("still here"));
    first.close();

    assertThat(found().kept()).hasSize(1);
  }

  @Test
  void aLockThatIsHeldElsewhereIsRespected() throws IOException {
    found();
    try (FileChannel lock =
        FileChannel.open(directory().resolve("lock"), StandardOpenOption.WRITE)) {
      assertThat(lock.tryLock()).isNotNull();
      assertThatThrownBy(this::found)
          .isInstanceOf(OutboxException.class)
          .hasMessageContaining("is in use by");
    }
    assertThat(found()).isEqualTo(State.EMPTY);
  }

  @Test
  void aDirectoryBelongsToOneClientIdentifierWhateverItsLetters() {
    String id = "../日本 \n/\u0000\"" + "x".repeat(300);
    FileOutbox outbox = outbox(id);
    outbox.open(new Heard());
    outbox.append(1, message("mine"));
    outbox.close();

    assertThatThrownBy(() -> outbox("other").open(new Heard()))
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining(directory().toString())
        .hasMessageContaining(id)
        .hasMessageContaining("not to 'other'");
    FileOutbox again = outbox(id);
    assertThat(again.open(new Heard())).hasSize(1);
    again.close();
  }

  @Test
  void leavesNothingBehindButLogAndLock() throws IOException {
    FileOutbox outbox = outbox();
    outbox.open(new Heard());
    assertThat(threads()).contains("whimbrel-outbox-" + directory());
    outbox.append(1, message("one"));
    outbox.close();

    assertThat(threads()).doesNotContain("whimbrel-outbox-" + directory());
    try (Stream<Path> files = Files.list(directory())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("00000001.log", "client", "lock");
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  @Test
  void aDamagedOlderSegmentIsRefusedByNameAndPlace() throws IOException {
    FileOutbox outbox = outbox();
    outbox.open(new Heard());
    for (int i = 1; i < 100; i++) {
      outbox.append(i, message("message " + i));
    }
    outbox.close();
    Path log = directory().resolve("00000002.log");
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2]++;
    Files.write(log, bytes);

    assertThatThrownBy(this::found)
        .isInstanceOf(OutboxException.class)
        .hasMessageMatching(
            "(?s)The outbox in .* is damaged: .*, in 00000002.log at byte \\d+\\. Restore .*");
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "text");

    assertThatThrownBy(() -> new FileOutbox(file, "me", true).open(new Heard()))
        .isInstanceOf(OutboxException.class)
        .hasMessageStartingWith("The outbox in " + file + " cannot be opened: ");
  }

  @Test
  void segmentsThatAreDoneWithAreDeleted() throws IOException {
    FileOutbox outbox = outbox();
    Heard heard = new Heard();
    outbox.open(heard);
    for (int i = 1; i <= 200; i++) {
      outbox.append(i, message("message " + i));
      outbox.assigned(i, i);
      outbox.commit();
      outbox.done(i);
    }
    outbox.commit();
    long position = outbox.append(201, message("last"));
    outbox.commit();
    assertThat(heard.awaitSafe(position)).isTrue();
    outbox.close();

    try (Stream<Path> files = Files.list(directory())) {
      assertThat(files.filter(file -> file.toString().endsWith(".log")).count()).isLessThan(3);
    }
    assertThat(found().kept()).extracting(Outbox.Kept::sequence).containsExactly(201L);
  }
}
