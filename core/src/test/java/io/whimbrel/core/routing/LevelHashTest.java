package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LevelHashTest {
  @Test
  void wildcardsHaveTheSameHashUnderEveryKey() {
    for (long key : new long[] {0, 1, -1, Long.MIN_VALUE, 0x123456789abcdefL}) {
      assertThat(hash(key, "+")).isEqualTo(LevelHash.PLUS);
      assertThat(hash(key, "#")).isEqualTo(LevelHash.HASH);
    }
  }

  @Test
  void isNeverNegativeAndSeldomCollidesForAnyKey() {
    Random random = new Random(1);
    for (int k = 0; k < 20; k++) {
      long key = random.nextLong();
      Set<Integer> hashes = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        int hash = hash(key, "device-" + i);
        assertThat(hash).isNotNegative();
        hashes.add(hash);
      }
      assertThat(hashes).hasSizeGreaterThan(19_990);
    }
  }

  @Test
  void levelsThatCollideUnderTheHashOfStringsAreToldApart() {
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < 1 << 12; i++) {
      StringBuilder level = new StringBuilder();
      for (int bit = 0; bit < 12; bit++) {
        level.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      hashes.add(hash(42, level.toString()));
    }
    assertThat(hashes).hasSizeGreaterThan(4_090);
  }

  @Test
  void trailingZeroBytesAndLengthsCount() {
    Set<Integer> hashes = new HashSet<>();
    for (int length = 0; length < 50; length++) {
      hashes.add(new LevelHash(3).of(new byte[50], 0, length));
    }
    assertThat(hashes).hasSize(50);
  }

  private static int hash(long key, String level) {
    byte[] bytes = level.getBytes(StandardCharsets.UTF_8);
    return new LevelHash(key).of(bytes, 0, bytes.length);
  }
}
