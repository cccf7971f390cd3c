package io.whimbrel.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an MQTT 5.0 packet (2.2.2): immutable, in the order of the wire, valid for the
 * packet they stand in. {@link #NONE} in 3.x.
 */
public final class Properties {
  /** No properties at all. */
  public static final Properties NONE = new Builder().build();

  private Properties() {}

  /** A builder without properties. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    throw new IllegalStateException();
  }

  /** Whether the property is present. */
  public boolean has(PropertyId id) {
    throw new IllegalStateException();
  }

  /** The value of an integer property of any width (unsigned), or {@code otherwise}. */
  public long number(PropertyId id, long otherwise) {
    throw new IllegalStateException();
  }

  /** The value of a string property, or null. */
  public @Nullable String text(PropertyId id) {
    throw new IllegalStateException();
  }

  /** The value of a binary property, or null; not to be changed. */
  public byte @Nullable [] binary(PropertyId id) {
    throw new IllegalStateException();
  }

  /** The User Properties in their order [MQTT-3.3.2-18]. */
  public List<UserProperty> userProperties() {
    throw new IllegalStateException();
  }

  /** All Subscription Identifiers in their order; not to be changed. */
  public int[] subscriptionIdentifiers() {
    throw new IllegalStateException();
  }

  /** Collects properties; owned by one thread. */
  public static final class Builder {
    /** Sets an integer property. */
    public Builder set(PropertyId id, long value) {
      throw new IllegalStateException();
    }

    /** Sets a string property. */
    public Builder set(PropertyId id, String value) {
      throw new IllegalStateException();
    }

    /** Sets a binary property. */
    public Builder set(PropertyId id, byte[] value) {
      throw new IllegalStateException();
    }

    /** Adds a User Property. */
    public Builder user(String name, String value) {
      throw new IllegalStateException();
    }

    /** Adds a Subscription Identifier, 1 to 268,435,455. */
    public Builder subscriptionIdentifier(int id) {
      throw new IllegalStateException();
    }

    /** The properties collected. */
    public Properties build() {
      throw new IllegalStateException();
    }
  }
}
