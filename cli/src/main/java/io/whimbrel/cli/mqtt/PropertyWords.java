package io.whimbrel.cli.mqtt;

import static io.whimbrel.codec.PropertyId.AUTHENTICATION_DATA;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD;
import static io.whimbrel.codec.PropertyId.CONTENT_TYPE;
import static io.whimbrel.codec.PropertyId.CORRELATION_DATA;
import static io.whimbrel.codec.PropertyId.MAXIMUM_PACKET_SIZE;
import static io.whimbrel.codec.PropertyId.MESSAGE_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.PAYLOAD_FORMAT_INDICATOR;
import static io.whimbrel.codec.PropertyId.RECEIVE_MAXIMUM;
import static io.whimbrel.codec.PropertyId.REQUEST_PROBLEM_INFORMATION;
import static io.whimbrel.codec.PropertyId.REQUEST_RESPONSE_INFORMATION;
import static io.whimbrel.codec.PropertyId.RESPONSE_TOPIC;
import static io.whimbrel.codec.PropertyId.SESSION_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.SUBSCRIPTION_IDENTIFIER;
import static io.whimbrel.codec.PropertyId.TOPIC_ALIAS_MAXIMUM;
import static io.whimbrel.codec.PropertyId.WILL_DELAY_INTERVAL;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What {@code -D PACKET NAME VALUE} says, for each packet. Owned by one thread. */
final class PropertyWords {
  static final String USER_PROPERTY = "user-property";

  private static final Set<PropertyId> TEXTS =
      EnumSet.of(CONTENT_TYPE, RESPONSE_TOPIC, AUTHENTICATION_METHOD);
  private static final Set<PropertyId> BYTES = EnumSet.of(CORRELATION_DATA, AUTHENTICATION_DATA);

  /** Packets of a client, and what may be said for each. */
  enum Place {
    CONNECT(
        AUTHENTICATION_METHOD,
        AUTHENTICATION_DATA,
        MAXIMUM_PACKET_SIZE,
        RECEIVE_MAXIMUM,
        REQUEST_PROBLEM_INFORMATION,
        REQUEST_RESPONSE_INFORMATION,
        SESSION_EXPIRY_INTERVAL,
        TOPIC_ALIAS_MAXIMUM,
        PropertyId.USER_PROPERTY),
    PUBLISH(
        PAYLOAD_FORMAT_INDICATOR,
        MESSAGE_EXPIRY_INTERVAL,
        CONTENT_TYPE,
        RESPONSE_TOPIC,
        CORRELATION_DATA,
        PropertyId.USER_PROPERTY),
    SUBSCRIBE(SUBSCRIPTION_IDENTIFIER, PropertyId.USER_PROPERTY),
    UNSUBSCRIBE(PropertyId.USER_PROPERTY),
    WILL(
        PAYLOAD_FORMAT_INDICATOR,
        MESSAGE_EXPIRY_INTERVAL,
        CONTENT_TYPE,
        RESPONSE_TOPIC,
        CORRELATION_DATA,
        WILL_DELAY_INTERVAL,
        PropertyId.USER_PROPERTY);

    private final long allowed;

    Place(PropertyId... ids) {
      long bits = 0;
      for (PropertyId id : ids) {
        bits |= 1L << id.ordinal();
      }
      allowed = bits;
    }

    boolean allows(PropertyId id) {
      return (allowed & 1L << id.ordinal()) != 0;
    }
  }

  private final Map<Place, Properties> said = new EnumMap<>(Place.class);

  /**
   * Reads the values of {@link Flag#PROPERTY}.
   *
   * @throws MistakeException one of them is unknown, stands twice, or cannot have its value
   */
  static PropertyWords of(List<String> words) {
    PropertyWords all = new PropertyWords();
    Iterator<String> each = words.iterator();
    while (each.hasNext()) {
      all.add(place(each.next()), each.next(), each);
    }
    return all;
  }

  Properties at(Place place) {
    return said.getOrDefault(place, Properties.NONE);
  }

  private static Place place(String word) {
    try {
      return Place.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new MistakeException(
          "-D knows no packet '"
              + word
              + "'; connect, publish, subscribe, unsubscribe or will is wanted");
    }
  }

  private void add(Place place, String name, Iterator<String> values) {
    PropertyId id = id(name);
    String value = values.next();
    if (!place.allows(id)) {
      throw new MistakeException(refusal(place, id, name));
    }
    Properties before = at(place);
    if (before.has(id) && id != PropertyId.USER_PROPERTY) {
      throw new MistakeException("-D " + name + " stands twice");
    }
    Properties.Builder builder = before.toBuilder();
    try {
      if (id == PropertyId.USER_PROPERTY) {
        builder.user(value, values.next());
      } else if (TEXTS.contains(id)) {
        builder.set(id, value);
      } else if (BYTES.contains(id)) {
        builder.set(id, value.getBytes(StandardCharsets.UTF_8));
      } else {
        builder.set(id, Long.parseLong(value));
      }
    } catch (IllegalArgumentException wrong) { // a number that is none, too
      throw new MistakeException("-D " + name + " cannot be '" + value + "'");
    }
    said.put(place, builder.build());
  }

  private static PropertyId id(String name) {
    try {
      return PropertyId.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException unknown) {
      throw new MistakeException("-D knows no property '" + name + "'");
    }
  }

  private static String refusal(Place place, PropertyId id, String name) {
    String packet = place.name();
    if (place == Place.PUBLISH && id == PropertyId.TOPIC_ALIAS) {
      return "-D publish topic-alias cannot be had: aliases are given by themselves, where the"
          + " broker takes any";
    }
    return "-D: " + packet + " has no property " + name;
  }
}
