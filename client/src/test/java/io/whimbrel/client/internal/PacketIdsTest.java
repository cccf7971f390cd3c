package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.TestSession.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which packet identifier comes when. */
final class PacketIdsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40_000, 65_535})
  void eachIsGivenOnceFromTheFirstOnAndAFreeOneAgainAfterTheOthers(int first) {
    PacketIds ids = new PacketIds(first);
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 65_535; i++) {
      assertThat(ids.isAnyFree()).isTrue();
      int id = ids.take();
      assertThat(id).isEqualTo(1 + (first - 1 + i) % 65_535);
      given.add(id);
    }

    assertThat(given).hasSize(65_535);
    assertThat(ids.isAnyFree()).isFalse();
    ids.free(77);
    ids.free(77);
    assertThat(ids.take()).isEqualTo(77);
    assertThat(ids.isAnyFree()).isFalse();
  }

  @Test
  void oneThatIsInUseIsPassedOver() {
    PacketIds ids = new PacketIds(65_534);
    ids.mark(65_535);
    ids.mark(1);

    assertThat(ids.take()).isEqualTo(2);
    ids.free(65_535);
    assertThat(ids.take()).isEqualTo(3);
  }

  @Test
  void aProcessThatKnowsNothingOfTheLastOneBeginsElsewhere() {
    assertThat(firstIdentifier(new SplittableRandom(1)))
        .isNotEqualTo(firstIdentifier(new SplittableRandom(2)))
        .isEqualTo(firstIdentifier(new SplittableRandom(1)));
  }

  private static int firstIdentifier(RandomGenerator random) {
    TestSession test = new TestSession(new MemoryOutbox(), List.of(), random);
    Wire wire = test.resumed(0);
    test.session.publish(new Outbound(message(Qos.EXACTLY_ONCE, "m"), new TestSession.Became()), 0);
    return wire.sent(Publish.class).get(0).packetId();
  }
}
