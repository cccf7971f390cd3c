package io.whimbrel.core.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RetainedMessagesTest {
  private final RetainedMessages<String> retained = new RetainedMessages<>(String::length);

  @Test
  void aCursorKeepsItsTopicsWhileTheLiveMessagesChange() {
    retained.put(TopicName.of("a/1"), "old");
    retained.put(TopicName.of("a/2"), "old");
    RetainedMessages.Cursor<String> cursor = retained.matching(TopicFilter.of("a/+"));
    retained.put(TopicName.of("a/1"), "new");
    retained.remove(TopicName.of("a/2"));
    retained.put(TopicName.of("a/3"), "new");
    List<String> sent = new ArrayList<>();
    boolean finished = cursor.advance(100, topic -> sent.add(topic + "=" + retained.find(topic)));
    assertThat(finished).isTrue();
    assertThat(sent).containsExactlyInAnyOrder("a/1=new", "a/2=null");
  }

  @Test
  void versionsTellTheLastWriterAlsoWhereItRemoved() {
    TopicName topic = TopicName.of("a");
    long put = retained.put(topic, "1");
    long removal = retained.removeVersioned(topic);
    assertThat(removal).isGreaterThan(put);
    assertThat(retained.removeVersioned(topic)).isGreaterThan(removal);
    assertThat(retained.put(topic, "2")).isGreaterThan(removal);
  }

  @Test
  void aWideLevelIsWalkedInSmallSlices() {
    for (int i = 0; i < 50_000; i++) {
      retained.put(TopicName.of("wide/" + i), "m");
    }
    RetainedMessages.Cursor<String> cursor = retained.matching(TopicFilter.of("wide/+"));
    List<TopicName> found = new ArrayList<>();
    int slices = 0;
    while (!cursor.advance(1_000, found::add)) {
      slices++;
      assertThat(found.size()).isLessThanOrEqualTo(slices * 1_000);
    }
    assertThat(found).hasSize(50_000).doesNotHaveDuplicates();
  }

  @Test
  void topicsOfSixtyFiveThousandLevelsNeitherOverflowNorTakeLong() {
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          retained.put(TopicName.of("/".repeat(65_000)), "deep");
          retained.put(TopicName.of("a/".repeat(32_000) + "a"), "deep");
          retained.put(TopicName.of("a/".repeat(32_000) + "b"), "deep");
          for (String filter : List.of("#", "/".repeat(65_000), "+/".repeat(32_000) + "+")) {
            List<TopicName> found = new ArrayList<>();
            RetainedMessages.Cursor<String> cursor = retained.matching(TopicFilter.of(filter));
            while (!cursor.advance(1_000, found::add)) {
              continue;
            }
            assertThat(found).isNotEmpty();
          }
          assertThat(retained.remove(TopicName.of("/".repeat(65_000)))).isTrue();
        });
    assertThat(retained.count()).isEqualTo(2);
  }

  @Test
  void theGreatestVersionIsTheOneThatStaysHoweverManyWriteAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    ConcurrentMap<Long, String> written = new ConcurrentHashMap<>();
    try {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String message = "m".repeat(i + 1);
        writers.add(
            () -> {
              for (int n = 0; n < 5_000; n++) {
                TopicName topic = TopicName.of("contended/" + n % 3);
                assertThat(written.put(retained.put(topic, message), topic + message)).isNull();
                if (n % 7 == 0) {
                  retained.remove(topic);
                }
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(writers)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(written).hasSize(20_000);
    long bytes = 0;
    for (int n = 0; n < 3; n++) {
      TopicName topic = TopicName.of("contended/" + n);
      String message = retained.find(topic);
      if (message != null) {
        assertThat(written.get(retained.version(topic))).isEqualTo(topic + message);
        bytes += message.length();
      }
    }
    assertThat(retained.bytes()).isEqualTo(bytes);
  }
}
