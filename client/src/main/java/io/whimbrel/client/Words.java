package io.whimbrel.client;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;

/** Texts of users, checked where they are said. */
final class Words {
  private Words() {}

  static TopicName topic(String text) {
    try {
      return TopicName.of(text);
    } catch (ProtocolErrorException wrong) {
      throw new IllegalArgumentException("not a topic: \"" + text + "\": " + wrong.getMessage());
    }
  }

  static TopicFilter filter(String text) {
    try {
      return TopicFilter.of(text);
    } catch (ProtocolErrorException wrong) {
      throw new IllegalArgumentException("not a filter: \"" + text + "\": " + wrong.getMessage());
    }
  }
}
