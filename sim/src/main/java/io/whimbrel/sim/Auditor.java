package io.whimbrel.sim;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsuback;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that comes when all is quiet and asks for everything that is retained. */
final class Auditor implements ClientConnection.Mind {
  private static final Profile PROFILE =
      new Profile("auditor", ProtocolVersion.MQTT_5, 1, 0, 65_535, 0, 0, 0, 0, 0, false, 0);

  private final World world;
  private final SimBroker broker;
  private final RetainedLaw retained;

  Auditor(World world, SimBroker broker, RetainedLaw retained) {
    this.world = world;
    this.broker = broker;
    this.retained = retained;
  }

  void begin() {
    retained.forgetFound();
    ClientConnection made = new ClientConnection(world, PROFILE, this);
    Link link = broker.connect(PROFILE.id(), made);
    if (link != null) {
      made.over(link);
      made.send(
          new Connect(PROFILE.version(), true, 0, Properties.NONE, PROFILE.id(), null, null, null));
    }
  }

  @Override
  public void onConnack(ClientConnection connection, Connack connack) {
    SubscriptionRequest all =
        new SubscriptionRequest(
            TopicFilter.of("#"), Qos.AT_MOST_ONCE, false, false, RetainHandling.SEND);
    connection.send(new Subscribe(1, Properties.NONE, List.of(all)));
    ping(connection);
  }

  private void ping(ClientConnection connection) {
    connection.send(Pingreq.INSTANCE);
    world.clock.after(500, () -> ping(connection));
  }

  @Override
  public @Nullable Packet onPublish(ClientConnection connection, Publish publish, TopicName topic) {
    if (publish.retain()) {
      String payload = new String(publish.payload(), StandardCharsets.UTF_8);
      retained.found(topic.toString(), payload.split(" ", 2)[0]);
    }
    return null;
  }

  @Override
  public void onAcknowledgement(ClientConnection connection, Packet packet) {}

  @Override
  public void onSuback(ClientConnection connection, Suback suback) {}

  @Override
  public void onUnsuback(ClientConnection connection, Unsuback unsuback) {}

  @Override
  public void onClosed(ClientConnection connection) {
    world.broken("the auditor is served", "its connection was closed");
  }
}
