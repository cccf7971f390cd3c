package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnDecoder;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMalformedException;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What stands opposite a session in virtual time, octet by octet; and who uses the session. */
final class VirtualSnGateway implements SnSessionListener {
  static final SnPlan PLAN =
      new SnPlan("pump", true, 60, 10_000, 2, 3, 4, Map.of(7, TopicName.of("pre/seven")));

  final SnSession session;
  final List<String> messages = new ArrayList<>();
  final List<String> losses = new ArrayList<>();
  final ArrayDeque<SnIncoming> unhandled = new ArrayDeque<>();
  int dropped;

  /** Whether messages are dealt with at once. */
  boolean handles = true;

  int sizeMax = 200;

  /** The message ids that the client has used last. */
  int lastId;

  int lastSubscribeId;
  private final ArrayDeque<String> said = new ArrayDeque<>();
  private final SnDecoder decoder = new SnDecoder();
  private final List<SnIncoming> fresh = new ArrayList<>();
  private long now = 1_000;

  VirtualSnGateway(SnPlan plan, @Nullable SnWill will) {
    SnOutput output =
        new SnOutput() {
          @Override
          public void send(SnMessage message) {
            said.add(HexFormat.of().formatHex(SnEncoder.bytes(message)));
            remember(message);
          }

          @Override
          public int sizeMax() {
            return sizeMax;
          }
        };
    RandomGenerator zero = () -> 0;
    session = new SnSession(plan, will, output, zero, this);
  }

  VirtualSnGateway() {
    this(PLAN, null);
  }

  private void remember(SnMessage message) {
    switch (message.type()) {
      case REGISTER -> lastId = ((SnMessage.Register) message).messageId();
      case PUBLISH -> lastId = ((SnMessage.Publish) message).messageId();
      case SUBSCRIBE -> lastSubscribeId = ((SnMessage.Subscribe) message).messageId();
      case UNSUBSCRIBE -> lastSubscribeId = ((SnMessage.Unsubscribe) message).messageId();
      default -> {}
    }
  }

  // ---------------------------------------------------------------- what passes

  /** The gateway says it. */
  VirtualSnGateway says(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    try {
      return says(decoder.decode(bytes, 0, bytes.length));
    } catch (SnMalformedException none) {
      throw new IllegalArgumentException(hex, none);
    }
  }

  /** The same of a message. */
  VirtualSnGateway says(SnMessage message) {
    session.onMessage(message, now);
    dealWith();
    return this;
  }

  private void dealWith() {
    for (SnIncoming each : List.copyOf(fresh)) {
      fresh.remove(each);
      if (handles) {
        session.handled(each, true, now);
      } else {
        unhandled.add(each);
      }
    }
  }

  /** The client has dealt with the message that came first. */
  VirtualSnGateway handled(boolean taken) {
    session.handled(unhandled.remove(), taken, now);
    return this;
  }

  /** What the client has said since it was last asked: these, and nothing else. */
  VirtualSnGateway hears(String... hex) {
    List<String> heard = new ArrayList<>(said);
    said.clear();
    List<String> wanted = new ArrayList<>();
    for (String each : hex) {
      wanted.add(each.replace(" ", ""));
    }
    assertThat(heard).isEqualTo(wanted);
    return this;
  }

  /** Whatever the client has said is of no interest. */
  void forget() {
    said.clear();
  }

  VirtualSnGateway pass(long millis) {
    long end = now + millis;
    while (session.nextDeadline() <= end) {
      now = Math.max(now, session.nextDeadline());
      session.tick(now);
    }
    now = end;
    return this;
  }

  long now() {
    return now;
  }

  // ---------------------------------------------------------------- what is wanted

  /** What became of something: nothing yet, done with a QoS, or why not. */
  static final class Became implements SnAnswer {
    private String what = "";

    @Override
    public void onDone(int qos) {
      answered("done " + qos);
    }

    @Override
    public void onFailed(SnFailure failure) {
      answered(failure.kind() + ": " + failure.why());
    }

    private void answered(String how) {
      assertThat(what).as("answered twice, the second time " + how).isEmpty();
      what = how;
    }

    boolean isAnswered() {
      return !what.isEmpty();
    }

    @Override
    public String toString() {
      return what;
    }
  }

  Became connect() {
    Became became = new Became();
    session.connect(became, now);
    return became;
  }

  /** Is connected, as clean as it was made. */
  VirtualSnGateway connected() {
    Became became = connect();
    said.clear();
    says("03 05 00");
    assertThat(became).hasToString("done 0");
    return this;
  }

  Became sleep(int seconds) {
    Became became = new Became();
    session.sleep(seconds, became, now);
    return became;
  }

  VirtualSnGateway asleep() {
    sleep(300);
    said.clear();
    return says("02 18");
  }

  Became wake() {
    Became became = new Became();
    session.wake(became, now);
    return became;
  }

  Became disconnect() {
    Became became = new Became();
    session.disconnect(became, now);
    return became;
  }

  Became publish(int qos, String topic, String text) {
    return publish(qos, TopicName.of(topic), SnTopic.NONE, text);
  }

  Became publish(int qos, int predefined, String text) {
    return publish(qos, TopicName.NONE, SnTopic.predefined(predefined), text);
  }

  private Became publish(int qos, TopicName name, SnTopic given, String text) {
    Became became = new Became();
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    session.publish(new SnOutgoing(name, given, qos, false, payload, became), now);
    return became;
  }

  Became subscribe(int qos, String filter) {
    Became became = new Became();
    session.ask(new SnRequest(TopicFilter.of(filter), SnTopic.NONE, qos, became), now);
    return became;
  }

  Became subscribe(int qos, int predefined) {
    Became became = new Became();
    session.ask(new SnRequest(null, SnTopic.predefined(predefined), qos, became), now);
    return became;
  }

  Became unsubscribe(String filter) {
    return subscribe(-1, filter);
  }

  Became changeWill(@Nullable SnWill will) {
    Became became = new Became();
    session.changeWill(will, became, now);
    return became;
  }

  // ---------------------------------------------------------------- what the session tells

  @Override
  public void onMessage(SnIncoming message) {
    SnMessage.Publish publish = message.publish();
    String topic = message.name().isNone() ? "" + publish.topic().value() : "" + message.name();
    String text = new String(publish.payload(), StandardCharsets.UTF_8);
    messages.add(topic + "=" + text);
    fresh.add(message);
  }

  @Override
  public void onDropped() {
    dropped++;
  }

  @Override
  public void onLost(SnFailure failure) {
    losses.add(failure.why());
  }
}
