package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LeakTest {
  @Test
  void everyBufferIsGivenBack() throws Exception {
    Logger netty = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    ListAppender<ILoggingEvent> reports = new ListAppender<>();
    reports.start();
    netty.addAppender(reports);
    try {
      traffic();
      proxied();
      collectGarbage();
      assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
      assertThat(reports.list).map(ILoggingEvent::getFormattedMessage).isEmpty();
    } finally {
      netty.detachAppender(reports);
    }
  }

  private static void traffic() throws Exception {
    try (TestBroker broker = new TestBroker("listeners.event-loops", "2");
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient to = RawClient.connected(broker.port(), MQTT_5, "to");
        RawClient rude = RawClient.connected(broker.port(), MQTT_5, "rude");
        WebSocketClient agreed = WebSocketClient.agreed(broker.port(Listening.Kind.WEBSOCKET));
        WebSocketClient refused = new WebSocketClient(broker.port(Listening.Kind.WEBSOCKET))) {
      to.subscribe("t", Qos.AT_MOST_ONCE);
      rude.subscribe("t", Qos.AT_MOST_ONCE);
      for (int i = 0; i < 100; i++) {
        from.publish("t", new byte[100_000], Qos.AT_MOST_ONCE, 0);
        to.read(Publish.class);
      }
      rude.close(); // with much unread
      refused.request("GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n");
      agreed.frame(WebSocketClient.PING, true, (byte) 1);
      agreed.read();
      agreed.frame(WebSocketClient.TEXT, true, (byte) 1);
      broker.http("GET", "/metrics");
    }
  }

  private static void proxied() throws Exception {
    byte[] right = ProxyHeaders.from("203.0.113.7", 1, ProxyHeaders.tlv(4, 2, new byte[2]));
    byte[] wrong =
        ProxyHeaders.from(
            "203.0.113.7",
            1,
            ProxyHeaders.join(ProxyHeaders.tlv(4, 2, new byte[2]), ProxyHeaders.tlv(4, 9)));
    try (TestBroker broker =
            new TestBroker("listeners.proxy-protocol", "tcp", "listeners.allow-anonymous", "true");
        RawClient served = new RawClient(broker.port(), MQTT_5);
        RawClient refused = new RawClient(broker.port(), MQTT_5);
        RawClient half = new RawClient(broker.port(), MQTT_5)) {
      served.sendBytes(right);
      served.send(RawClient.connect(MQTT_5, "served"));
      served.read(Connack.class);
      refused.sendBytes(wrong);
      refused.awaitClosed();
      half.sendBytes(Arrays.copyOf(right, 20));
    }
  }

  /** What nobody holds any more is reported when the next buffer is made after a collection. */
  private static void collectGarbage() {
    for (int i = 0; i < 3; i++) {
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      TestBroker.await(
          "a garbage collection",
          () -> {
            System.gc();
            return garbage.get() == null;
          });
      ByteBuf next = UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
      next.release();
    }
  }
}
