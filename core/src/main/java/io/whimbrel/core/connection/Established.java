package io.whimbrel.core.connection;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.core.session.Session;

/** What exists only while the client is served, and where each of its packets goes. */
record Established(
    Connection connection,
    Connect connect,
    PeerSettings settings,
    Session session,
    PublishReceiver publishes,
    SubscribeReceiver subscribes) {

  void handle(Packet packet) {
    switch (packet.type()) {
      case PUBLISH -> publishes.onPublish((Publish) packet);
      case PUBREL -> publishes.onPubrel((Pubrel) packet);
      case PUBACK -> {
        Puback puback = (Puback) packet;
        session.onPuback(puback.packetId(), puback.reason());
      }
      case PUBREC -> {
        Pubrec pubrec = (Pubrec) packet;
        ReasonCode answer = session.onPubrec(pubrec.packetId(), pubrec.reason());
        if (answer != null && !pubrec.reason().isError()) {
          connection.pubrel(pubrec.packetId(), answer);
        }
      }
      case PUBCOMP -> session.onPubcomp(((Pubcomp) packet).packetId());
      case SUBSCRIBE -> subscribes.onSubscribe((Subscribe) packet);
      case UNSUBSCRIBE -> subscribes.onUnsubscribe((Unsubscribe) packet);
      case PINGREQ -> connection.send(Pingresp.INSTANCE); // [MQTT-3.12.4-1]
      case DISCONNECT -> onDisconnect((Disconnect) packet);
      case AUTH -> connection.reauthenticate((Auth) packet);
      case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
          throw new ProtocolErrorException(
              ReasonCode.PROTOCOL_ERROR, "MQTT-3.1.0-2", packet.type() + " is not expected here");
    }
  }

  private void onDisconnect(Disconnect packet) {
    long expiry = settings.sessionExpirySeconds();
    long changed = packet.properties().number(PropertyId.SESSION_EXPIRY_INTERVAL, -1);
    if (changed >= 0) {
      if (expiry == 0 && changed != 0) {
        throw new ProtocolErrorException(
            ReasonCode.PROTOCOL_ERROR,
            "3.14.2.2.2",
            "session expiry was zero at CONNECT and cannot be set at DISCONNECT");
      }
      expiry = Math.min(changed, connection.host.limits().sessionExpiryMaxSeconds());
    }
    boolean normal = packet.reason() == ReasonCode.SUCCESS; // [MQTT-3.14.4-3]
    connection.finish(packet.reason(), "client disconnected", normal, expiry);
  }
}
