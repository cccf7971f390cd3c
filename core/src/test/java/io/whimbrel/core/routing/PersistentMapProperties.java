package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PersistentMapProperties {
  /** A key whose hash is chosen apart from what it equals. */
  record Key(int name, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }

  record Step(Key key, int value, boolean puts) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> hashes =
        Arbitraries.oneOf(
            Arbitraries.integers(),
            Arbitraries.of(0, 1, 32, 1 << 30, 1 << 31, -1, 33, 1 << 30 | 1));
    Arbitrary<Key> keys =
        Combinators.combine(Arbitraries.integers().between(0, 8), hashes).as(Key::new);
    return Combinators.combine(keys, Arbitraries.integers(), Arbitraries.of(true, true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(200);
  }

  @Property(tries = 500)
  void isAHashMapThatNeverForgetsItsFormerSelf(@ForAll("steps") List<Step> steps) {
    PersistentMap<Key, Integer> map = PersistentMap.empty();
    Map<Key, Integer> model = new HashMap<>();
    List<PersistentMap<Key, Integer>> versions = new ArrayList<>();
    List<Map<Key, Integer>> models = new ArrayList<>();
    for (Step step : steps) {
      if (step.puts()) {
        map = map.put(step.key(), step.value());
        model.put(step.key(), step.value());
      } else {
        map = map.remove(step.key());
        model.remove(step.key());
      }
      versions.add(map);
      models.add(Map.copyOf(model));
    }
    for (int i = 0; i < versions.size(); i++) {
      assertThat(contents(versions.get(i))).isEqualTo(models.get(i));
      assertThat(versions.get(i).size()).isEqualTo(models.get(i).size());
    }
    for (Step step : steps) {
      assertThat(map.find(step.key())).isEqualTo(model.get(step.key()));
    }
  }

  @Property(tries = 300)
  void hasTheSameShapeHoweverItCameToItsContents(@ForAll("steps") List<Step> steps) {
    PersistentMap<Key, Integer> wandering = PersistentMap.empty();
    Map<Integer, Key> keysByHash = new LinkedHashMap<>();
    for (Step step : steps) {
      wandering = wandering.put(step.key(), step.value());
      keysByHash.putIfAbsent(step.key().hash(), step.key());
    }
    PersistentMap<Key, Integer> straight = PersistentMap.empty();
    for (Key key : keysByHash.values()) {
      straight = straight.put(key, wandering.find(key));
    }
    for (Step step : steps) {
      if (!keysByHash.get(step.key().hash()).equals(step.key())) {
        wandering = wandering.remove(step.key());
      }
    }
    assertThat(order(wandering)).isEqualTo(order(straight));
    for (Key key : keysByHash.values()) {
      wandering = wandering.remove(key);
    }
    assertThat(wandering).isSameAs(PersistentMap.empty());
  }

  @Example
  void findsALevelInTheBytesOfAPathWithoutAKey() {
    LevelHash hashing = new LevelHash(7);
    PersistentMap<Level, String> map = PersistentMap.empty();
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = ("level" + i).getBytes(StandardCharsets.UTF_8);
      Level level = Level.copy(bytes, 0, bytes.length, hashing.of(bytes, 0, bytes.length));
      map = map.put(level, "level" + i);
    }
    byte[] path = "a/level4711/b".getBytes(StandardCharsets.UTF_8);
    assertThat(PersistentMap.find(map, path, 2, 11, hashing.of(path, 2, 11)))
        .isEqualTo("level4711");
    assertThat(PersistentMap.find(map, path, 2, 10, hashing.of(path, 2, 10))).isEqualTo("level471");
    assertThat(PersistentMap.find(map, path, 0, 1, hashing.of(path, 0, 1))).isNull();
  }

  @Example
  void levelsWhoseHashesCollideAreToldApart() {
    PersistentMap<Level, Integer> map = PersistentMap.empty();
    for (byte i = 0; i < 100; i++) {
      map = map.put(Level.copy(new byte[] {i, i}, 0, 2, 42), (int) i);
    }
    for (byte i = 0; i < 100; i++) {
      assertThat(PersistentMap.find(map, new byte[] {9, i, i}, 1, 3, 42)).isEqualTo((int) i);
    }
    assertThat(PersistentMap.find(map, new byte[] {1, 2}, 0, 2, 42)).isNull();
    for (byte i = 0; i < 100; i++) {
      map = map.remove(Level.copy(new byte[] {i, i}, 0, 2, 42));
      assertThat(map.size()).isEqualTo(99 - i);
    }
    assertThat(map).isSameAs(PersistentMap.empty());
  }

  private static Map<Key, Integer> contents(PersistentMap<Key, Integer> map) {
    Map<Key, Integer> contents = new HashMap<>();
    map.forEach((key, value) -> assertThat(contents.put(key, value)).isNull());
    return contents;
  }

  private static List<Integer> order(PersistentMap<Key, Integer> map) {
    List<Integer> order = new ArrayList<>();
    Iterator<Integer> values = map.values();
    while (values.hasNext()) {
      order.add(values.next());
    }
    return order;
  }
}
