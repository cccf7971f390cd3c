package io.whimbrel.client.sn;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicName;

/**
 * Where a message goes, or came from: a name, or an id that both sides know beforehand (MQTT-SN
 * 6.7). Immutable.
 *
 * @param name empty where only the id is known
 * @param predefinedId 1 to 65,534; 0 for none
 */
public record Topic(String name, int predefinedId) {
  private static final int ID_MAX = 0xFFFE;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException it is neither a Topic Name nor such an id
   */
  public Topic {
    if (predefinedId < 0 || predefinedId > ID_MAX) {
      throw new IllegalArgumentException("not a pre-defined topic id: " + predefinedId);
    }
    if (predefinedId == 0 || !name.isEmpty()) {
      checkName(name);
    }
  }

  private static void checkName(String name) {
    try {
      TopicName.of(name);
    } catch (ProtocolErrorException wrong) {
      throw new IllegalArgumentException("not a topic: \"" + name + "\": " + wrong.getMessage());
    }
  }

  /** A name; one of two octets is a short topic name, and needs no registration (6.7). */
  public static Topic of(String name) {
    return new Topic(name, 0);
  }

  /** An id that both sides know. */
  public static Topic predefined(int id) {
    if (id == 0) {
      throw new IllegalArgumentException("not a pre-defined topic id: 0");
    }
    return new Topic("", id);
  }

  TopicName topicName() {
    return name.isEmpty() ? TopicName.NONE : TopicName.of(name);
  }

  /** The name, or the id where there is none. */
  @Override
  public String toString() {
    return name.isEmpty() ? String.valueOf(predefinedId) : name;
  }
}
