package io.whimbrel.cli.outside;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Something no client may say.
 *
 * @param version spoken on the connection; null where the offence is the first that is said on it
 * @param bytes the offence, and what comes before it once the client is connected
 * @param reasons what a client of 5.0 may be told
 */
record Offence(String name, ProtocolVersion version, byte[] bytes, Set<ReasonCode> reasons) {
  static Offence of(String name, ProtocolVersion version, byte[] bytes, ReasonCode... reasons) {
    EnumSet<ReasonCode> set = EnumSet.noneOf(ReasonCode.class);
    set.addAll(Set.of(reasons));
    return new Offence(name, version, bytes, set);
  }

  @Override
  public String toString() {
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 80));
    return (version == null ? "opening" : version) + ": " + name + ": " + hex;
  }
}
