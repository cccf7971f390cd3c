package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import java.util.ArrayList;
import java.util.List;

/** What one publisher says to one topic with one quality: a sequence that keeps its order. */
final class Stream {
  final String publisher;
  final int letter;
  final Qos qos;
  final TopicName topic;
  private final List<Message> messages = new ArrayList<>();
  private int first;

  Stream(String publisher, int letter, Qos qos) {
    this.publisher = publisher;
    this.letter = letter;
    this.qos = qos;
    this.topic = TopicName.of("m/" + publisher + "/" + (char) ('a' + letter));
  }

  Message next(long tick) {
    Message message = new Message(this, end(), tick);
    messages.add(message);
    return message;
  }

  /** The number after the last. */
  int end() {
    return first + messages.size();
  }

  /** The number of the first that is still known. */
  int first() {
    return first;
  }

  Message get(int number) {
    return messages.get(number - first);
  }

  /** What is settled need not be known any more. */
  void forgetAll() {
    first = end();
    messages.clear();
  }

  @Override
  public String toString() {
    return topic + " QoS " + qos.number();
  }
}
