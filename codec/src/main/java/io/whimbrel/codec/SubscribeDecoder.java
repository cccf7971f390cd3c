package io.whimbrel.codec;

import java.util.ArrayList;
import java.util.List;

/** Reads SUBSCRIBE (3.8) and UNSUBSCRIBE (3.10). */
final class SubscribeDecoder {
  private static final RetainHandling[] RETAIN_HANDLINGS = RetainHandling.values();

  private SubscribeDecoder() {}

  static Subscribe read(ByteReader in, ProtocolVersion version, int usersMax) {
    int packetId = in.readPacketId();
    Properties properties =
        version.isFive()
            ? PropertiesDecoder.read(in, PropertyPlace.SUBSCRIBE, usersMax)
            : Properties.NONE;
    if (in.remaining() == 0) {
      throw Faults.protocol(
          version.isFive() ? "MQTT-3.8.3-2" : "3.1.1 MQTT-3.8.3-3", "SUBSCRIBE without a filter");
    }
    List<SubscriptionRequest> requests = new ArrayList<>(2);
    do {
      TopicFilter filter = in.readTopicFilter(); // [MQTT-3.8.3-1] [3.1.1 MQTT-3.8.3-1]
      int options = in.readByte();
      requests.add(version.isFive() ? request(filter, options) : request3(filter, options));
    } while (in.remaining() > 0);
    return new Subscribe(packetId, properties, requests);
  }

  static Unsubscribe readUnsubscribe(ByteReader in, ProtocolVersion version, int usersMax) {
    int packetId = in.readPacketId();
    Properties properties =
        version.isFive()
            ? PropertiesDecoder.read(in, PropertyPlace.UNSUBSCRIBE, usersMax)
            : Properties.NONE;
    if (in.remaining() == 0) {
      throw Faults.protocol(
          version.isFive() ? "MQTT-3.10.3-2" : "3.1.1 MQTT-3.10.3-2",
          "UNSUBSCRIBE without a filter");
    }
    List<TopicFilter> filters = new ArrayList<>(2);
    do {
      filters.add(in.readTopicFilter()); // [MQTT-3.10.3-1] [3.1.1 MQTT-3.10.3-1]
    } while (in.remaining() > 0);
    return new Unsubscribe(packetId, properties, filters);
  }

  private static SubscriptionRequest request(TopicFilter filter, int options) {
    if ((options & 0xC0) != 0) {
      throw Faults.malformed("MQTT-3.8.3-5", "reserved bits of subscription options");
    }
    int qos = options & 0x03;
    int retainHandling = options >>> 4;
    boolean noLocal = (options & 0x04) != 0;
    if (qos == 3) {
      throw Faults.protocol("3.8.3.1", "maximum QoS of a subscription is 3");
    }
    if (retainHandling == 3) {
      throw Faults.protocol("3.8.3.1", "retain handling of a subscription is 3");
    }
    if (noLocal && filter.isShared()) {
      throw Faults.protocol("MQTT-3.8.3-4", "no local on a shared subscription");
    }
    return new SubscriptionRequest(
        filter, Qos.of(qos), noLocal, (options & 0x08) != 0, RETAIN_HANDLINGS[retainHandling]);
  }

  private static SubscriptionRequest request3(TopicFilter filter, int options) {
    if (options > 2) {
      throw Faults.malformed("3.1.1 MQTT-3.8.3-4", "reserved bits or QoS 3 in SUBSCRIBE");
    }
    return new SubscriptionRequest(filter, Qos.of(options), false, false, RetainHandling.SEND);
  }
}
