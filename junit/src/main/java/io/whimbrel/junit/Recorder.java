package io.whimbrel.junit;

import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears everything that is published at a broker, as one more of its clients, and keeps the newest
 * of it. For any thread; its lock is held for a look at what is kept.
 */
final class Recorder {
  /** Its Client Identifier. */
  static final String CLIENT_ID = "whimbrel-recorder";

  /** Messages that are kept; the oldest goes first. */
  static final int MESSAGES_MAX = 10_000;

  /** Bytes of their payloads; the newest message is kept, however long. */
  static final long BYTES_MAX = 64L * 1024 * 1024;

  /** Where it tells itself how far it is; no {@code #} of anybody sees it [MQTT-4.7.2-1]. */
  private static final String MARKS = "$whimbrel-recorder/marks";

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int RECEIVE_MAXIMUM = 65_535;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final long begun = System.nanoTime();
  private final ArrayDeque<Heard> kept = new ArrayDeque<>();
  private long keptBytes;
  private long next;
  private long wanted;
  private long dropped;
  private long marksMade;
  private long marksHeard;

  // Of one connection.
  private @Nullable MqttClient client;
  private String absence = "the broker is stopped";

  /**
   * What was heard from a number on.
   *
   * @param missed how many more there were that are not kept any more
   * @param next the number from which to go on
   */
  record View(List<Heard> heard, long missed, long next) {}

  /** Connects to a broker and returns when nothing is missed any more, or never will be heard. */
  void attach(String uri, String user, String password) {
    MqttClientBuilder builder =
        MqttClient.to(uri)
            .clientId(CLIENT_ID)
            .cleanStart()
            .sessionExpiry(Duration.ZERO)
            .keepAlive(Duration.ZERO)
            .receiveMaximum(RECEIVE_MAXIMUM)
            .timeout(ANSWER_MAX)
            .withoutReconnecting()
            .listener(
                new ClientListener() {
                  @Override
                  public void onDisconnected(Disconnection how) {
                    lost("it has lost its connection: " + how.why());
                  }
                });
    if (!user.isEmpty()) {
      builder.credentials(user, password);
    }
    MqttClient made = builder.build();
    made.handle("#", message -> hear(message.message()));
    made.handle(MARKS, message -> hearMark(Long.parseLong(message.text())));
    String failure = connect(made);
    if (failure.isEmpty()) {
      synchronized (this) {
        client = made;
        absence = "";
      }
    } else {
      made.close();
      lost(failure);
    }
  }

  /** Connects and subscribes; says why it could not, or nothing. */
  private static String connect(MqttClient client) {
    try {
      ConnectResult connected = client.blocking().connect();
      if (connected.isRefused()) {
        return "the broker refused it: " + connected.reason();
      }
      ReasonCode granted =
          client.blocking().subscribe(subscription("#"), subscription(MARKS)).reasons().get(0);
      return granted.isError() ? "it may not subscribe to #: " + granted : "";
    } catch (MqttClientException unreachable) {
      return String.valueOf(unreachable.getMessage());
    }
  }

  private static Subscription subscription(String filter) {
    return new Subscription(filter, Qos.EXACTLY_ONCE, false, true, RetainHandling.DO_NOT_SEND);
  }

  /** Leaves; what was heard stays. */
  void detach(String why) {
    MqttClient left;
    synchronized (this) {
      left = client;
      client = null;
      absence = why;
    }
    if (left != null) {
      left.close();
    }
  }

  private synchronized void lost(String why) {
    if (absence.isEmpty() || client == null) {
      absence = why;
    }
    notifyAll();
  }

  /** Why nothing is heard, or nothing. */
  synchronized String absence() {
    return absence;
  }

  synchronized void hear(Message message) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    kept.add(new Heard(next++, millis, message));
    keptBytes += message.payload().length;
    while (kept.size() > MESSAGES_MAX || (keptBytes > BYTES_MAX && kept.size() > 1)) {
      keptBytes -= kept.remove().message().payload().length;
      dropped++;
    }
    notifyAll();
  }

  private synchronized void hearMark(long mark) {
    marksHeard = Math.max(mark, marksHeard); // two may be under way
    notifyAll();
  }

  /**
   * Waits until all that the broker has acknowledged so far is heard: the recorder publishes, and
   * hears itself behind that. Where it may not, or hears nothing, this returns at once.
   *
   * @return why it is not known whether all is heard, or nothing
   */
  String catchUp() throws InterruptedException {
    MqttClient now;
    long mark;
    synchronized (this) {
      now = client;
      mark = ++marksMade;
      if (now == null || !absence.isEmpty()) {
        return absence;
      }
    }
    Message message = Message.to(MARKS).qos(Qos.EXACTLY_ONCE).payload("" + mark).build();
    try {
      if (now.blocking().publish(message).isRefused()) {
        return "it may not publish to " + MARKS;
      }
    } catch (MqttClientException lost) {
      return String.valueOf(lost.getMessage());
    }
    long end = System.nanoTime() + ANSWER_MAX.toNanos();
    synchronized (this) {
      while (marksHeard < mark && absence.isEmpty() && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(MILLI, end - System.nanoTime()));
      }
      return marksHeard >= mark ? "" : absence.isEmpty() ? "it does not hear itself" : absence;
    }
  }

  /** What was heard so far counts no more. */
  synchronized void forget() {
    kept.clear();
    keptBytes = 0;
    dropped = 0;
    wanted = next;
  }

  /** How many messages were dropped since it was told to forget. */
  synchronized long dropped() {
    return dropped;
  }

  synchronized View since(long number) {
    List<Heard> newest = new ArrayList<>();
    Iterator<Heard> backwards = kept.descendingIterator();
    while (backwards.hasNext()) {
      Heard heard = backwards.next();
      if (heard.number() < number) {
        break;
      }
      newest.add(heard);
    }
    Collections.reverse(newest);
    long first = newest.isEmpty() ? next : newest.get(0).number();
    return new View(newest, Math.max(0, first - Math.max(number, wanted)), next);
  }

  /**
   * Waits for a message of this number.
   *
   * @return whether there is one; false when the time is over or nothing is heard any more
   */
  synchronized boolean awaits(long number, long endNanos) throws InterruptedException {
    while (next <= number) {
      if (!absence.isEmpty() && client != null) {
        return false; // nobody brings it back but the next test
      }
      long left = endNanos - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(MILLI, left));
    }
    return true;
  }
}
