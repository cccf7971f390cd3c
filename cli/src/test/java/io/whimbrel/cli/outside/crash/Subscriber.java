package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Takes the messages of all publishers, in a session that outlives its connections. */
final class Subscriber extends Receiver {
  /** How it behaves. */
  enum Way {
    /** Always there. */
    STAYS,
    /** Seldom there. */
    IS_AWAY,
    /** Comes and goes, subscribes and unsubscribes. */
    COMES_AND_GOES,
    /** As well ends its session in all ways there are. */
    ENDS_SESSIONS
  }

  private static final long LONG_SECONDS = SessionFate.LONG_SECONDS;
  private static final long SHORT_SECONDS = 2;
  private static final Properties ENDING =
      Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0).build();

  private final Way way;
  private final Qos granted;
  private final SessionFate fate;
  private Inbox inbox;

  // The operation that is not acknowledged, if any: letters and whether they are subscribed to.
  private List<Integer> changing = List.of();
  private boolean subscribing;

  private boolean wantsClean;
  private boolean wantsPassing;
  private long wantsExpiry = LONG_SECONDS;
  private long moveNanos;
  private long returnNanos;
  private SocketChannel abandoned;

  Subscriber(World world, String id, ProtocolVersion version, Way way, Qos granted) {
    super(world, id, version);
    this.way = way;
    this.granted = granted;
    this.fate = new SessionFate(world, id);
    this.inbox = new Inbox(world, id, granted);
  }

  // ---------------------------------------------------------------- coming

  @Override
  void act(long now) {
    switch (link) {
      case DOWN -> {
        boolean due = now - returnNanos >= 0 || (world.auditing && way != Way.ENDS_SESSIONS);
        if (due && world.port() != 0) {
          come(now);
        }
      }
      case AWAITING_CONNACK -> {}
      case UP -> {
        answer(now);
        if (!world.auditing && now - moveNanos >= 0 && changing.isEmpty()) {
          move(now);
        }
      }
    }
  }

  private void come(long now) {
    // In 3.1.1 a session that begins clean ends with its connection.
    boolean passing = wantsPassing || (wantsClean && !isFive());
    boolean clean = wantsClean || (passing && (!isFive() || world.chance(2)));
    long expiry = passing ? 0 : wantsExpiry;
    int[] quotas = {0, 0, 3, 20};
    if (connect(clean, expiry, quotas[world.random.nextInt(quotas.length)], null)) {
      fate.asked(clean, expiry, now);
    }
  }

  @Override
  void onConnack(Connack connack, long tick) {
    long now = System.nanoTime();
    if (!fate.answered(connack.sessionPresent(), now)) {
      world.counts.sessionsEnded++;
      inbox = new Inbox(world, id, granted);
      forgetTaken();
      changing = List.of();
    }
    leaveAbandoned();
    wantsPassing = false;
    wantsClean = fate.isDoubtful();
    if (wantsClean) {
      drop();
      return;
    }
    moveNanos = world.soon(now, way == Way.IS_AWAY ? 300 : 1_500);
    if (!changing.isEmpty()) {
      change();
      return;
    }
    List<Integer> none = new ArrayList<>();
    for (int i = 0; i < World.LETTERS; i++) {
      if (inbox.spans(i).isEmpty()) {
        none.add(i);
      }
    }
    if (none.size() == World.LETTERS) {
      change(none, true);
    }
  }

  private void leaveAbandoned() {
    SocketChannel left = abandoned;
    abandoned = null;
    if (left != null) {
      try {
        left.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // ---------------------------------------------------------------- going

  private void move(long now) {
    moveNanos = world.soon(now, 1_500);
    switch (way) {
      case STAYS -> {}
      case IS_AWAY -> leave(now, 20_000);
      case COMES_AND_GOES -> {
        if (world.chance(2)) {
          toggle(world.random.nextInt(World.LETTERS));
        } else {
          leave(now, 2_000);
        }
      }
      case ENDS_SESSIONS -> {
        boolean expires = wantsExpiry == SHORT_SECONDS;
        leave(now, expires ? 4_000 : 1_500);
        if (expires && abandoned != null) {
          leaveAbandoned(); // or it would not expire
          returnNanos = world.soon(now, 4_000);
        }
        chooseNext();
      }
    }
  }

  private void leave(long now, int millisMax) {
    returnNanos = world.soon(now, millisMax);
    switch (world.random.nextInt(3)) {
      case 0 -> {
        boolean ends = way == Way.ENDS_SESSIONS && isFive() && world.chance(2);
        disconnect(ReasonCode.SUCCESS, ends ? ENDING : Properties.NONE);
        drop();
        if (ends) {
          fate.mayHaveEnded();
        }
      }
      case 1 -> drop();
      default -> {
        leaveAbandoned();
        abandoned = abandon();
        returnNanos = now; // the broker has to take the session from the old connection
      }
    }
  }

  /** How its next connection begins. */
  private void chooseNext() {
    wantsExpiry = LONG_SECONDS;
    switch (world.random.nextInt(4)) {
      case 0 -> wantsClean = true;
      case 1 -> wantsPassing = true;
      case 2 -> wantsExpiry = isFive() ? SHORT_SECONDS : LONG_SECONDS;
      default -> {}
    }
  }

  private void toggle(int letter) {
    List<Span> spans = inbox.spans(letter);
    boolean subscribed =
        !spans.isEmpty() && spans.get(spans.size() - 1).askedToEnd == Message.NEVER;
    change(List.of(letter), !subscribed);
  }

  // ---------------------------------------------------------------- subscribing

  private void change(List<Integer> letters, boolean subscribe) {
    changing = letters;
    subscribing = subscribe;
    long tick = world.tick();
    for (int letter : letters) {
      if (subscribe) {
        inbox.spans(letter).add(new Span(tick));
      } else {
        last(letter).askedToEnd = tick;
      }
    }
    change();
  }

  private void change() {
    List<TopicFilter> filters =
        changing.stream().map(i -> TopicFilter.of("m/+/" + (char) ('a' + i))).toList();
    if (subscribing) {
      List<SubscriptionRequest> requests =
          filters.stream()
              .map(f -> new SubscriptionRequest(f, granted, false, false, RetainHandling.SEND))
              .toList();
      send(new Subscribe(77, Properties.NONE, requests));
    } else {
      send(new Unsubscribe(77, Properties.NONE, filters));
    }
  }

  private Span last(int letter) {
    List<Span> spans = inbox.spans(letter);
    return spans.get(spans.size() - 1);
  }

  @Override
  void onPacket(Packet packet, long tick) {
    boolean done = subscribing ? packet instanceof Suback : packet instanceof Unsuback;
    if (!done || changing.isEmpty()) {
      super.onPacket(packet, tick);
      return;
    }
    if (packet instanceof Suback ack && ack.reasons().stream().anyMatch(ReasonCode::isError)) {
      if (world.tolerant) {
        drop();
        return;
      }
      throw new BrokenPromiseException(id + " may not subscribe: " + packet);
    }
    for (int letter : changing) {
      if (subscribing) {
        last(letter).granted = tick;
      } else {
        last(letter).ended = tick;
      }
    }
    changing = List.of();
  }

  @Override
  void accept(Publish publish, long tick) {
    inbox.accept(publish);
  }

  // ---------------------------------------------------------------- judging

  @Override
  void onLost() {
    super.onLost();
    fate.lost(System.nanoTime());
  }

  @Override
  void crashed() {
    leaveAbandoned();
    fate.crashed();
  }

  /** Whether it is there, and has what it is owed. */
  boolean isDone() {
    return isUp() && changing.isEmpty() && hasAnswered() && inbox.missing().isEmpty();
  }

  /** What it lacks, in words. */
  String lacks() {
    List<Message> missing = inbox.missing();
    String some = missing.subList(0, Math.min(3, missing.size())).toString();
    return id + " (" + link + ") lacks " + missing.size() + " messages " + some;
  }

  void settle() {
    inbox.settle();
  }
}
