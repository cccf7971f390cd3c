package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Valid packets drawn by chance, for every version and both senders: small, but of every shape. */
public final class Packets {
  private static final String[] TEXTS = {
    "", "a", "b c", "temperature", "ä", "日本", "😀", "\uFEFF", "\uFFFF", "\u007F", "$SYS", "x/y"
  };
  private static final String[] LEVELS = {"", "a", "b", "kitchen", "日本", "$x", " ", "😀"};

  private Packets() {}

  /** Packets a side may send once CONNECT has passed. */
  public static Arbitrary<Packet> packets(Sender sender, ProtocolVersion version) {
    return Arbitraries.randomValue(random -> packet(random, sender, version));
  }

  /** CONNECT packets. */
  public static Arbitrary<Connect> connects(ProtocolVersion version) {
    return Arbitraries.randomValue(random -> connect(random, version));
  }

  /** All that one side says on a connection: a client's begins with CONNECT. */
  public static Arbitrary<List<Packet>> conversations(Sender sender, ProtocolVersion version) {
    return Arbitraries.randomValue(
        random -> {
          List<Packet> said = new ArrayList<>();
          if (sender == Sender.CLIENT) {
            said.add(connect(random, version));
          }
          said.addAll(some(random, 0, 6, r -> packet(r, sender, version)));
          return said;
        });
  }

  /** A packet a side may send once CONNECT has passed. */
  public static Packet packet(Random random, Sender sender, ProtocolVersion version) {
    List<PacketType> types = new ArrayList<>(List.of(PacketType.values()));
    types.remove(PacketType.CONNECT);
    if (sender == Sender.CLIENT) {
      types.removeAll(
          List.of(PacketType.CONNACK, PacketType.SUBACK, PacketType.UNSUBACK, PacketType.PINGRESP));
    } else {
      types.removeAll(List.of(PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE, PacketType.PINGREQ));
      if (!version.isFive()) {
        types.remove(PacketType.DISCONNECT);
      }
    }
    if (!version.isFive()) {
      types.remove(PacketType.AUTH);
    }
    return packet(random, pick(random, types), sender, version);
  }

  /** A packet of one type. */
  public static Packet packet(
      Random random, PacketType type, Sender sender, ProtocolVersion version) {
    boolean five = version.isFive();
    return switch (type) {
      case CONNECT -> connect(random, version);
      case CONNACK -> connack(random, version);
      case PUBLISH -> publish(random, sender, five);
      case PUBACK ->
          new Puback(
              packetId(random),
              reason(random, ReasonSets.RECEIVED, five),
              properties(random, PropertyPlace.PUBACK, five));
      case PUBREC ->
          new Pubrec(
              packetId(random),
              reason(random, ReasonSets.RECEIVED, five),
              properties(random, PropertyPlace.PUBREC, five));
      case PUBREL ->
          new Pubrel(
              packetId(random),
              reason(random, ReasonSets.RELEASED, five),
              properties(random, PropertyPlace.PUBREL, five));
      case PUBCOMP ->
          new Pubcomp(
              packetId(random),
              reason(random, ReasonSets.RELEASED, five),
              properties(random, PropertyPlace.PUBCOMP, five));
      case SUBSCRIBE ->
          new Subscribe(
              packetId(random),
              properties(random, PropertyPlace.SUBSCRIBE, five),
              some(random, 1, 4, r -> request(r, five)));
      case SUBACK ->
          new Suback(
              packetId(random),
              some(random, 1, 4, r -> pick(r, five ? ReasonSets.SUBACK : ReasonSets.SUBACK_3)),
              properties(random, PropertyPlace.SUBACK, five));
      case UNSUBSCRIBE ->
          new Unsubscribe(
              packetId(random),
              properties(random, PropertyPlace.UNSUBSCRIBE, five),
              some(random, 1, 4, Packets::filter));
      case UNSUBACK ->
          new Unsuback(
              packetId(random),
              five ? some(random, 1, 4, r -> pick(r, ReasonSets.UNSUBACK)) : List.of(),
              properties(random, PropertyPlace.UNSUBACK, five));
      case PINGREQ -> Pingreq.INSTANCE;
      case PINGRESP -> Pingresp.INSTANCE;
      case DISCONNECT -> disconnect(random, sender, five);
      case AUTH -> auth(random, sender);
    };
  }

  /** A CONNECT. */
  public static Connect connect(Random random, ProtocolVersion version) {
    boolean five = version.isFive();
    String userName = random.nextBoolean() ? text(random) : null;
    boolean secured = random.nextBoolean() && (five || userName != null);
    return new Connect(
        version,
        random.nextBoolean(),
        random.nextInt(0x1_0000),
        properties(random, PropertyPlace.CONNECT, five),
        version == ProtocolVersion.MQTT_3_1 ? "c" + text(random) : text(random),
        random.nextBoolean() ? will(random, five) : null,
        userName,
        secured ? bytes(random, 12) : null);
  }

  private static Will will(Random random, boolean five) {
    return new Will(
        topic(random),
        bytes(random, 40),
        pick(random, List.of(Qos.values())),
        random.nextBoolean(),
        properties(random, PropertyPlace.WILL, five));
  }

  private static Connack connack(Random random, ProtocolVersion version) {
    boolean five = version.isFive();
    ReasonCode reason =
        five
            ? pick(random, ReasonSets.CONNACK)
            : pick(
                random,
                List.of(
                    ReasonCode.SUCCESS,
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    ReasonCode.SERVER_UNAVAILABLE,
                    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    ReasonCode.NOT_AUTHORIZED));
    boolean present =
        reason == ReasonCode.SUCCESS && version != ProtocolVersion.MQTT_3_1 && random.nextBoolean();
    return new Connack(present, reason, properties(random, PropertyPlace.CONNACK, five));
  }

  private static Publish publish(Random random, Sender sender, boolean five) {
    Qos qos = pick(random, List.of(Qos.values()));
    boolean identified = qos != Qos.AT_MOST_ONCE;
    Properties properties = properties(random, PropertyPlace.publish(sender), five);
    boolean aliased = properties.has(PropertyId.TOPIC_ALIAS) && random.nextBoolean();
    return new Publish(
        identified && random.nextBoolean(),
        qos,
        random.nextBoolean(),
        aliased ? TopicName.NONE : topic(random),
        identified ? packetId(random) : 0,
        properties,
        bytes(random, random.nextInt(8) == 0 ? 20_000 : 100));
  }

  private static SubscriptionRequest request(Random random, boolean five) {
    TopicFilter filter = filter(random);
    Qos qos = pick(random, List.of(Qos.values()));
    return five
        ? new SubscriptionRequest(
            filter,
            qos,
            !filter.isShared() && random.nextBoolean(),
            random.nextBoolean(),
            pick(random, List.of(RetainHandling.values())))
        : new SubscriptionRequest(filter, qos, false, false, RetainHandling.SEND);
  }

  private static Disconnect disconnect(Random random, Sender sender, boolean five) {
    Set<ReasonCode> reasons =
        sender == Sender.CLIENT ? ReasonSets.CLIENT_DISCONNECT : ReasonSets.SERVER_DISCONNECT;
    return new Disconnect(
        reason(random, reasons, five), properties(random, PropertyPlace.disconnect(sender), five));
  }

  private static Auth auth(Random random, Sender sender) {
    ReasonCode reason =
        pick(random, sender == Sender.CLIENT ? ReasonSets.CLIENT_AUTH : ReasonSets.SERVER_AUTH);
    if (reason == ReasonCode.SUCCESS && random.nextBoolean()) {
      return new Auth(reason, Properties.NONE);
    }
    Properties.Builder with = Properties.builder();
    with.set(PropertyId.AUTHENTICATION_METHOD, text(random));
    if (random.nextBoolean()) {
      with.set(PropertyId.AUTHENTICATION_DATA, bytes(random, 20));
    }
    return new Auth(reason, with.user(text(random), text(random)).build());
  }

  private static Properties properties(Random random, PropertyPlace place, boolean five) {
    Properties.Builder builder = Properties.builder();
    if (!five || random.nextInt(3) == 0) {
      return builder.build();
    }
    List<PropertyId> ids = new ArrayList<>(Arrays.asList(PropertyId.values()));
    ids.removeIf(id -> !id.mayStandIn(place) || random.nextBoolean());
    if (!ids.contains(PropertyId.AUTHENTICATION_METHOD)) {
      ids.remove(PropertyId.AUTHENTICATION_DATA);
    }
    Collections.shuffle(ids, random);
    for (PropertyId id : ids) {
      int times = id.mayRepeatIn(place) ? 1 + random.nextInt(3) : 1;
      for (int i = 0; i < times; i++) {
        add(random, builder, id);
      }
    }
    return builder.build();
  }

  private static void add(Random random, Properties.Builder builder, PropertyId id) {
    switch (id.type()) {
      case BYTE -> builder.set(id, random.nextInt(2));
      case TWO_BYTES -> builder.set(id, 1 + random.nextInt(0xFFFF));
      case FOUR_BYTES -> builder.set(id, 1 + (random.nextInt() & 0xFFFF_FFFEL));
      case VARIABLE -> builder.set(id, 1 + (random.nextInt() >>> 4 >>> random.nextInt(28)));
      case TEXT ->
          builder.set(
              id, id == PropertyId.RESPONSE_TOPIC ? topic(random).toString() : text(random));
      case BINARY -> builder.set(id, bytes(random, 300));
      case TEXT_PAIR -> builder.user(text(random), text(random));
    }
  }

  /** A Topic Name. */
  public static TopicName topic(Random random) {
    return TopicName.of("t" + String.join("/", some(random, 0, 4, r -> pick(r, levels()))));
  }

  /** A Topic Filter, shared or not. */
  public static TopicFilter filter(Random random) {
    List<String> levels = new ArrayList<>(some(random, 1, 4, r -> pick(r, levels())));
    levels.replaceAll(level -> random.nextInt(3) == 0 ? "+" : level);
    if (random.nextBoolean()) {
      levels.add("#");
    }
    String filter = String.join("/", levels);
    String share = random.nextInt(4) == 0 ? "$share/group/" : "";
    return TopicFilter.of(share + (filter.isEmpty() ? "/" : filter));
  }

  private static List<String> levels() {
    return List.of(LEVELS);
  }

  private static ReasonCode reason(Random random, Set<ReasonCode> reasons, boolean five) {
    return five ? pick(random, reasons) : ReasonCode.SUCCESS;
  }

  private static int packetId(Random random) {
    return 1 + random.nextInt(0xFFFF);
  }

  private static String text(Random random) {
    return pick(random, List.of(TEXTS)) + pick(random, List.of(TEXTS));
  }

  private static byte[] bytes(Random random, int lengthMax) {
    byte[] bytes = new byte[random.nextInt(lengthMax + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static <T> T pick(Random random, Iterable<T> choices) {
    List<T> list = new ArrayList<>();
    choices.forEach(list::add);
    return list.get(random.nextInt(list.size()));
  }

  private static <T> List<T> some(Random random, int least, int most, Function<Random, T> source) {
    List<T> list = new ArrayList<>();
    for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
      list.add(source.apply(random));
    }
    return list;
  }
}
