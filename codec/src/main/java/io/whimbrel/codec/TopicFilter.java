package io.whimbrel.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Topic Filter: what a subscription asks for (4.7), shared or not (4.8.2). Immutable; equality is
 * equality of the whole text as it stood in the packet [MQTT-3.10.4-1].
 */
public final class TopicFilter implements Comparable<TopicFilter> {
  private static final byte[] SHARE = {'$', 's', 'h', 'a', 'r', 'e', '/'};

  private final byte[] whole;
  private final byte[] inner;
  private final String shareName;
  private final boolean wildcard;
  private final int hash;

  private TopicFilter(byte[] whole, byte[] inner, String shareName, boolean wildcard) {
    this.whole = whole;
    this.inner = inner;
    this.shareName = shareName;
    this.wildcard = wildcard;
    this.hash = Arrays.hashCode(whole);
  }

  /**
   * A filter from text, checked.
   *
   * @throws ProtocolErrorException TOPIC_FILTER_INVALID with the clause that is broken
   */
  public static TopicFilter of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (!Utf8.isCodable(text)) {
      throw invalid("MQTT-4.7.3-2", "topic filter has U+0000 or is not Unicode");
    }
    return read(utf8, 0, utf8.length);
  }

  /**
   * A filter from bytes of a packet that are already known to be a valid UTF-8 Encoded String;
   * copies them.
   *
   * @throws ProtocolErrorException TOPIC_FILTER_INVALID with the clause that is broken
   */
  public static TopicFilter read(byte[] bytes, int from, int to) {
    if (from == to) {
      throw invalid("MQTT-4.7.3-1", "topic filter is empty");
    }
    if (to - from > 65_535) {
      throw invalid("MQTT-4.7.3-3", "topic filter is longer than 65,535 bytes");
    }
    byte[] whole = Arrays.copyOfRange(bytes, from, to);
    if (!startsWithShare(whole)) {
      return new TopicFilter(whole, whole, "", checkWildcards(whole));
    }
    int slash = SHARE.length;
    while (slash < whole.length && whole[slash] != '/') {
      if (whole[slash] == '+' || whole[slash] == '#') {
        throw invalid("MQTT-4.8.2-2", "share name contains a wildcard");
      }
      slash++;
    }
    if (slash == SHARE.length) {
      throw invalid("MQTT-4.8.2-1", "share name is empty");
    }
    if (slash >= whole.length - 1) {
      throw invalid("MQTT-4.8.2-2", "shared subscription has no topic filter");
    }
    byte[] inner = Arrays.copyOfRange(whole, slash + 1, whole.length);
    String name = new String(whole, SHARE.length, slash - SHARE.length, StandardCharsets.UTF_8);
    return new TopicFilter(whole, inner, name, checkWildcards(inner));
  }

  /** The whole text's UTF-8 bytes, {@code $share/name/} included; not to be changed. */
  public byte[] utf8() {
    return whole;
  }

  /** The UTF-8 bytes of the filter that topics are held against; not to be changed. */
  public byte[] inner() {
    return inner;
  }

  /** Whether this is a Shared Subscription. */
  public boolean isShared() {
    return !shareName.isEmpty();
  }

  /** The ShareName, or the empty text where the subscription is not shared. */
  public String shareName() {
    return shareName;
  }

  /** Whether a level is {@code +} or {@code #}. */
  public boolean hasWildcard() {
    return wildcard;
  }

  /**
   * Whether messages to this topic are what the filter asks for (4.7). Compares level by level; a
   * broker with many filters has an index for that.
   */
  public boolean matches(TopicName topic) {
    byte[] name = topic.utf8();
    if (topic.startsWithDollar() && wildcard && (inner[0] == '+' || inner[0] == '#')) {
      return false; // [MQTT-4.7.2-1]
    }
    int at = 0;
    int in = 0;
    while (at < inner.length) {
      if (inner[at] == '#') {
        return true;
      }
      if (inner[at] == '+') {
        at++;
        while (in < name.length && name[in] != '/') {
          in++;
        }
      } else if (in < name.length && inner[at] == name[in]) {
        at++;
        in++;
      } else {
        // "a/#" asks for "a", too (4.7.1.2).
        return in == name.length && at == inner.length - 2 && inner[at + 1] == '#';
      }
    }
    return in == name.length;
  }

  /** The number of levels of the inner filter. */
  public int levels() {
    int levels = 1;
    for (byte b : inner) {
      if (b == '/') {
        levels++;
      }
    }
    return levels;
  }

  private static boolean startsWithShare(byte[] whole) {
    // "$share" alone or followed by nothing but text of the same level is an ordinary filter.
    return whole.length >= SHARE.length
        && Arrays.equals(whole, 0, SHARE.length, SHARE, 0, SHARE.length);
  }

  private static boolean checkWildcards(byte[] filter) {
    boolean wildcard = false;
    for (int i = 0; i < filter.length; i++) {
      byte b = filter[i];
      if (b != '+' && b != '#') {
        continue;
      }
      wildcard = true;
      boolean levelBegins = i == 0 || filter[i - 1] == '/';
      boolean last = i == filter.length - 1;
      if (b == '#' && !(levelBegins && last)) {
        throw invalid("MQTT-4.7.1-1", "'#' is not alone in the last level");
      }
      if (b == '+' && !(levelBegins && (last || filter[i + 1] == '/'))) {
        throw invalid("MQTT-4.7.1-2", "'+' does not occupy a whole level");
      }
    }
    return wildcard;
  }

  private static ProtocolErrorException invalid(String clause, String explanation) {
    return new ProtocolErrorException(ReasonCode.TOPIC_FILTER_INVALID, clause, explanation);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicFilter filter
        && hash == filter.hash
        && Arrays.equals(whole, filter.whole);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(TopicFilter other) {
    return Arrays.compareUnsigned(whole, other.whole);
  }

  @Override
  public String toString() {
    return new String(whole, StandardCharsets.UTF_8);
  }
}
