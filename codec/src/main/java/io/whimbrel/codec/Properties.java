package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.SUBSCRIPTION_IDENTIFIER;
import static io.whimbrel.codec.PropertyId.USER_PROPERTY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an MQTT 5.0 packet (2.2.2): immutable, in the order of the wire. {@link #NONE}
 * in 3.x.
 *
 * <p>Kept as the very bytes of the wire, checked once, and a set of what is among them: reading a
 * value walks a few entries, forwarding them is a copy. Those a decoder returns are valid for the
 * packet they stand in. Equal are those that say the same: the order between different properties
 * has no meaning (2.2.2.2), that of User Properties and Subscription Identifiers has.
 */
public final class Properties {
  private static final int[] NO_IDENTIFIERS = new int[0];

  /** No properties at all. */
  public static final Properties NONE = new Properties(0, new byte[0]);

  private final int present;
  private final byte[] wire;

  /** Takes the array; its entries are checked, {@code present} holds the bit of each. */
  Properties(int present, byte[] wire) {
    this.present = present;
    this.wire = wire;
  }

  /** A builder without properties. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return present == 0;
  }

  /** Whether the property is present. */
  public boolean has(PropertyId id) {
    return (present & id.bit()) != 0;
  }

  /** Those that are present, each once, in the order of the wire. */
  public List<PropertyId> present() {
    List<PropertyId> ids = new ArrayList<>();
    int seen = 0;
    for (int at = 0; at < wire.length; at = PropertyWalk.next(wire, at)) {
      PropertyId id = PropertyId.known(wire[at]);
      if ((seen & id.bit()) == 0) {
        ids.add(id);
        seen |= id.bit();
      }
    }
    return ids;
  }

  /**
   * The value of an integer property of any width (unsigned), or {@code otherwise}; of several
   * Subscription Identifiers the first.
   */
  public long number(PropertyId id, long otherwise) {
    if (!has(id)) {
      return otherwise;
    }
    int at = find(id);
    return switch (id.type()) {
      case BYTE -> wire[at] & 0xFF;
      case TWO_BYTES -> PropertyWalk.twoBytes(wire, at);
      case FOUR_BYTES ->
          (long) PropertyWalk.twoBytes(wire, at) << 16 | PropertyWalk.twoBytes(wire, at + 2);
      case VARIABLE -> PropertyWalk.variable(wire, at);
      case TEXT, BINARY, TEXT_PAIR -> throw wrongType(id);
    };
  }

  /** The value of a string property, or null. */
  public @Nullable String text(PropertyId id) {
    if (id.type() != PropertyType.TEXT) {
      throw wrongType(id);
    }
    return has(id) ? PropertyWalk.text(wire, find(id)) : null;
  }

  /** The value of a binary property, or null. */
  public byte @Nullable [] binary(PropertyId id) {
    if (id.type() != PropertyType.BINARY) {
      throw wrongType(id);
    }
    if (!has(id)) {
      return null;
    }
    int at = find(id);
    return Arrays.copyOfRange(wire, at + 2, PropertyWalk.blockEnd(wire, at));
  }

  /** The User Properties in their order [MQTT-3.3.2-18]. */
  public List<UserProperty> userProperties() {
    if (!has(USER_PROPERTY)) {
      return List.of();
    }
    List<UserProperty> pairs = new ArrayList<>();
    for (int at = 0; at < wire.length; at = PropertyWalk.next(wire, at)) {
      if (wire[at] == USER_PROPERTY.code()) {
        pairs.add(userProperty(at + 1));
      }
    }
    return List.copyOf(pairs);
  }

  /**
   * The same without the User Properties whose names begin so.
   *
   * @param prefix in UTF-8
   */
  public Properties withoutUsers(byte[] prefix) {
    return firstUser(prefix) < 0 ? this : without(prefix);
  }

  private Properties without(byte[] prefix) {
    ByteWriter out = new ByteWriter(wire.length);
    int left = 0;
    for (int at = 0, next; at < wire.length; at = next) {
      next = PropertyWalk.next(wire, at);
      if (!isUser(at, prefix)) {
        out.putBytes(wire, at, next);
        left |= PropertyId.known(wire[at]).bit();
      }
    }
    return left == 0 ? NONE : new Properties(left, out.toByteArray());
  }

  private int firstUser(byte[] prefix) {
    int at = has(USER_PROPERTY) ? 0 : wire.length;
    while (at < wire.length && !isUser(at, prefix)) {
      at = PropertyWalk.next(wire, at);
    }
    return at < wire.length ? at : -1;
  }

  private boolean isUser(int at, byte[] prefix) {
    return wire[at] == USER_PROPERTY.code()
        && PropertyWalk.twoBytes(wire, at + 1) >= prefix.length
        && Arrays.equals(wire, at + 3, at + 3 + prefix.length, prefix, 0, prefix.length);
  }

  /** The same without these. */
  public Properties without(PropertyId... ids) {
    int left = present;
    for (PropertyId id : ids) {
      left &= ~id.bit();
    }
    return left == present ? this : left == 0 ? NONE : new Properties(left, wireOf(left));
  }

  /** The bytes they take in a packet, those of Property Length not counted. */
  public int encodedLength() {
    return wire.length;
  }

  /** A builder that has these already. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.present = present;
    builder.out.putBytes(wire, 0, wire.length);
    return builder;
  }

  /** These and behind them those, which may only be User Properties. */
  public Properties followedBy(Properties users) {
    if ((users.present & ~USER_PROPERTY.bit()) != 0) {
      throw new IllegalArgumentException("only User Properties may come twice: " + users);
    }
    byte[] both = Arrays.copyOf(wire, wire.length + users.wire.length);
    System.arraycopy(users.wire, 0, both, wire.length, users.wire.length);
    return new Properties(present | users.present, both);
  }

  /** All Subscription Identifiers in their order. */
  public int[] subscriptionIdentifiers() {
    if (!has(SUBSCRIPTION_IDENTIFIER)) {
      return NO_IDENTIFIERS;
    }
    int[] identifiers = new int[4];
    int count = 0;
    for (int at = 0; at < wire.length; at = PropertyWalk.next(wire, at)) {
      if (wire[at] == SUBSCRIPTION_IDENTIFIER.code()) {
        if (count == identifiers.length) {
          identifiers = Arrays.copyOf(identifiers, count * 2);
        }
        identifiers[count++] = PropertyWalk.variable(wire, at + 1);
      }
    }
    return Arrays.copyOf(identifiers, count);
  }

  /** The entries as they stand behind the Property Length; not to be changed. */
  byte[] wire() {
    return wire;
  }

  /** Only those of the properties whose bit is in the set. */
  byte[] wireOf(int bits) {
    if ((present & ~bits) == 0) {
      return wire;
    }
    if ((present & bits) == 0) {
      return NONE.wire;
    }
    ByteWriter out = new ByteWriter(wire.length);
    for (int at = 0, next; at < wire.length; at = next) {
      next = PropertyWalk.next(wire, at);
      if ((PropertyId.known(wire[at]).bit() & bits) != 0) {
        out.putBytes(wire, at, next);
      }
    }
    return out.toByteArray();
  }

  private UserProperty userProperty(int at) {
    int between = PropertyWalk.blockEnd(wire, at);
    return new UserProperty(PropertyWalk.text(wire, at), PropertyWalk.text(wire, between));
  }

  /** Where the value of the first entry of a property begins that is present. */
  private int find(PropertyId id) {
    int at = 0;
    while (wire[at] != id.code()) {
      at = PropertyWalk.next(wire, at);
    }
    return at + 1;
  }

  private static IllegalArgumentException wrongType(PropertyId id) {
    return new IllegalArgumentException(id + " is of type " + id.type());
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Properties that) || present != that.present) {
      return false;
    }
    if (Arrays.equals(wire, that.wire)) {
      return true;
    }
    for (PropertyId id : PropertyId.values()) {
      // Repeated ones keep their order in wireOf, so that equal bytes are equal values.
      if (has(id) && !Arrays.equals(wireOf(id.bit()), that.wireOf(id.bit()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int sum = present; // a sum, so that the order of the entries does not count
    for (int at = 0, next; at < wire.length; at = next) {
      next = PropertyWalk.next(wire, at);
      int entry = 1;
      for (int i = at; i < next; i++) {
        entry = 31 * entry + wire[i];
      }
      sum += entry;
    }
    return sum;
  }

  /** Names and values; of binary values the length only, for they may be secrets. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int at = 0; at < wire.length; at = PropertyWalk.next(wire, at)) {
      PropertyId id = PropertyId.known(wire[at]);
      text.append(at == 0 ? "" : ", ").append(id).append('=');
      switch (id.type()) {
        case BYTE, TWO_BYTES, FOUR_BYTES -> text.append(number(id, 0));
        case VARIABLE -> text.append(PropertyWalk.variable(wire, at + 1));
        case TEXT -> text.append(PropertyWalk.text(wire, at + 1));
        case BINARY -> text.append(PropertyWalk.twoBytes(wire, at + 1)).append(" bytes");
        case TEXT_PAIR -> text.append(userProperty(at + 1));
      }
    }
    return text.append('}').toString();
  }

  /** Collects properties; owned by one thread. */
  public static final class Builder {
    private final ByteWriter out = new ByteWriter(16);
    private int present;

    private Builder() {}

    /** Sets an integer property; a Subscription Identifier is added to those there are. */
    public Builder set(PropertyId id, long value) {
      if (!id.type().isNumber()) {
        throw wrongType(id);
      }
      if (!id.accepts(value)) {
        throw new IllegalArgumentException(id + " cannot be " + value);
      }
      begin(id);
      switch (id.type()) {
        case BYTE -> out.putByte((int) value);
        case TWO_BYTES -> out.putShort((int) value);
        case FOUR_BYTES -> out.putInt((int) value);
        case VARIABLE -> out.putVarInt((int) value);
        case TEXT, BINARY, TEXT_PAIR -> throw wrongType(id);
      }
      return this;
    }

    /** Sets a string property. */
    public Builder set(PropertyId id, String value) {
      if (id.type() != PropertyType.TEXT) {
        throw wrongType(id);
      }
      byte[] utf8 = Utf8.encode(value);
      begin(id);
      out.putBlock(utf8);
      return this;
    }

    /** Sets a binary property; copies the bytes. */
    public Builder set(PropertyId id, byte[] value) {
      if (id.type() != PropertyType.BINARY) {
        throw wrongType(id);
      }
      ByteWriter.checkBlock(value.length);
      begin(id);
      out.putBlock(value);
      return this;
    }

    /** Adds a User Property. */
    public Builder user(String name, String value) {
      byte[] nameUtf8 = Utf8.encode(name);
      byte[] valueUtf8 = Utf8.encode(value); // [MQTT-1.5.7-1]
      begin(USER_PROPERTY);
      out.putBlock(nameUtf8);
      out.putBlock(valueUtf8);
      return this;
    }

    /** Adds a Subscription Identifier, 1 to 268,435,455. */
    public Builder subscriptionIdentifier(int id) {
      return set(SUBSCRIPTION_IDENTIFIER, id);
    }

    /** The properties collected. */
    public Properties build() {
      return present == 0 ? NONE : new Properties(present, out.toByteArray());
    }

    private void begin(PropertyId id) {
      boolean replaces =
          (present & id.bit()) != 0 && id != USER_PROPERTY && id != SUBSCRIPTION_IDENTIFIER;
      if (replaces) {
        byte[] others = new Properties(present, out.toByteArray()).wireOf(~id.bit());
        out.truncate(0);
        out.putBytes(others, 0, others.length);
      }
      present |= id.bit();
      out.putByte(id.code());
    }
  }
}
