package io.whimbrel.sim;

import io.whimbrel.codec.ProtocolVersion;

/**
 * How one client is, for the whole run.
 *
 * @param cleanChance how often it asks for a clean start
 * @param expirySeconds the Session Expiry Interval it asks for, 4294967295 for ever
 * @param receiveMaximum 65,535 for no limit
 * @param packetSizeMax largest packet it takes, or 0 for no limit
 * @param worker it has shared subscriptions and no others
 * @param errorChance how often it refuses a message with a reason code of 0x80 or greater
 */
record Profile(
    String id,
    ProtocolVersion version,
    double cleanChance,
    long expirySeconds,
    int receiveMaximum,
    int aliasMaximum,
    int packetSizeMax,
    int keepAliveSeconds,
    double willChance,
    double publishShare,
    boolean worker,
    double errorChance) {
  private static final long FOR_EVER = 0xFFFF_FFFFL;

  static Profile draw(World world, int index, Dice d) {
    Swarm swarm = world.swarm;
    // 3.x cannot be told that there is no room: it is closed, and sends again for ever.
    boolean scarce = swarm.limits().memoryBytesMax() < 1L << 30;
    ProtocolVersion version =
        scarce || d.chance(0.6)
            ? ProtocolVersion.MQTT_5
            : d.chance(0.8) ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_3_1;
    boolean witness = index == 0;
    boolean worker = !witness && swarm.shares() && d.chance(0.5);
    boolean mortal = swarm.limits().sessionExpiryMaxSeconds() < FOR_EVER;
    double clean = worker || d.chance(0.5) ? 0 : d.chance(0.5) ? 1 : 0.2;
    if (version == ProtocolVersion.MQTT_3_1 && clean < 1) {
      clean = mortal ? 1 : 0; // it is not told whether its session is present
    }
    long expiry = worker || !swarm.expiries() ? FOR_EVER : d.pick(0, 1, 2, 5, 30);
    return new Profile(
        "c" + index,
        witness ? ProtocolVersion.MQTT_5 : version,
        witness ? 0 : clean,
        witness ? FOR_EVER : expiry,
        d.pick(1, 2, 3, 65_535),
        d.pick(0, 1, 10),
        !witness && swarm.tinyPackets() ? d.pick(0, 60, 100) : 0,
        d.pick(0, 1, 2, 5),
        swarm.wills() ? 0.7 : 0,
        d.chance(0.3) ? 0.9 : d.chance(0.5) ? 0.6 : 0.2,
        worker,
        d.chance(0.1) ? 0.1 : 0);
  }

  boolean isFive() {
    return version.isFive();
  }

  /** What the broker grants of the Session Expiry Interval after a CONNECT. */
  long granted(boolean cleanStart, long most) {
    long asked = isFive() ? expirySeconds : cleanStart ? 0 : FOR_EVER;
    return Math.min(asked, most);
  }
}
