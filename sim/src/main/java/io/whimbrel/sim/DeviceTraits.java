package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * How a device is, for the whole run.
 *
 * @param clean whether it begins anew with each CONNECT
 * @param resets whether it does so at times, and else goes on
 * @param will whether it has one
 * @param firstId message ids are counted from there on
 * @param filters what it is subscribed to, mostly
 * @param levels the QoS of each
 */
record DeviceTraits(
    String id,
    boolean clean,
    boolean resets,
    boolean will,
    int keepAliveSeconds,
    int firstId,
    List<String> filters,
    List<Integer> levels) {
  static final List<String> TOPICS =
      List.of("t/0", "t/1", "t/2", "t/3", "ab", Airwaves.PREDEFINED_TOPIC);

  private static final List<String> FILTERS =
      List.of("t/+", "t/#", "t/0", "t/1", "ab", Airwaves.PREDEFINED_TOPIC, "+/one");

  static DeviceTraits draw(String id, Dice d) {
    List<String> filters = new ArrayList<>();
    List<Integer> levels = new ArrayList<>();
    for (int i = d.between(1, 3); i > 0; i--) {
      String filter = d.pick(FILTERS);
      if (!filters.contains(filter)) {
        filters.add(filter);
        levels.add(d.pick(0, 1, 2, 2, 2));
      }
    }
    boolean clean = d.chance(0.25);
    return new DeviceTraits(
        id,
        clean,
        !clean && d.chance(0.25),
        d.chance(0.5),
        5,
        d.chance(0.3) ? d.between(0xFFF0, 0xFFFE) : d.between(0, 100),
        filters,
        levels);
  }
}
